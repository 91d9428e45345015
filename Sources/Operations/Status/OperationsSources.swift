internal import PGReplication
public import Pipeline
internal import Synchronization
public import WAL

/// Everything that health checks, metrics and status are made of, and where to read it without waiting.
public final class OperationsSources: Sendable {
  /// Which program this is.
  public let build: BuildDescription
  /// Where health begins to fail.
  public let bounds: HealthBounds
  private let metrics: PipelineMetrics
  private let identity: @Sendable () -> SourceIdentity?
  private let wire: @Sendable () -> WireReading?
  private let source: @Sendable () -> SourceReading
  private let kafka: @Sendable () -> KafkaReading?
  private let heartbeat: @Sendable () -> UInt64?
  private let startedAt: Int64
  private let startedMonotonic: UInt64
  private let progress = Mutex(ProgressRecord())

  /// Sources by their parts. The closures are called from any thread, often, and must not wait.
  /// - Parameters:
  ///   - identity: the source, once it is known.
  ///   - wire: the running stream, `stream.status` as a `WireReading`; nil while there is none.
  ///   - source: `SourceWatch.reading`.
  ///   - kafka: the publisher; nil where nothing is published.
  ///   - heartbeat: when the pipeline's loop last went round, in nanoseconds of `MonotonicClock`, 0 or nil before the
  ///     first time; what the metrics say unless given.
  public init(
    build: BuildDescription, metrics: PipelineMetrics, bounds: HealthBounds = HealthBounds(),
    identity: @escaping @Sendable () -> SourceIdentity? = { nil },
    wire: @escaping @Sendable () -> WireReading? = { nil },
    source: @escaping @Sendable () -> SourceReading = { SourceReading() },
    kafka: @escaping @Sendable () -> KafkaReading? = { nil },
    heartbeat: (@Sendable () -> UInt64?)? = nil
  ) {
    self.build = build
    self.bounds = bounds
    self.metrics = metrics
    self.identity = identity
    self.wire = wire
    self.source = source
    self.kafka = kafka
    self.heartbeat = heartbeat ?? { metrics.heartbeat.load(ordering: .relaxed) }
    startedAt = WallClock.unixMicroseconds()
    startedMonotonic = MonotonicClock.nanoseconds()
  }

  /// The sources of a running pipeline and the watch over its slot.
  public convenience init(
    build: BuildDescription, pipeline: Pipeline, watch: SourceWatch, bounds: HealthBounds = HealthBounds()
  ) {
    self.init(
      build: build, metrics: pipeline.metrics, bounds: bounds, identity: { pipeline.identity },
      wire: { pipeline.wire.map { WireReading($0) } }, source: { watch.reading })
  }

  /// All of it, now.
  public func snapshot() -> OperationsSnapshot {
    let now = MonotonicClock.nanoseconds()
    let pipeline = PipelineReading(metrics)
    let kafka = kafka()
    let progress = self.progress.withLock {
      $0.observe(pipeline, kafka, at: now)
      return $0
    }
    var snapshot = OperationsSnapshot(
      build: build, bounds: bounds, now: now, wallClock: WallClock.unixMicroseconds(), pipeline: pipeline)
    snapshot.identity = identity()
    snapshot.wire = wire()
    snapshot.source = source()
    snapshot.kafka = kafka
    snapshot.heartbeatAt = heartbeat().flatMap { $0 == 0 ? nil : $0 }
    snapshot.startedAt = startedAt
    snapshot.uptime = Double(now &- startedMonotonic) / 1e9
    snapshot.troubledSince = progress.troubledSince
    snapshot.brokersAwaySince = progress.brokersAwaySince
    snapshot.lastCommitAt = progress.lastCommitAt
    snapshot.changesPerSecond = progress.changesPerSecond
    return snapshot
  }

  /// Notes what only shows over time; the server does so every second.
  func observe() {
    let pipeline = PipelineReading(metrics)
    let kafka = kafka()
    let now = MonotonicClock.nanoseconds()
    progress.withLock { $0.observe(pipeline, kafka, at: now) }
  }
}
