internal import Decoder
internal import PGReplication
internal import WAL

/// The synchronous middle of the pipeline: frames in, encoded changes out, without await or allocation for a change.
///
/// It stops where the loop around it has something to wait for and goes on from the same frame afterwards.
struct StreamDecoder: ~Copyable {
  /// Why decoding stopped.
  enum Pause {
    /// The encoder holds as much as one write takes.
    case bufferFull
    /// A transaction ended and the batch is large or old enough.
    case commitDue
    /// A relation came: its plan is needed before the next frame.
    case relation(Relation)
  }

  private var encoder: any ChangeEncoder & ~Copyable
  private let capture: Selection
  private let policy: BatchPolicy
  private var tuples = Tuples()
  private var relations = RelationCache()
  private var transaction: Begin?
  private(set) var tracker: TransactionTracker
  private(set) var batch = OpenBatch()
  /// Bytes rendered and not handed out.
  private(set) var pendingBytes = 0
  private var writtenChanges = 0
  private var lastCommit: ContinuousClock.Instant
  private var delay: Duration
  /// Where the stream is known to hold nothing unread, while it is idle: the end of an empty or skipped transaction,
  /// or a keepalive's position.
  private(set) var idlePosition: LSN = .zero
  private var filtered: UInt64 = 0
  private var skipped: UInt64 = 0

  init(
    encoder: consuming any ChangeEncoder & ~Copyable, capture: Selection, policy: BatchPolicy, offset: LSN
  ) {
    self.encoder = encoder
    self.capture = capture
    self.policy = policy
    tracker = TransactionTracker(offset: offset)
    delay = policy.maxDelay
    lastCommit = .now - delay
  }

  /// Decodes frames from `index` on, moving it past each that is done; nil when all are.
  mutating func step(_ frames: borrowing FrameBatch, from index: inout Int) throws(DecodeError) -> Pause? {
    while index < frames.count {
      let frame = frames.frame(at: index)
      index += 1
      switch frame.kind {
      case .keepalive: keepalive(frame.walEnd)
      case .xlogData:
        if let pause = try data(frame) { return pause }
      }
    }
    return nil
  }

  private mutating func keepalive(_ end: LSN) {
    // Inside a transaction the server's position says nothing about what was sent of it.
    if tracker.isIdle && end > idlePosition { idlePosition = end }
  }

  private mutating func data(_ frame: borrowing Frame) throws(DecodeError) -> Pause? {
    var reader = MessageReader(frame.payload)
    switch try reader.message(into: &tuples) {
    case .insert(let insert): try change(.insert, .insert, insert.relation, frame)
    case .update(let update): try change(.update, .update, update.relation, frame)
    case .delete(let delete): try change(.delete, .delete, delete.relation, frame)
    case .begin(let begin): try self.begin(begin)
    case .commit(let commit): return try self.commit(commit)
    case .relation(let relation): return .relation(relation)
    case .truncate(let truncate): try self.truncate(truncate, frame)
    case .logicalMessage(let message): try self.message(message)
    case .type, .origin: break
    case .streamStart, .streamStop, .streamCommit, .streamAbort, .beginPrepare, .prepare, .commitPrepared,
      .rollbackPrepared, .streamPrepare:
      let tag = frame.payload.unsafeLoad(fromByteOffset: 0, as: UInt8.self)
      throw DecodeError(.unexpected("it belongs to an option of the stream that was not asked for"), at: 0, in: tag)
    }
    return pendingBytes >= policy.bufferBytes ? .bufferFull : nil
  }

  private mutating func begin(_ begin: Begin) throws(DecodeError) {
    transaction = try tracker.begin(begin) ? begin : nil
    if transaction == nil { skipped += 1 } else { encoder.begin(begin) }
  }

  private mutating func commit(_ commit: Commit) throws(DecodeError) -> Pause? {
    transaction = nil
    guard let end = try tracker.commit(commit) else {
      idlePosition = max(idlePosition, min(commit.endLSN, tracker.offset))
      return nil
    }
    batch.close(at: end)
    let lag = MonotonicClock.wall().microseconds &- commit.commitTime.microseconds
    delay = policy.delay(whenBehind: .microseconds(max(0, lag)))
    idlePosition = max(idlePosition, end)
    return isCommitDue ? .commitDue : nil
  }

  private mutating func change(
    _ operation: Change.Operation, _ tag: MessageTag, _ oid: UInt32, _ frame: borrowing Frame
  ) throws(DecodeError) {
    let plan = try plan(oid, tag)
    guard let position = try tracker.change(tag) else { return }
    guard plan.isCaptured, capture.includes(operation) else {
      filtered &+= 1
      return
    }
    if operation != .delete { try check(tuples.new.count, plan, tag) }
    if tuples.oldRow != .absent { try check(tuples.old.count, plan, tag) }
    guard !tuples.holdsBinary else {
      throw DecodeError(
        .unexpected("it holds binary values; take binary out of slot.stream.params"), at: 0, in: tag.rawValue)
    }
    opened()
    StreamDecoder.encode(operation, position, frame, plan, tuples, into: &encoder)
    encoded(operation)
  }

  /// Apart from `self`, so that the change may borrow the tuples while the encoder is written to.
  private static func encode(
    _ operation: Change.Operation, _ position: Position, _ frame: borrowing Frame, _ plan: RelationPlan,
    _ tuples: borrowing Tuples, into encoder: inout any ChangeEncoder & ~Copyable
  ) {
    encoder.encode(
      Change(
        operation, at: position, lsn: frame.start, plan: plan, oldRow: tuples.oldRow, old: tuples.old.span,
        new: tuples.new.span, bytes: frame.payload))
  }

  @inline(__always)
  private mutating func encoded(_ operation: Change.Operation) {
    batch.count(operation)
    pendingBytes = encoder.byteCount
  }

  private mutating func truncate(_ truncate: Truncate, _ frame: borrowing Frame) throws(DecodeError) {
    let none: [Cell] = []
    for oid in truncate.relations {
      let plan = try plan(oid, .truncate)
      guard let position = try tracker.change(.truncate) else { continue }
      guard plan.isCaptured else {
        filtered &+= 1
        continue
      }
      opened()
      let change = Change(
        .truncate, at: position, lsn: frame.start, plan: plan, oldRow: .absent, old: none.span, new: none.span,
        bytes: frame.payload, truncate: truncate.options)
      encoder.encode(change)
      encoded(.truncate)
    }
  }

  private mutating func message(_ message: LogicalMessage) throws(DecodeError) {
    guard message.isTransactional, try tracker.change(.logicalMessage) != nil else { return }
    encoder.message(message)
  }

  private func check(_ count: Int, _ plan: RelationPlan, _ tag: MessageTag) throws(DecodeError) {
    guard count == plan.columns.count else {
      throw DecodeError(.columnCount(found: count, expected: plan.columns.count), at: 0, in: tag.rawValue)
    }
  }

  @inline(__always)
  private mutating func plan(_ oid: UInt32, _ tag: MessageTag) throws(DecodeError) -> RelationPlan {
    guard let plan = relations.plan(oid) else {
      throw DecodeError(.unknownRelation(oid), at: 0, in: tag.rawValue)
    }
    return plan
  }

  @inline(__always)
  private mutating func opened() {
    if let transaction {
      batch.open(transaction)
      self.transaction = nil
    }
  }

  /// Whether the batch is to be committed at this transaction's end.
  var isCommitDue: Bool {
    guard !batch.isEmpty else { return false }
    return batch.changes >= policy.maxChanges || batch.writtenBytes + pendingBytes >= policy.maxBytes
      || timeUntilDue <= .zero
  }

  /// How long a batch may still wait.
  var timeUntilDue: Duration { delay - (ContinuousClock.now - lastCommit) }

  // MARK: Between frames

  /// Takes the plan that a `.relation` pause asked for.
  mutating func insert(_ plan: RelationPlan) { relations.insert(plan) }

  /// Hands out what was rendered, against an empty batch.
  mutating func exchange(for spare: consuming EncodedBatch) -> EncodedBatch {
    batch.wrote(bytes: pendingBytes)
    pendingBytes = 0
    writtenChanges = batch.changes
    return encoder.exchange(for: spare)
  }

  /// Changes left out and transactions skipped since the last call.
  mutating func takeCounts() -> (filtered: UInt64, skipped: UInt64) {
    defer { (filtered, skipped) = (0, 0) }
    return (filtered, skipped)
  }

  /// The batch was committed, or there was none and the idle position was stored.
  mutating func committed(through end: LSN) {
    tracker.advance(to: end)
    batch.clear()
    writtenChanges = 0
    lastCommit = .now
  }

  /// Whether anything rendered was not handed out.
  var hasPending: Bool { batch.changes > writtenChanges }

  /// Ends the session: hands the encoder back for the next one.
  consuming func finish() -> any ChangeEncoder & ~Copyable { encoder }
}
