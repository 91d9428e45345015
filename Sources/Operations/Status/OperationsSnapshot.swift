internal import Pipeline
public import WAL

/// What was known at one moment: plain values, from which health, metrics and status are worked out.
public struct OperationsSnapshot: Sendable {
  /// Which program this is.
  public var build: BuildDescription
  /// Where health begins to fail.
  public var bounds: HealthBounds
  /// The moment, in nanoseconds of the monotonic clock.
  public var now: UInt64
  /// The moment, in microseconds since the Unix epoch.
  public var wallClock: Int64
  /// The pipeline.
  public var pipeline: PipelineReading
  /// The source; nil before it is known.
  public var identity: SourceIdentity?
  /// The stream; nil while there is none.
  public var wire: WireReading?
  /// The source's catalogue.
  public var source = SourceReading()
  /// Publishing to Kafka; nil where it is off.
  public var kafka: KafkaReading?
  /// When the pipeline's main loop last went round, monotonic nanoseconds; nil where nobody beats.
  public var heartbeatAt: UInt64?
  /// When the program started, microseconds since the Unix epoch.
  public var startedAt: Int64 = 0
  /// Seconds since then.
  public var uptime = 0.0
  /// Since when the pipeline has not been reading, monotonic nanoseconds; nil while it is.
  public var troubledSince: UInt64?
  /// Since when brokers cannot be reached, monotonic nanoseconds; nil while they can, or where nothing is published.
  public var brokersAwaySince: UInt64?
  /// When the sink was last seen to commit, monotonic nanoseconds; nil before the first time.
  public var lastCommitAt: UInt64?
  /// Changes a second of late; nil in the first second.
  public var changesPerSecond: Double?

  /// A snapshot of a program that has just started.
  public init(
    build: BuildDescription, bounds: HealthBounds = HealthBounds(), now: UInt64, wallClock: Int64,
    pipeline: PipelineReading = PipelineReading()
  ) {
    self.build = build
    self.bounds = bounds
    self.now = now
    self.wallClock = wallClock
    self.pipeline = pipeline
  }

  /// Seconds since a monotonic moment; 0 for one to come.
  func age(_ moment: UInt64) -> Double { moment < now ? Double(now - moment) / 1e9 : 0 }

  /// The end of the source's log, by whoever saw it last.
  public var sourceEnd: LSN? { [source.flushed, wire?.serverEnd].compactMap { $0 }.max() }

  /// Bytes of log between the source's end and the offset; nil before both are known.
  public var lagBytes: UInt64? {
    guard let end = sourceEnd, let durable = pipeline.durable else { return nil }
    return end.distance(from: durable)
  }

  /// Bytes of log that the source keeps because brokers are away: between what it was told and the trail's offset; nil
  /// when unknown, or where nothing is published.
  public var heldBackBytes: UInt64? {
    guard let kafka else { return nil }
    switch kafka.reach {
    case .there, .givenUp: return 0
    case .unknown, .away:
      let confirmed = wire?.confirmed ?? source.slot?.confirmed
      guard let confirmed, let durable = pipeline.durable else { return nil }
      return durable > confirmed ? durable.distance(from: confirmed) : 0
    }
  }

  /// Seconds by which the trail may be behind: 0 when nothing is left to do, otherwise since the later of the last
  /// audited commit and the last moment at which nothing was left; nil before either.
  public var lagSeconds: Double? {
    if isCaughtUp { return 0 }
    // Whatever is not audited yet was committed after both of them.
    let sinceCommit = pipeline.durableCommitTime.map { max(0, Double(wallClock &- $0) / 1e6) }
    let sinceIdle = pipeline.caughtUpAt.map { age($0) }
    return [sinceCommit, sinceIdle].compactMap { $0 }.min()
  }

  /// Whether everything that the source has sent, and as far as is known all that it has, is audited.
  public var isCaughtUp: Bool {
    guard pipeline.phase == .streaming, pipeline.pendingChanges == 0, let wire, wire.isConnected else { return false }
    if let durable = pipeline.durable, let end = sourceEnd, durable >= end { return true }
    guard let idle = pipeline.caughtUpAt, let heard = wire.lastByteAt, idle >= heard else { return false }
    // A walsender that is still decoding sends nothing: then the catalogue knows of more log than the stream does.
    guard let flushed = source.flushed else { return true }
    return (wire.received ?? .zero) >= flushed
  }
}
