internal import ArgumentParser
internal import AuditStore
internal import Decoder
internal import FoundationEssentials
internal import Pipeline
internal import WAL

/// Decodes recorded messages and renders them for the audit trail, again and again: no network, no waiting, so that
/// two runs execute the same instructions.
struct Replay: AsyncParsableCommand {
  static let configuration = CommandConfiguration(shouldDisplay: false)
  @Option var file: String
  @Option var passes: Int

  func run() throws {
    let recording = try Data(contentsOf: URL(filePath: file))
    let bytes = [UInt8](recording)
    let ranges = try Recording.ranges(of: bytes)
    var rendered = 0
    var spare: EncodedBatch? = EncodedBatch(capacity: 320 << 10)
    var encoder: any ChangeEncoder & ~Copyable = AuditEncoder(sourceID: 1)
    for _ in 0..<passes {
      // A new one each time: the stream's positions begin anew.
      var pass = ReplayPass()
      for range in ranges {
        try pass.message(bytes.span.bytes.extracting(range), into: &encoder)
        guard encoder.byteCount >= 256 << 10 else { continue }
        rendered += encoder.byteCount
        spare = encoder.exchange(for: spare.take() ?? EncodedBatch())
      }
    }
    print(rendered + encoder.byteCount)
  }
}

/// The pipeline's way of one message, without the pipeline.
private struct ReplayPass: ~Copyable {
  private var tuples = Tuples()
  private var relations = RelationCache()
  private var tracker = TransactionTracker(offset: .zero)

  @inline(never)
  mutating func message(_ bytes: RawSpan, into encoder: inout any ChangeEncoder & ~Copyable) throws {
    var reader = MessageReader(bytes)
    switch try reader.message(into: &tuples) {
    case .insert(let insert): try change(.insert, .insert, insert.relation, bytes, &encoder)
    case .update(let update): try change(.update, .update, update.relation, bytes, &encoder)
    case .delete(let delete): try change(.delete, .delete, delete.relation, bytes, &encoder)
    case .begin(let begin): if try tracker.begin(begin) { encoder.begin(begin) }
    case .commit(let commit): _ = try tracker.commit(commit)
    case .relation(let relation):
      relations.insert(RelationPlan(relation, detail: .unknown) { _ in true })
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
