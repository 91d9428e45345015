internal import Synchronization

/// Observations counted in fixed ranges, for Prometheus.
public final class Histogram: Sendable {
  /// The counts at one moment.
  public struct Snapshot: Sendable {
    /// Upper bounds of the ranges; a last one without bound follows.
    public let bounds: [Double]
    /// Observations in each range, one more than there are bounds; not cumulative.
    public let counts: [UInt64]
    /// The sum of all observations.
    public let sum: Double
  }

  private let bounds: [Double]
  private let state: Mutex<(counts: [UInt64], sum: Double)>

  /// An empty histogram. - Parameter bounds: upper bounds of the ranges, rising.
  public init(bounds: [Double]) {
    self.bounds = bounds
    state = Mutex((Array(repeating: 0, count: bounds.count + 1), 0))
  }

  /// Counts one observation.
  public func observe(_ value: Double) {
    let index = bounds.firstIndex { value <= $0 } ?? bounds.count
    state.withLock {
      $0.counts[index] += 1
      $0.sum += value
    }
  }

  /// The counts now.
  public var snapshot: Snapshot {
    state.withLock { Snapshot(bounds: bounds, counts: $0.counts, sum: $0.sum) }
  }
}
