internal import Decoder
internal import Pipeline
internal import WAL

/// The pipeline's way of one message, without the pipeline.
struct Pass: ~Copyable {
  private var tuples = Tuples()
  private var relations = RelationCache()
  private var tracker = TransactionTracker(offset: .zero)

  /// Decodes a message; a change is rendered.
  @inline(never)
  mutating func message(_ bytes: RawSpan, into encoder: inout any ChangeEncoder & ~Copyable) throws {
    var reader = MessageReader(bytes)
    switch try reader.message(into: &tuples) {
    case .insert(let insert): try change(.insert, .insert, insert.relation, bytes, &encoder)
    case .update(let update): try change(.update, .update, update.relation, bytes, &encoder)
    case .delete(let delete): try change(.delete, .delete, delete.relation, bytes, &encoder)
    case .begin(let begin): if try tracker.begin(begin) { encoder.begin(begin, at: .zero) }
    case .commit(let commit): if try tracker.commit(commit) != nil { encoder.end(commit) }
    case .relation(let relation):
      let plan = RelationPlan(relation, detail: .unknown) { _ in true }
      relations.insert(plan)
      encoder.relation(plan, .none)
    default: break
    }
  }

  private mutating func change(
    _ operation: Change.Operation, _ tag: MessageTag, _ oid: UInt32, _ bytes: RawSpan,
    _ encoder: inout any ChangeEncoder & ~Copyable
  ) throws {
    guard let plan = relations.plan(oid), let position = try tracker.change(tag) else { return }
    encoder.encode(
      Change(
        operation, at: position, lsn: position.commit, plan: plan, oldRow: tuples.oldRow, old: tuples.old.span,
        new: tuples.new.span, bytes: bytes))
  }
}
