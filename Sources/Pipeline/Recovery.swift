internal import PGReplication
public import WAL

/// The way on where the stream cannot go on from the offset: what will never be read, what happens to the slot, and where
/// the trail begins again. Pure, as `StartDecision` is, whose refusals it answers.
public struct Recovery: Hashable, Sendable {
  /// Why a start refuses.
  public let failure: Failure
  /// Where the log that will never be read begins; nil where the offset is another server's, whose positions say nothing.
  public let from: LSN?
  /// Where the stream goes on; nil for the beginning of a slot that is still to be made.
  public let to: LSN?
  /// What happens to the slot before.
  public let slot: StartDecision.SlotAction
  /// Whether the trail may hold changes that the server's history lacks.
  public let hasDiverged: Bool

  /// The way on for these facts; nil when a start goes on by itself.
  ///
  /// - Parameter foreign: the refusal of another server's offset, where only that is stored.
  /// - Throws: the refusals that are no loss of the stream: a slot in use, an unfit one.
  public init?(for facts: StartDecision.Facts, foreign: Failure? = nil, trustsSlot: Bool = false) throws(Failure) {
    guard let failure = try Recovery.refusal(facts, foreign, trustsSlot) else { return nil }
    if let slot = facts.slot, slot.active {
      throw .slotInUse(slot, advice: "stop that instance first")
    }
    self.failure = failure
    let usable = facts.slot.flatMap { $0.isInvalidated ? nil : $0 }
    slot = usable != nil ? .keep : facts.slot == nil ? .create : .recreate
    let confirmed = usable.map { $0.confirmedFlushLSN ?? $0.restartLSN ?? .zero }
    guard let offset = facts.offset, foreign == nil else {
      (from, to, hasDiverged) = (nil, confirmed, false)
      return
    }
    from = facts.firstUnread(after: offset)
    if let shared = facts.sharedEnd(of: offset) {
      // What lies before it is stored, whichever timeline it was read on.
      hasDiverged = shared < offset.position
      to = confirmed.map { max($0, shared) }
    } else {
      // Where the histories parted cannot be told. Positions that the trail holds are not read again, as some of them
      // would be the same changes.
      hasDiverged = true
      to = confirmed.map { max($0, min(offset.position, facts.serverEnd)) }
    }
  }

  private static func refusal(
    _ facts: StartDecision.Facts, _ foreign: Failure?, _ trustsSlot: Bool
  ) throws(Failure) -> Failure? {
    do {
      _ = try StartDecision(mode: .noData, trustsSlot: trustsSlot).action(for: facts)
      return foreign
    } catch {
      switch error.kind {
      case .slotMissing, .slotInvalidated, .gap, .offsetAhead:
        guard facts.offset != nil || foreign != nil else {
          throw Failure(
            error.kind, error.what, at: error.place,
            advice: "nothing is stored for it, so nothing is lost: cdc-direct teardown drops it, and run makes it anew")
        }
        return foreign ?? error
      default: throw error
      }
    }
  }

  /// What the `gap` table says of it.
  public var reason: String {
    hasDiverged ? "\(failure.what); the trail may hold changes from after the servers' histories parted" : failure.what
  }
}
