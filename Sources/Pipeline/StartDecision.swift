public import PGReplication
public import WAL

/// What to do at the start of a session: a pure table from what is known of sink, slot and server to an action.
///
/// The sink's offset is the truth; the slot's own position is only checked against it.
public struct StartDecision: Sendable {
  /// `snapshot.mode`, as Debezium names them; `never` is an alias of `noData`.
  public enum SnapshotMode: String, Sendable, CaseIterable {
    /// Rows once, when nothing is stored yet; then the stream.
    case initial
    /// Rows once; then the program ends.
    case initialOnly = "initial_only"
    /// The stream only.
    case noData = "no_data"
    /// Rows at every start; then the stream.
    case always
    /// As `initial`, and again whenever the stream cannot go on from the offset.
    case whenNeeded = "when_needed"
  }

  /// What is known when a session starts.
  public struct Facts: Sendable {
    /// The source as it identifies itself now.
    public var identity: SourceIdentity
    /// The sink's offset; nil when it knows nothing of this source.
    public var offset: StoredOffset?
    /// The slot; nil when there is none.
    public var slot: SlotState?
    /// The end of the server's flushed log.
    public var serverEnd: LSN
    /// The history of the server's timeline.
    public var history: TimelineHistory
    /// Whether this process has taken its snapshot already.
    public var hasSnapshot: Bool

    /// Facts by their parts.
    public init(
      identity: SourceIdentity, offset: StoredOffset?, slot: SlotState?, serverEnd: LSN, history: TimelineHistory,
      hasSnapshot: Bool
    ) {
      self.identity = identity
      self.offset = offset
      self.slot = slot
      self.serverEnd = serverEnd
      self.history = history
      self.hasSnapshot = hasSnapshot
    }

    /// Whether the offset's timeline led to the server's, and was not left before the offset.
    ///
    /// Timeline 0 stands for one that was not stored.
    func hasReached(_ offset: StoredOffset) -> Bool {
      switch offset.timeline {
      case 0, identity.timeline: true
      default: branch(of: offset).map { offset.position <= $0 } ?? false
      }
    }

    /// Where the server's history left the offset's timeline; nil when that timeline is no ancestor of the server's.
    func branch(of offset: StoredOffset) -> LSN? {
      history.entries.first { $0.timeline == offset.timeline }?.switchedAt
    }

    /// The end of what the offset's history and the server's have in common; nil when it cannot be told.
    func sharedEnd(of offset: StoredOffset) -> LSN? {
      guard hasReached(offset) else { return branch(of: offset) }
      return offset.position <= serverEnd ? offset.position : nil
    }

    /// Where the log begins that was not read, should the stream not go on from the offset; where that cannot be told,
    /// the slot's own position or the end of the shorter history is named.
    func firstUnread(after offset: StoredOffset) -> LSN {
      if let shared = sharedEnd(of: offset) { return shared }
      let end = min(offset.position, serverEnd)
      guard let slot, !slot.isInvalidated, let confirmed = slot.confirmedFlushLSN else { return end }
      return min(end, confirmed)
    }
  }

  /// What happens to the slot before a snapshot.
  public enum SlotAction: Hashable, Sendable {
    /// There is none: create it, with the snapshot.
    case create
    /// It is invalid: drop it and create it anew, with the snapshot.
    case recreate
    /// It serves; the snapshot comes from a temporary slot of its own.
    case keep
  }

  /// A stretch of the log that will never be read.
  public struct Gap: Hashable, Sendable {
    /// Where it begins; it ends where the new snapshot was taken.
    public let from: LSN
    /// Why it was not read.
    public let reason: String
  }

  /// What the session does.
  public enum Action: Hashable, Sendable {
    /// Read the stream from the offset.
    case resume(from: LSN)
    /// Create the slot and read the stream from its beginning.
    case createSlot
    /// Nothing is stored and no rows are wanted: read the existing slot from its own position.
    case adoptSlot(at: LSN)
    /// Take a snapshot, then read the stream: from the snapshot's position, or from `resume` where the stream had
    /// got somewhere already.
    case snapshot(SlotAction, resume: LSN?, gap: Gap?)
    /// Everything asked for is done.
    case finished
  }

  /// When rows are read.
  public let mode: SnapshotMode

  /// Whether `always` goes on from its snapshot, as Debezium does: what was changed while nobody read shows in the
  /// snapshot's rows alone. Otherwise it goes on from the offset.
  public let alwaysFromSnapshot: Bool
  /// Whether a slot that stands ahead of the offset is no gap.
  public let trustsSlot: Bool

  /// Decisions under a `snapshot.mode`.
  public init(mode: SnapshotMode, alwaysFromSnapshot: Bool = false, trustsSlot: Bool = false) {
    self.mode = mode
    self.alwaysFromSnapshot = alwaysFromSnapshot
    self.trustsSlot = trustsSlot
  }

  /// The action for these facts, or why there is none.
  ///
  /// A snapshot takes the epoch before the stream holds the slot, so none is begun while another instance reads it.
  public func action(for facts: Facts) throws(Failure) -> Action {
    let action = try wanted(facts)
    if case .snapshot = action, let slot = facts.slot, slot.active {
      throw .slotInUse(slot)
    }
    return action
  }

  private func wanted(_ facts: Facts) throws(Failure) -> Action {
    if let slot = facts.slot { try checkFitness(of: slot, for: facts.identity) }
    guard let offset = facts.offset else { return try firstStart(facts) }
    // The rows are stored, and nobody asked for what came after them.
    if mode == .initialOnly { return .finished }
    do {
      try checkContinuity(of: offset, facts)
    } catch {
      guard mode == .whenNeeded else { throw error }
      let slotAction: SlotAction = facts.slot.map { $0.isInvalidated ? .recreate : .keep } ?? .create
      return .snapshot(slotAction, resume: nil, gap: Gap(from: facts.firstUnread(after: offset), reason: error.what))
    }
    switch mode {
    case .always where !facts.hasSnapshot:
      return .snapshot(.keep, resume: alwaysFromSnapshot ? nil : offset.position, gap: nil)
    case .initial, .initialOnly, .noData, .always, .whenNeeded:
      return .resume(from: trustsSlot ? max(offset.position, facts.slot?.confirmedFlushLSN ?? .zero) : offset.position)
    }
  }

  private func firstStart(_ facts: Facts) throws(Failure) -> Action {
    guard let slot = facts.slot else {
      return mode == .noData ? .createSlot : .snapshot(.create, resume: nil, gap: nil)
    }
    if slot.isInvalidated {
      guard mode == .whenNeeded else { throw invalidated(slot, facts.identity) }
      return .snapshot(.recreate, resume: nil, gap: nil)
    }
    guard mode == .noData else { return .snapshot(.keep, resume: nil, gap: nil) }
    return .adoptSlot(at: slot.confirmedFlushLSN ?? slot.restartLSN ?? .zero)
  }

  private func checkFitness(of slot: SlotState, for identity: SourceIdentity) throws(Failure) {
    let place = "slot \(slot.name)"
    guard slot.plugin == "pgoutput" else {
      throw Failure(
        .slotUnfit, "slot \"\(slot.name)\" uses \(slot.plugin ?? "no output plugin"), not pgoutput", at: place)
    }
    guard slot.database == identity.database else {
      throw Failure(
        .slotUnfit,
        "slot \"\(slot.name)\" belongs to database \"\(slot.database ?? "")\", not \"\(identity.database)\"",
        at: place)
    }
    guard !slot.temporary else {
      throw Failure(.slotUnfit, "slot \"\(slot.name)\" is temporary and ends with its session", at: place)
    }
  }

  private func checkContinuity(of offset: StoredOffset, _ facts: Facts) throws(Failure) {
    let place = "slot \(facts.identity.slot), database \(facts.identity.database)"
    guard facts.hasReached(offset) else {
      throw Failure(
        .offsetAhead,
        "the stored offset \(offset.position) on timeline \(offset.timeline) is no part of the server's history, "
          + "which is on timeline \(facts.identity.timeline) now", at: place)
    }
    guard offset.position <= facts.serverEnd else {
      throw Failure(
        .offsetAhead,
        "the stored offset \(offset.position) lies ahead of the server's log, which ends at \(facts.serverEnd)",
        at: place)
    }
    guard let slot = facts.slot else {
      throw Failure(
        .slotMissing,
        "slot \"\(facts.identity.slot)\" does not exist, although changes up to \(offset.position) are stored",
        at: place)
    }
    guard !slot.isInvalidated else { throw invalidated(slot, facts.identity) }
    if let confirmed = slot.confirmedFlushLSN, confirmed > offset.position, !trustsSlot {
      throw Failure(
        .gap,
        "slot \"\(slot.name)\" stands at \(confirmed), ahead of the stored offset \(offset.position): "
          + "\(confirmed.distance(from: offset.position)) bytes of log were never recorded", at: place)
    }
  }

  private func invalidated(_ slot: SlotState, _ identity: SourceIdentity) -> Failure {
    Failure(
      .slotInvalidated, "slot \"\(slot.name)\" is invalid (\(slot.invalidationReason ?? "wal_status lost"))",
      at: "slot \(slot.name), database \(identity.database)")
  }
}
