internal import Pipeline

/// What only shows over time: since when something is wrong, when the sink last committed, how fast changes come.
struct ProgressRecord: Sendable {
  /// Monotonic nanoseconds since when the pipeline has not been reading; nil while it is.
  private(set) var troubledSince: UInt64?
  /// Monotonic nanoseconds since when brokers cannot be reached; nil while they can, or where nothing is published.
  private(set) var brokersAwaySince: UInt64?
  /// Monotonic nanoseconds when a commit of the sink was first seen; nil before one.
  private(set) var lastCommitAt: UInt64?
  private var batches: UInt64 = 0
  private var rate = SmoothedRate(timeConstant: 10)

  /// Changes a second, smoothed over about ten seconds.
  var changesPerSecond: Double? { rate.perSecond }

  mutating func observe(_ pipeline: PipelineReading, _ kafka: KafkaReading? = nil, at now: UInt64) {
    switch pipeline.phase {
    case .streaming, .snapshot: troubledSince = pipeline.lastFailure == nil ? nil : (troubledSince ?? now)
    case .standby: troubledSince = nil
    case .starting, .waiting, .stopping, .stopped: troubledSince = troubledSince ?? now
    }
    brokersAwaySince = kafka?.isReachable ?? true ? nil : (brokersAwaySince ?? now)
    if pipeline.batches != batches {
      batches = pipeline.batches
      lastCommitAt = now
    }
    rate.observe(pipeline.changes, at: now)
  }
}
