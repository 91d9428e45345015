public import PGReplication
public import WAL

/// What health checks and metrics need of a slot's state.
public struct SlotReading: Sendable, Hashable {
  /// The slot's name.
  public var name: String
  /// Whether a walsender holds it.
  public var isActive: Bool
  /// How much of its log is still there; nil when it keeps none.
  public var walStatus: SlotState.WALStatus?
  /// The oldest log that it keeps.
  public var restart: LSN?
  /// What its consumer has confirmed.
  public var confirmed: LSN?
  /// Bytes that may still be written before it is in danger; nil without a limit.
  public var safeBytes: Int64?
  /// Why it was invalidated; nil for a good slot.
  public var invalidationReason: String?

  /// A reading by its parts.
  public init(
    name: String, isActive: Bool, walStatus: SlotState.WALStatus?, restart: LSN? = nil, confirmed: LSN? = nil,
    safeBytes: Int64? = nil, invalidationReason: String? = nil
  ) {
    self.name = name
    self.isActive = isActive
    self.walStatus = walStatus
    self.restart = restart
    self.confirmed = confirmed
    self.safeBytes = safeBytes
    self.invalidationReason = invalidationReason
  }

  /// What the server says.
  public init(_ state: SlotState) {
    self.init(
      name: state.name, isActive: state.active, walStatus: state.walStatus, restart: state.restartLSN,
      confirmed: state.confirmedFlushLSN, safeBytes: state.safeWALSize, invalidationReason: state.invalidationReason)
  }

  /// Whether it can never be read again.
  public var isInvalidated: Bool { walStatus == .lost || invalidationReason != nil }
}
