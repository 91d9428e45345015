internal import Decoder
internal import Synchronization
internal import WAL

/// Hands each change to two encoders. One whose sink is ahead is left out until the other has caught up.
struct ForkedEncoder: ~Copyable, ChangeEncoder {
  private var first: any ChangeEncoder & ~Copyable
  private var second: any ChangeEncoder & ~Copyable
  private let offsets: (first: LSN, second: LSN)
  private let handoff: Handoff
  private let firstIncludes: @Sendable (_ schema: String, _ table: String) -> Bool
  private var isForFirst = true
  private var isForSecond = true
  /// Relations that only the second sink takes.
  private var onlyForSecond: Set<UInt32> = []

  /// - Parameters:
  ///   - offsets: what each sink holds already.
  ///   - firstIncludes: whether the first sink takes a table.
  init(
    _ first: consuming any ChangeEncoder & ~Copyable, _ second: consuming any ChangeEncoder & ~Copyable,
    offsets: (first: LSN, second: LSN), handoff: Handoff,
    firstIncludes: @escaping @Sendable (_ schema: String, _ table: String) -> Bool
  ) {
    self.firstIncludes = firstIncludes
    self.first = first
    self.second = second
    self.offsets = offsets
    self.handoff = handoff
  }

  private(set) var changeCount = 0
  private(set) var byteCount = 0

  /// An existential that cannot be copied is only asked while it is owned.
  private mutating func measure() {
    changeCount = first.changeCount + second.changeCount
    byteCount = first.byteCount + second.byteCount
  }

  mutating func relation(_ plan: RelationPlan, _ facts: RelationFacts) {
    let relation = plan.relation
    if firstIncludes(relation.schema, relation.name) {
      first.relation(plan, facts)
    } else {
      onlyForSecond.insert(relation.oid)
    }
    second.relation(plan, facts)
  }

  mutating func begin(_ transaction: Begin, at lsn: LSN) {
    isForFirst = transaction.commitLSN >= offsets.first
    isForSecond = transaction.commitLSN >= offsets.second
    if isForFirst { first.begin(transaction, at: lsn) }
    if isForSecond { second.begin(transaction, at: lsn) }
    measure()
  }

  mutating func beginSnapshot(_ point: Begin, restarts: Bool) {
    // A snapshot that a signal asked for is for events alone.
    (isForFirst, isForSecond) = (restarts, true)
    if isForFirst { first.beginSnapshot(point, restarts: restarts) }
    second.beginSnapshot(point, restarts: restarts)
  }

  mutating func endSnapshot() {
    first.endSnapshot()
    second.endSnapshot()
  }

  mutating func takeXmin(_ xmin: UInt64?) {
    first.takeXmin(xmin)
    second.takeXmin(xmin)
  }

  mutating func remember(_ signals: [UInt8]) {
    first.remember(signals)
    second.remember(signals)
  }

  mutating func origin(_ origin: Origin) {
    if isForFirst { first.origin(origin) }
    if isForSecond { second.origin(origin) }
  }

  mutating func message(_ message: borrowing LogicalMessage, at lsn: LSN) {
    if message.isTransactional ? isForFirst : lsn > offsets.first { first.message(message, at: lsn) }
    if message.isTransactional ? isForSecond : lsn > offsets.second { second.message(message, at: lsn) }
    measure()
  }

  mutating func encode(_ change: borrowing Change) {
    let takes = isForFirst && (onlyForSecond.isEmpty || !onlyForSecond.contains(change.plan.relation.oid))
    handoff.count(isForFirst: takes)
    if takes { first.encode(change) }
    if isForSecond { second.encode(change) }
    measure()
  }

  mutating func end(_ commit: Commit) {
    if isForFirst { first.end(commit) }
    if isForSecond { second.end(commit) }
    measure()
  }

  mutating func heartbeat() {
    first.heartbeat()
    second.heartbeat()
    measure()
  }

  mutating func notify(_ notification: SnapshotNotification) {
    first.notify(notification)
    second.notify(notification)
    measure()
  }

  mutating func fillWindow(_ plan: RelationPlan, _ facts: RelationFacts, _ rows: RowBatch) {
    first.fillWindow(plan, facts, rows)
    second.fillWindow(plan, facts, rows)
  }

  mutating func openWindow() {
    first.openWindow()
    second.openWindow()
  }

  mutating func emitWindow() {
    first.emitWindow()
    second.emitWindow()
    measure()
  }

  /// The first one's batch; the second one's waits in the handoff.
  mutating func exchange(for spare: consuming EncodedBatch) -> EncodedBatch {
    handoff.leave(second.exchange(for: handoff.takeSpare()))
    let full = first.exchange(for: spare)
    measure()
    return full
  }

  mutating func setAside(_ refused: RefusedChange) { first.setAside(refused) }
}
