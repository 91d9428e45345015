/// Where health begins to fail.
public struct HealthBounds: Sendable, Hashable {
  /// How long the stream may be silent.
  public var wireSilence: Duration
  /// How long a failure may be tried again, or a start take, before the program counts as unhealthy.
  public var recovery: Duration
  /// How old the last look at the slot may be.
  public var slotAge: Duration
  /// How long the pipeline's main loop may give no sign of life. It waits for the sink, so that this must be longer
  /// than any statement of the audit database may take.
  public var heartbeat: Duration
  /// The most bytes of log that the audit trail may be behind; nil for no bound.
  public var lagBytes: UInt64?
  /// The most seconds that the audit trail may be behind; nil for no bound.
  public var lagSeconds: Double?

  /// Bounds by their values.
  public init(
    wireSilence: Duration = .seconds(60), recovery: Duration = .seconds(60), slotAge: Duration = .seconds(60),
    heartbeat: Duration = .seconds(300), lagBytes: UInt64? = nil, lagSeconds: Double? = nil
  ) {
    self.wireSilence = wireSilence
    self.recovery = recovery
    self.slotAge = slotAge
    self.heartbeat = heartbeat
    self.lagBytes = lagBytes
    self.lagSeconds = lagSeconds
  }
}
