import Decoder
import WAL

/// A change's images as text: sent as the server sends it, read and rendered.
struct RowImageBench {
  let plan: RelationPlan
  private(set) var new = ""
  private(set) var old = ""
  private(set) var key: String?
  private(set) var hasNew = false
  private(set) var hasOld = false
  private(set) var isChanged: [Bool?] = []
  private(set) var notes = RowNotes()

  init(
    _ columns: [Relation.Column], _ identity: Relation.ReplicaIdentity = .primaryKey, primaryKey: [String] = ["id"],
    shapes: [UInt32: ValueShape] = [:], captures: @escaping (String) -> Bool = { _ in true }
  ) {
    plan = RelationPlan(
      Relation(oid: 1, schema: "public", name: "people", replicaIdentity: identity, columns: columns),
      detail: RelationDetail(primaryKey: primaryKey, columns: [:], shapes: shapes), captures: captures)
  }

  /// An update; an old row that is absent leaves the identity as it was.
  func update(_ kind: OldRow = .absent, _ old: [SentValue] = [], to new: [SentValue]) throws -> RowImageBench {
    try render(.update, SentMessage(.update(Update(relation: 1)), oldRow: kind, old: old, new: new))
  }

  func insert(_ new: [SentValue]) throws -> RowImageBench {
    try render(.insert, SentMessage(.insert(Insert(relation: 1)), new: new))
  }

  func delete(_ kind: OldRow, _ old: [SentValue]) throws -> RowImageBench {
    try render(.delete, SentMessage(.delete(Delete(relation: 1)), oldRow: kind, old: old))
  }

  func truncate() -> RowImageBench {
    var copy = self
    copy.take(.truncate, Tuples(), [])
    return copy
  }

  private func render(_ operation: Change.Operation, _ sent: SentMessage) throws -> RowImageBench {
    let bytes = sent.bytes
    var tuples = Tuples()
    var reader = MessageReader(bytes.span.bytes)
    _ = try reader.message(into: &tuples)
    var copy = self
    copy.take(operation, tuples, bytes)
    return copy
  }

  private mutating func take(_ operation: Change.Operation, _ tuples: borrowing Tuples, _ bytes: [UInt8]) {
    let (oldCells, newCells) = (tuples.old, tuples.new)
    let change = Change(
      operation, at: Position(commit: LSN(9), ordinal: 0), lsn: LSN(8), plan: plan, oldRow: tuples.oldRow,
      old: oldCells.span, new: newCells.span, bytes: bytes.span.bytes)
    var buffer = OutputBuffer(capacity: 0)
    change.appendNew(to: &buffer, notes: &notes)
    new = buffer.text
    buffer.clear()
    change.appendOld(to: &buffer, notes: &notes)
    old = buffer.text
    buffer.clear()
    var keyNotes = RowNotes()
    if change.hasKey {
      change.appendKey(to: &buffer, notes: &keyNotes)
      key = buffer.text
    }
    (hasNew, hasOld) = (change.hasNew, change.hasOld)
    isChanged = plan.columns.indices.map { change.isChanged($0) }
  }
}
