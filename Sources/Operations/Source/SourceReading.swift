public import WAL

/// What was last learnt of the source by looking at its catalogue.
public struct SourceReading: Sendable, Hashable {
  /// The slot; nil when it does not exist or nobody has looked yet.
  public var slot: SlotReading?
  /// The end of the server's flushed log; nil before the first look.
  public var flushed: LSN?
  /// Monotonic nanoseconds of the last look that succeeded; nil before it.
  public var polledAt: UInt64?
  /// Why the last look failed, without secrets; nil when it succeeded.
  public var lastError: String?
  /// Bytes of log that the server writes a second, smoothed over about a minute; nil before the second look.
  public var walBytesPerSecond: Double?

  /// A reading by its parts; without any, one of a source that nobody has looked at.
  public init(
    slot: SlotReading? = nil, flushed: LSN? = nil, polledAt: UInt64? = nil, lastError: String? = nil,
    walBytesPerSecond: Double? = nil
  ) {
    self.slot = slot
    self.flushed = flushed
    self.polledAt = polledAt
    self.lastError = lastError
    self.walBytesPerSecond = walBytesPerSecond
  }

  /// Bytes of log that the slot makes the server keep; nil when unknown.
  public var retainedBytes: UInt64? {
    guard let flushed, let restart = slot?.restart else { return nil }
    return flushed.distance(from: restart)
  }

  /// Seconds until the server may give up the slot's log if it goes on writing as fast and nothing is confirmed;
  /// infinite when it keeps everything or writes nothing; 0 when it is too late; nil when unknown.
  public var secondsUntilInvalidation: Double? {
    guard let slot else { return nil }
    if slot.isInvalidated { return 0 }
    guard let safe = slot.safeBytes else { return .infinity }
    guard safe > 0 else { return 0 }
    guard let speed = walBytesPerSecond else { return nil }
    return speed > 0 ? Double(safe) / speed : .infinity
  }
}
