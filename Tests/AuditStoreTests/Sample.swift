import AuditStore
import Decoder
import Pipeline
import WAL

/// Changes made by hand: a relation, and values as text over bytes.
enum Sample {
  enum Value {
    case text(String)
    case null
    case toast
  }

  static let source = SourceIdentity(system: 7_301_234_567_890_123_456, timeline: 1, database: "shop", slot: "audit")

  /// people(id int4 key, name text, note json, done boolean)
  static func people(
    identity: Relation.ReplicaIdentity = .primaryKey, name: String = "people",
    captures: @escaping (String) -> Bool = { _ in true }
  ) -> RelationPlan {
    let columns: [(String, UInt32)] = [("id", 23), ("name", 25), ("note", 114), ("done", 16)]
    let relation = Relation(
      oid: 16_384, schema: "public", name: name, replicaIdentity: identity,
      columns: columns.map {
        Relation.Column(
          name: $0.0, type: $0.1, isIdentity: identity == .full || identity == .primaryKey && $0.0 == "id")
      })
    let detail =
      identity == .nothing ? .unknown : RelationDetail(primaryKey: ["id"], columns: [:], shapes: [:])
    return RelationPlan(relation, detail: detail, captures: captures)
  }

  static func begin(_ commit: UInt64, transaction: UInt32 = 731) -> Begin {
    Begin(
      commitLSN: LSN(commit), commitTime: PostgresTime(microseconds: 820_000_000_123_456),
      transaction: TransactionID(transaction))
  }

  static func context(_ content: String, transactional: Bool = true, prefix: String = "cdc.context") -> LogicalMessage {
    LogicalMessage(isTransactional: transactional, lsn: LSN(1), prefix: prefix, content: Array(content.utf8))
  }
}

extension AuditEncoder {
  /// Encodes a change of values written as text.
  mutating func change(
    _ operation: Change.Operation, at commit: UInt64, _ ordinal: UInt64, _ plan: RelationPlan,
    old: [Sample.Value] = [], oldRow: OldRow = .absent, new: [Sample.Value] = [], truncate: Truncate.Options = []
  ) {
    var bytes: [UInt8] = []
    func cells(_ values: [Sample.Value]) -> [Cell] {
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
    let change = Change(
      operation, at: Position(commit: LSN(commit), ordinal: ordinal), lsn: LSN(commit - 8), plan: plan, oldRow: oldRow,
      old: before.span, new: after.span, bytes: bytes.span.bytes, truncate: truncate)
    encode(change)
  }

  /// An insert into `people`.
  mutating func insert(
    _ id: Int, at commit: UInt64, _ ordinal: UInt64, _ plan: RelationPlan, note: String = "{}", name: String = "Ada"
  ) {
    change(
      .insert, at: commit, ordinal, plan, new: [.text(String(id)), .text(name), .text(note), .text("t")])
  }

  /// Hands out what was encoded.
  mutating func take() -> EncodedBatch { exchange(for: EncodedBatch()) }
}
