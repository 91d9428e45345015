internal import Logging
internal import Pipeline
internal import Synchronization
internal import WAL

/// What a run did, told once at its end.
struct FinalReport: Sendable {
  private let metrics: PipelineMetrics
  private let began = ContinuousClock.now

  init(_ metrics: PipelineMetrics) { self.metrics = metrics }

  /// The numbers in their order.
  var entries: [(name: String, value: String)] {
    let seconds = max(0.001, Double((ContinuousClock.now - began).components.seconds)
      + Double((ContinuousClock.now - began).components.attoseconds) / 1e18)
    func value(_ counter: borrowing Atomic<UInt64>) -> UInt64 { counter.load(ordering: .relaxed) }
    let changes =
      value(metrics.inserts) + value(metrics.updates) + value(metrics.deletes) + value(metrics.truncates)
      + value(metrics.snapshotRows)
    return [
      ("changes", "\(changes)"), ("inserts", "\(value(metrics.inserts))"), ("updates", "\(value(metrics.updates))"),
      ("deletes", "\(value(metrics.deletes))"), ("truncates", "\(value(metrics.truncates))"),
      ("snapshot_rows", "\(value(metrics.snapshotRows))"), ("transactions", "\(value(metrics.transactions))"),
      ("batches", "\(value(metrics.batches))"), ("set_aside", "\(value(metrics.quarantined))"),
      ("retries", "\(value(metrics.retries))"), ("position", LSN(value(metrics.durableLSN)).description),
      ("seconds", "\((seconds * 10).rounded() / 10)"), ("changes_per_second", "\(Int(Double(changes) / seconds))"),
    ]
  }

  /// One line with all of it.
  func log(_ logger: Logger) {
    logger.notice(
      "final statistics", metadata: Logger.Metadata(uniqueKeysWithValues: entries.map { ($0.name, .string($0.value)) }))
  }
}
