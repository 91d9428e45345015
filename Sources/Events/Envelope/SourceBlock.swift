internal import Decoder
internal import PGReplication
internal import WAL

/// The `source` block of each event: where in the log the change stands, and how it came there.
///
/// Source: Debezium documentation, PostgreSQL connector, "Change event values".
struct SourceBlock {
  /// The connector whose events these are.
  static let version = "3.6.3.Final"

  /// The block's schema; `name` adjusted as other schema names are.
  static let schema = ConnectSchema(
    .structure, name: "io.debezium.connector.postgresql.Source", version: 1,
    fields: [
      .init("version", ConnectSchema(.string)), .init("connector", ConnectSchema(.string)),
      .init("name", ConnectSchema(.string)), .init("ts_ms", ConnectSchema(.int64)),
      .init(
        "snapshot",
        ConnectSchema(
          .string, optional: true, name: "io.debezium.data.Enum", version: 1,
          parameters: [
            .init("allowed", "true,first,first_in_data_collection,last_in_data_collection,last,false,incremental")
          ], default: Array("\"false\"".utf8))),
      .init("db", ConnectSchema(.string)), .init("sequence", ConnectSchema(.string, optional: true)),
      .init("ts_us", ConnectSchema(.int64, optional: true)), .init("ts_ns", ConnectSchema(.int64, optional: true)),
      .init("schema", ConnectSchema(.string)), .init("table", ConnectSchema(.string)),
      .init("txId", ConnectSchema(.int64, optional: true)), .init("lsn", ConnectSchema(.int64, optional: true)),
      .init("xmin", ConnectSchema(.int64, optional: true)), .init("origin", ConnectSchema(.string, optional: true)),
      .init("origin_lsn", ConnectSchema(.int64, optional: true)),
    ])

  /// `{"version":…,"connector":…,"name":…,"ts_ms":`
  private let head: [UInt8]
  /// `,"db":…,"sequence":"[`
  private let database: [UInt8]
  /// What a streamed row's `snapshot` is: null, which the schema's default replaces.
  private let notSnapshot: StaticString

  /// The end of the last commit that was seen; nil before the first.
  var lastCommit: LSN?
  /// When the open transaction was committed; the snapshot's time for its rows.
  private var time: [UInt8] = []
  private var transaction: UInt32 = 0
  private var origin: (name: String, lsn: LSN)?
  /// Where the last change stood, which an incremental snapshot's rows repeat in their `sequence`.
  var lastPlace = LSN.zero
  /// `slot's catalog_xmin`, where it is asked for.
  var xmin: UInt64?

  init(_ settings: EventSettings) {
    var text = OutputBuffer(capacity: 256)
    text.append(utf8: "{\"version\":\"\(SourceBlock.version)\",\"connector\":\"postgresql\",\"name\":")
    text.appendJSONString(settings.topicPrefix)
    text.append(literal: ",\"ts_ms\":")
    head = text.array
    text.clear()
    text.append(literal: ",\"db\":")
    text.appendJSONString(settings.database)
    text.append(literal: ",\"sequence\":\"[")
    database = text.array
    notSnapshot = settings.values.replacesNullWithDefault ? "\"false\"" : "null"
    // Until the first transaction the time is that of the start.
    enter(MonotonicClock.wall(), nil)
  }

  /// A transaction begins, or a snapshot.
  mutating func enter(_ commitTime: PostgresTime, _ transaction: TransactionID?) {
    var digits = OutputBuffer(capacity: 24)
    digits.appendDecimal(commitTime.unixMicroseconds)
    time = digits.array
    self.transaction = transaction?.rawValue ?? 0
    origin = nil
  }

  /// The open transaction came from another server.
  mutating func came(from origin: Origin) { self.origin = (origin.name, origin.commitLSN) }

  /// Where a block's change stands.
  struct Place {
    /// Its start in the log; nil for an incremental snapshot's row.
    var lsn: LSN?
    /// What the last known commit is for it, where that is not the block's own.
    var commit: LSN?
    /// The snapshot that read it.
    var marker = SnapshotMarker.none
    /// A logical message outside of transactions has none.
    var hasTransaction = true
  }

  /// Adds the block. `table` is `,"schema":…,"table":…,"txId":`, rendered once a table.
  @inline(__always)
  func append(_ place: Place, sequence: (LSN?, LSN?), _ table: [UInt8], to buffer: inout OutputBuffer) {
    buffer.append(contentsOf: head)
    appendMilliseconds(to: &buffer)
    buffer.append(literal: ",\"snapshot\":")
    switch place.marker {
    case .none: buffer.append(literal: notSnapshot)
    case .first: buffer.append(literal: "\"first\"")
    case .firstInTable: buffer.append(literal: "\"first_in_data_collection\"")
    case .middle: buffer.append(literal: "\"true\"")
    case .lastInTable: buffer.append(literal: "\"last_in_data_collection\"")
    case .last: buffer.append(literal: "\"last\"")
    case .incremental: buffer.append(literal: "\"incremental\"")
    }
    buffer.append(contentsOf: database)
    SourceBlock.append(quoted: sequence.0, to: &buffer)
    buffer.append(UInt8(ascii: ","))
    SourceBlock.append(quoted: sequence.1, to: &buffer)
    buffer.append(literal: "]\",\"ts_us\":")
    buffer.append(contentsOf: time)
    buffer.append(literal: ",\"ts_ns\":")
    buffer.append(contentsOf: time)
    buffer.append(literal: "000")
    buffer.append(contentsOf: table)
    if place.hasTransaction, transaction != 0, place.marker != .incremental {
      buffer.appendDecimal(UInt64(transaction))
    } else {
      buffer.append(literal: "null")
    }
    buffer.append(literal: ",\"lsn\":")
    if let lsn = place.lsn { buffer.appendDecimal(lsn.rawValue) } else { buffer.append(literal: "null") }
    buffer.append(literal: ",\"xmin\":")
    if let xmin { buffer.appendDecimal(xmin) } else { buffer.append(literal: "null") }
    if let origin {
      buffer.append(literal: ",\"origin\":")
      buffer.appendJSONString(origin.name)
      buffer.append(literal: ",\"origin_lsn\":")
      buffer.appendDecimal(origin.lsn.rawValue)
      buffer.append(UInt8(ascii: "}"))
    } else {
      buffer.append(literal: ",\"origin\":null,\"origin_lsn\":null}")
    }
  }

  /// The time in milliseconds since 1970, of which commits before that year are no concern.
  func appendMilliseconds(to buffer: inout OutputBuffer) {
    buffer.append(time.span.extracting(..<max(1, time.count - 3)))
  }

  private static func append(quoted lsn: LSN?, to buffer: inout OutputBuffer) {
    guard let lsn else { return buffer.append(literal: "null") }
    buffer.append(literal: "\\\"")
    buffer.appendDecimal(lsn.rawValue)
    buffer.append(literal: "\\\"")
  }
}
