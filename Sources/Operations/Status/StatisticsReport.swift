public import Logging
public import Pipeline
internal import WAL

/// What the program did, told once when it stops.
public struct StatisticsReport: Sendable, CustomStringConvertible {
  private let reading: PipelineReading
  private let seconds: Double

  /// The report of a run. - Parameter duration: how long it took.
  public init(_ metrics: PipelineMetrics, duration: Duration) {
    self.init(PipelineReading(metrics), duration: duration)
  }

  init(_ reading: PipelineReading, duration: Duration) {
    self.reading = reading
    seconds = max(0, duration.secondsValue)
  }

  /// Changes a second over the whole run.
  public var changesPerSecond: Double { seconds > 0 ? Double(reading.changes) / seconds : 0 }

  /// Several lines for people, without a line break at the end.
  public var description: String {
    """
    changes:      \(reading.changes) (insert \(reading.inserts), update \(reading.updates), \
    delete \(reading.deletes), truncate \(reading.truncates), snapshot \(reading.snapshotRows))
    transactions: \(reading.transactions) in \(reading.batches) batches
    rate:         \(changesPerSecond.tenths) changes/s over \(seconds.tenths) s
    errors:       \(reading.quarantined) set aside
    left out:     \(reading.filtered) filtered, \(reading.skippedTransactions) transactions met again
    sessions:     \(reading.sessions), retries \(reading.retries)
    position:     \(reading.durable?.description ?? "none")
    """
  }

  /// The same as fields of one log line.
  public var metadata: Logger.Metadata {
    [
      "changes": .stringConvertible(reading.changes), "inserts": .stringConvertible(reading.inserts),
      "updates": .stringConvertible(reading.updates),
      "deletes": .stringConvertible(reading.deletes), "truncates": .stringConvertible(reading.truncates),
      "snapshot_rows": .stringConvertible(reading.snapshotRows),
      "transactions": .stringConvertible(reading.transactions), "batches": .stringConvertible(reading.batches),
      "changes_per_second": .stringConvertible(changesPerSecond), "duration_seconds": .stringConvertible(seconds),
      "quarantined": .stringConvertible(reading.quarantined), "filtered": .stringConvertible(reading.filtered),
      "skipped_transactions": .stringConvertible(reading.skippedTransactions),
      "sessions": .stringConvertible(reading.sessions),
      "retries": .stringConvertible(reading.retries), "lsn": "\(reading.durable?.description ?? "none")",
    ]
  }
}
