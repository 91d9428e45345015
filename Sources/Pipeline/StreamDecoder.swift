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
    /// A row came into the signal table.
    case signal(Signal)
    /// A row left the signal table.
    case signalGone(id: String)
    /// A change comes next, which an incremental snapshot wants to know of before.
    case change(TransactionID)
    /// A transaction ended, which an incremental snapshot wants to know of.
    case ended(TransactionID)
    /// What was put by of a transaction in progress is to be spooled.
    case spoolDue(TransactionID)
    /// A transaction in progress rolled back.
    case rolledBack(TransactionID)
    /// A transaction that is in the spool committed: its frames come next.
    case spooled(SpooledTransaction)
  }

  private var encoder: any ChangeEncoder & ~Copyable
  private let capture: Selection
  private let policy: BatchPolicy
  private var tuples = Tuples()
  private var relations = RelationCache()
  private var transaction: Begin?
  private(set) var tracker: TransactionTracker
  private var inProgress = TransactionsInProgress()
  private let takesInProgress: Bool
  /// Whether the frames come out of the spool.
  var isReplaying = false
  private(set) var batch = OpenBatch()
  /// Bytes rendered and not handed out.
  private(set) var pendingBytes = 0
  private var writtenChanges = 0
  private var lastCommit: ContinuousClock.Instant
  /// Whether a transaction or a snapshot ended that the batch handed out last does not know of.
  private var endedSinceHandout = false
  private var delay: Duration
  /// Where the stream is known to hold nothing unread, while it is idle: the end of an empty or skipped transaction,
  /// or a keepalive's position.
  private(set) var idlePosition: LSN
  private var filtered: UInt64 = 0
  private var skipped: UInt64 = 0
  private let signalTable: TableName?
  private var signalRelation: UInt32?
  /// Whether each change and each transaction's end is told beforehand.
  var watchesTransactions = false
  private var isTold = false
  /// The transaction that came last.
  private(set) var lastTransaction: TransactionID?

  init(
    encoder: consuming any ChangeEncoder & ~Copyable, capture: Selection, policy: BatchPolicy, offset: LSN,
    signalTable: TableName? = nil, takesInProgress: Bool = false
  ) {
    self.takesInProgress = takesInProgress
    self.signalTable = signalTable
    self.encoder = encoder
    self.capture = capture
    self.policy = policy
    tracker = TransactionTracker(offset: offset)
    idlePosition = offset
    delay = policy.maxDelay
    lastCommit = .now - delay
  }

  /// Decodes frames from `index` on, moving it past each that is done; nil when all are.
  mutating func step(_ frames: borrowing FrameBatch, from index: inout Int) throws(DecodeError) -> Pause? {
    while index < frames.count {
      let frame = frames.frame(at: index)
      if watchesTransactions, !isTold, let transaction = comingChange(frame) {
        isTold = true
        return .change(transaction)
      }
      isTold = false
      index += 1
      switch frame.kind {
      case .keepalive: keepalive(frame.walEnd)
      case .xlogData:
        if let pause = try data(frame) { return pause }
      }
    }
    return nil
  }

  /// The open transaction, when the frame is a change of it.
  private func comingChange(_ frame: borrowing Frame) -> TransactionID? {
    guard case .xlogData = frame.kind, case .open(let begin, _) = tracker.state, frame.payload.byteCount > 0,
      let tag = MessageTag(rawValue: frame.payload.unsafeLoad(fromByteOffset: 0, as: UInt8.self))
    else { return nil }
    switch tag {
    case .insert, .update, .delete, .truncate: return begin.transaction
    default: return nil
    }
  }

  private mutating func keepalive(_ end: LSN) {
    // Inside a transaction the server's position says nothing about what was sent of it.
    if tracker.isIdle && end > idlePosition { idlePosition = end }
  }

  private mutating func data(_ frame: borrowing Frame) throws(DecodeError) -> Pause? {
    if let block = inProgress.block { return try inProgress.take(frame, of: block) ? .spoolDue(block) : nil }
    var reader = MessageReader(frame.payload)
    switch try reader.message(into: &tuples) {
    case .insert(let insert):
      try change(.insert, .insert, insert.relation, frame)
      if insert.relation == signalRelation, tracker.isOpen, tuples.new.count == 3 {
        return .signal(signal(tuples.new, frame))
      }
    case .update(let update): try change(.update, .update, update.relation, frame)
    case .delete(let delete):
      try change(.delete, .delete, delete.relation, frame)
      if delete.relation == signalRelation, tracker.isOpen, tuples.old.count == 3 {
        return .signalGone(id: signal(tuples.old, frame).id)
      }
    case .begin(let begin): try self.begin(begin, frame)
    case .commit(let commit): return try self.commit(commit)
    case .relation(let relation):
      if !isReplaying { inProgress.introduce(relation.oid) }
      return .relation(relation)
    case .truncate(let truncate): try self.truncate(truncate, frame)
    case .logicalMessage(let message): return try self.message(message, frame)
    case .origin(let origin): if tracker.isOpen { encoder.origin(origin) }
    case .type: break
    case .streamStart(let start) where takesInProgress && tracker.isIdle:
      try inProgress.begin(start, at: frame.start)
    // PostgreSQL 18 sends it whatever was asked for, of parts that it gave up before it sent anything of them.
    case .streamAbort(let abort) where tracker.isIdle:
      return inProgress.rollBack(abort) ? .rolledBack(abort.transaction) : nil
    case .streamCommit(let commit) where takesInProgress && tracker.isIdle:
      return .spooled(try inProgress.commit(commit, at: frame.start))
    case .streamStart, .streamStop, .streamCommit, .streamAbort, .beginPrepare, .prepare, .commitPrepared,
      .rollbackPrepared, .streamPrepare:
      let tag = frame.payload.unsafeLoad(fromByteOffset: 0, as: UInt8.self)
      throw DecodeError(.unexpected("it belongs to an option of the stream that was not asked for"), at: 0, in: tag)
    }
    return pendingBytes >= policy.bufferBytes ? .bufferFull : nil
  }

  /// The signal table's first three columns.
  private func signal(_ cells: [Cell], _ frame: borrowing Frame) -> Signal {
    func text(_ index: Int) -> String? {
      guard index < cells.count, cells[index].kind == .text else { return nil }
      return frame.payload.extracting(cells[index].range).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
    return Signal(id: text(0) ?? "", type: text(1) ?? "", data: text(2))
  }

  private mutating func begin(_ begin: Begin, _ frame: borrowing Frame) throws(DecodeError) {
    transaction = try tracker.begin(begin) ? begin : nil
    if transaction == nil { skipped += 1 } else { encoder.begin(begin, at: frame.start) }
  }

  private mutating func commit(_ commit: Commit) throws(DecodeError) -> Pause? {
    transaction = nil
    let current = tracker.transaction
    guard let end = try tracker.commit(commit) else {
      idlePosition = max(idlePosition, min(commit.endLSN, tracker.offset))
      return nil
    }
    encoder.end(commit)
    endedSinceHandout = true
    pendingBytes = encoder.byteCount
    batch.close(at: end)
    let lag = MonotonicClock.wall().microseconds &- commit.commitTime.microseconds
    delay = policy.delay(whenBehind: .microseconds(max(0, lag)))
    idlePosition = max(idlePosition, end)
    lastTransaction = current
    if watchesTransactions, let current { return .ended(current) }
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

  private mutating func message(_ message: LogicalMessage, _ frame: borrowing Frame) throws(DecodeError) -> Pause? {
    if message.isTransactional {
      if try tracker.change(.logicalMessage) != nil { encoder.message(message, at: frame.start) }
      pendingBytes = encoder.byteCount
      return nil
    }
    // It stands for itself, before whatever transaction was open when it was written. Its LSN is where its record ends,
    // and may be where the next one begins: the commit of that very transaction, which is still to come.
    let end = frame.start
    guard tracker.isIdle, end > tracker.offset else { return nil }
    encoder.message(message, at: end)
    pendingBytes = encoder.byteCount
    guard pendingBytes > 0 else { return nil }
    batch.close(at: end)
    idlePosition = max(idlePosition, end)
    return isCommitDue ? .commitDue : nil
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

  /// Whether nothing would be committed but the offset.
  var isBatchEmpty: Bool { batch.isEmpty && pendingBytes == 0 }

  /// Whether the batch is to be committed at this transaction's end.
  var isCommitDue: Bool {
    guard !isBatchEmpty else { return false }
    return batch.changes >= policy.maxChanges || batch.writtenBytes + pendingBytes >= policy.maxBytes
      || timeUntilDue <= .zero
  }

  /// How long a batch may still wait.
  var timeUntilDue: Duration { delay - (ContinuousClock.now - lastCommit) }

  // MARK: Between frames

  /// Renders a heartbeat, between transactions.
  mutating func heartbeat() {
    guard tracker.isIdle else { return }
    encoder.heartbeat()
    pendingBytes = encoder.byteCount
  }

  /// Takes the plan that a `.relation` pause asked for.
  mutating func insert(_ plan: RelationPlan, _ facts: RelationFacts) {
    relations.insert(plan)
    encoder.relation(plan, facts)
    let relation = plan.relation
    if let signalTable, relation.schema == signalTable.schema, relation.name == signalTable.name {
      signalRelation = relation.oid
    }
  }

  /// What the `.spoolDue` pause wants spooled, against an empty buffer.
  mutating func exchangeInProgress(for spare: consuming OutputBuffer) -> OutputBuffer {
    inProgress.exchange(for: spare)
  }

  /// Relations, by OID, as they are known now.
  mutating func relations(_ oids: [UInt32]) -> [Relation] { oids.compactMap { relations.plan($0)?.relation } }

  /// Carries out what the sink has to know of a signal.
  mutating func carryOut(_ step: SnapshotStep) {
    switch step {
    case .notify(let notification): encoder.notify(notification)
    case .fill(let chunk): encoder.fillWindow(chunk.table.plan, chunk.table.facts, chunk.rows)
    case .openWindow: encoder.openWindow()
    case .emit: encoder.emitWindow()
    case .blocking, .log, .warn: break
    }
    pendingBytes = encoder.byteCount
  }

  /// Tells the encoder of the slot's `catalog_xmin`.
  mutating func takeXmin(_ xmin: UInt64?) { encoder.takeXmin(xmin) }

  /// Leaves with the encoder what an incremental snapshot needs after a restart.
  mutating func remember(_ signals: [UInt8]) { encoder.remember(signals) }

  /// A snapshot begins, before the stream or between two of its transactions.
  mutating func beginSnapshot(_ point: Begin, restarts: Bool) {
    encoder.beginSnapshot(point, restarts: restarts)
    if restarts { batch.open(point) }
  }

  /// Rows of a table follow.
  mutating func beginTable(_ table: SnapshotTable, _ snapshot: inout SnapshotRows) {
    snapshot.beginTable()
    encoder.relation(table.plan, table.facts)
  }

  /// Renders rows of a snapshot.
  mutating func take(_ rows: RowBatch, of plan: RelationPlan, _ snapshot: inout SnapshotRows) throws(DecodeError) {
    try snapshot.take(rows, of: plan, into: &encoder)
    for _ in 0..<rows.count { batch.count(.snapshot) }
    pendingBytes = encoder.byteCount
  }

  /// Renders a snapshot's last row.
  mutating func finish(_ snapshot: inout SnapshotRows) throws(DecodeError) {
    try snapshot.finish(into: &encoder)
    encoder.endSnapshot()
    // Even without a row: the encoder's state tells of the snapshot.
    endedSinceHandout = true
    pendingBytes = encoder.byteCount
  }

  /// Hands out what was rendered, against an empty batch.
  mutating func exchange(for spare: consuming EncodedBatch) -> EncodedBatch {
    batch.wrote(bytes: pendingBytes)
    pendingBytes = 0
    writtenChanges = batch.changes
    endedSinceHandout = false
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
  ///
  /// The end of a transaction without changes counts: the encoder's state tells of it.
  var hasPending: Bool { batch.changes > writtenChanges || pendingBytes > 0 || endedSinceHandout }

  /// Ends the session: hands the encoder back for the next one.
  consuming func finish() -> any ChangeEncoder & ~Copyable { encoder }
}
