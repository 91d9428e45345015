import Decoder
import Events
import Pipeline
import WAL

@testable import PGReplication

/// Changes made by hand, and the events that an encoder makes of them.
enum EnvelopeSample {
  enum Value {
    case text(String)
    case null
    case toast
  }

  /// An encoder's batch as it left: its lines, what was refused, what is stored with the offset.
  struct Output {
    let lines: [EnvelopeJSON]
    let refused: [String]
    let state: [UInt8]
  }

  static let types: [(name: String, oid: UInt32)] = [("id", 23), ("name", 25), ("amount", 1700), ("done", 16)]

  /// Without schemas and context headers, for events that are short to read.
  static func settings(_ change: (inout EventSettings) -> Void = { _ in }) -> EventSettings {
    var settings = EventSettings(topicPrefix: "srv", database: "shop")
    settings.keySchemas = false
    settings.valueSchemas = false
    settings.headerSchemas = false
    settings.contextHeaders = false
    change(&settings)
    return settings
  }

  /// people(id int4 key, name text, amount numeric, done boolean)
  static func people(_ identity: Relation.ReplicaIdentity = .primaryKey) -> RelationPlan {
    let relation = Relation(
      oid: 16_384, schema: "public", name: "people", replicaIdentity: identity,
      columns: types.map {
        Relation.Column(
          name: $0.name, type: $0.oid, isIdentity: identity == .full || identity == .primaryKey && $0.name == "id")
      })
    return RelationPlan(relation, detail: .unknown) { _ in true }
  }

  static let facts = RelationFacts(
    relation: CatalogRelation(
      oid: 16_384, name: TableName(schema: "public", name: "people"), kind: .table, replicaIdentity: .default,
      primaryKey: ["id"], uniqueKey: [],
      columns: types.enumerated().map { place, column in
        CatalogRelation.Column(
          name: column.name, number: Int16(place + 1), typeOID: column.oid, typeModifier: -1, typeName: column.name,
          isNotNull: column.name == "id", defaultExpression: nil, generation: .none, comment: nil)
      }, comment: nil), types: [:])

  static func begin(_ commit: UInt64, transaction: UInt32 = 731) -> Begin {
    Begin(
      commitLSN: LSN(commit), commitTime: PostgresTime(microseconds: 820_000_000_123_456),
      transaction: TransactionID(transaction))
  }

  static func end(_ commit: UInt64) -> Commit {
    Commit(commitLSN: LSN(commit), endLSN: LSN(commit + 8), commitTime: PostgresTime(microseconds: 820_000_000_123_456))
  }

  static func row(_ id: Int, _ name: String = "Ada") -> [Value] { [.text("\(id)"), .text(name), .null, .text("t")] }

  /// The key of a row alone, as the default replica identity sends it.
  static func key(_ id: Int) -> [Value] { [.text("\(id)"), .null, .null, .null] }

  /// The events of what `body` does with an encoder.
  static func output(
    _ settings: EventSettings = settings(), state: EncoderState = EncoderState(),
    _ body: (inout EventEncoder) throws -> Void
  ) throws -> Output {
    var encoder = try EventEncoder(settings, run: RunIdentity(), state: state)
    try body(&encoder)
    let (count, bytes) = (encoder.changeCount, encoder.byteCount)
    let batch = encoder.exchange(for: EncodedBatch())
    let text = batch.bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    let output = Output(
      lines: try EnvelopeJSON.lines(text), refused: batch.quarantined.map(\.reason), state: batch.state)
    guard count == output.lines.count, bytes == text.utf8.count, encoder.changeCount == 0 else { throw Miscounted() }
    return output
  }

  struct Miscounted: Error {}

  /// The same for the changes of one transaction.
  static func transaction(
    _ settings: EventSettings = settings(), _ plan: RelationPlan = people(), state: EncoderState = EncoderState(),
    _ body: (inout EventEncoder, RelationPlan) throws -> Void
  ) throws -> Output {
    try output(settings, state: state) { encoder in
      encoder.relation(plan, facts)
      encoder.begin(begin(800), at: LSN(700))
      try body(&encoder, plan)
      encoder.end(end(800))
    }
  }
}

extension EventEncoder {
  /// Encodes a change of values written as text.
  mutating func change(
    _ operation: Change.Operation, _ plan: RelationPlan, at lsn: UInt64 = 750, old: [EnvelopeSample.Value] = [],
    _ oldRow: OldRow = .absent, new: [EnvelopeSample.Value] = [], marker: SnapshotMarker = .none
  ) {
    var bytes: [UInt8] = []
    func cells(_ values: [EnvelopeSample.Value]) -> [Cell] {
      values.map { value in
        switch value {
        case .null: return Cell(kind: .null)
        case .toast: return Cell(kind: .unchangedToast)
        case .text(let text):
          defer { bytes.append(contentsOf: text.utf8) }
          return Cell(kind: .text, offset: UInt32(bytes.count), count: UInt32(text.utf8.count))
        }
      }
    }
    let before = cells(old)
    let after = cells(new)
    encode(
      Change(
        operation, at: Position(commit: LSN(800), ordinal: 0), lsn: LSN(lsn), plan: plan, oldRow: oldRow,
        old: before.span, new: after.span, bytes: bytes.span.bytes, marker: marker))
  }
}
