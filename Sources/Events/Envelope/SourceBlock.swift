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
  var lastCommit: LSN? {
    didSet { commit.show(lastCommit?.rawValue) }
  }
  /// `lastCommit` in decimal.
  private var commit = DecimalDigits()
  /// When the open transaction was committed, in microseconds since 1970; the snapshot's time for its rows.
  private var time = DecimalDigits()
  private var transaction = DecimalDigits()
  private var origin: (name: String, lsn: LSN)?
  /// Where the last change stood, which an incremental snapshot's rows repeat in their `sequence`.
  var lastPlace = LSN.zero
  /// The slot's `catalog_xmin`, where it is asked for.
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
    // Commits before 1970 are no concern.
    time.show(UInt64(clamping: commitTime.unixMicroseconds))
    let number = UInt64(transaction?.rawValue ?? 0)
    self.transaction.show(number == 0 ? nil : number)
    origin = nil
  }

  /// The open transaction came from another server.
  mutating func came(from origin: Origin) { self.origin = (origin.name, origin.commitLSN) }

  /// Where a block's change stands.
  struct Place {
    /// Its start in the log.
    var lsn: LSN
    /// The snapshot that read it.
    var marker = SnapshotMarker.none
    /// A logical message outside of transactions has none.
    var hasTransaction = true
  }

  /// Adds the block. `table` is `,"schema":…,"table":…,"txId":`, rendered once a table.
  @inline(__always)
  func append(_ place: Place, _ table: [UInt8], to buffer: inout OutputBuffer) {
    buffer.append(contentsOf: head)
    appendMilliseconds(to: &buffer)
    buffer.append(literal: ",\"snapshot\":")
    appendMarker(place.marker, to: &buffer)
    buffer.append(contentsOf: database)
    if commit.isEmpty {
      buffer.append(literal: "null,\\\"")
    } else {
      buffer.append(literal: "\\\"")
      commit.append(to: &buffer)
      buffer.append(literal: "\\\",\\\"")
    }
    let digits = buffer.count
    buffer.appendDecimal(place.lsn.rawValue)
    let end = buffer.count
    buffer.append(literal: "\\\"]\",\"ts_us\":")
    time.append(to: &buffer)
    buffer.append(literal: ",\"ts_ns\":")
    time.append(to: &buffer)
    buffer.append(literal: "000")
    buffer.append(contentsOf: table)
    if transaction.isEmpty || !place.hasTransaction || place.marker == .incremental {
      buffer.append(literal: "null")
    } else {
      transaction.append(to: &buffer)
    }
    buffer.append(literal: ",\"lsn\":")
    if place.marker == .incremental { buffer.append(literal: "null") } else { buffer.appendAgain(digits..<end) }
    if xmin == nil, origin == nil {
      buffer.append(literal: ",\"xmin\":null,\"origin\":null,\"origin_lsn\":null}")
    } else {
      appendRest(to: &buffer)
    }
  }

  private func appendMarker(_ marker: SnapshotMarker, to buffer: inout OutputBuffer) {
    switch marker {
    case .none: buffer.append(literal: notSnapshot)
    case .first: buffer.append(literal: "\"first\"")
    case .firstInTable: buffer.append(literal: "\"first_in_data_collection\"")
    case .middle: buffer.append(literal: "\"true\"")
    case .lastInTable: buffer.append(literal: "\"last_in_data_collection\"")
    case .last: buffer.append(literal: "\"last\"")
    case .incremental: buffer.append(literal: "\"incremental\"")
    }
  }

  @inline(never)
  private func appendRest(to buffer: inout OutputBuffer) {
    buffer.append(literal: ",\"xmin\":")
    if let xmin { buffer.appendDecimal(xmin) } else { buffer.append(literal: "null") }
    guard let origin else { return buffer.append(literal: ",\"origin\":null,\"origin_lsn\":null}") }
    buffer.append(literal: ",\"origin\":")
    buffer.appendJSONString(origin.name)
    buffer.append(literal: ",\"origin_lsn\":")
    buffer.appendDecimal(origin.lsn.rawValue)
    buffer.append(UInt8(ascii: "}"))
  }

  /// Adds the time in milliseconds since 1970.
  func appendMilliseconds(to buffer: inout OutputBuffer) { time.append(to: &buffer, without: 3) }
}
