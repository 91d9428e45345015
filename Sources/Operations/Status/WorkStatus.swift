/// What an instance has done since its start, for a status report.
public struct WorkStatus: Sendable, Hashable, Codable {
  /// Changes made durable.
  public var changes: UInt64
  /// Changes made durable, by what happened to the row.
  public var changesByOperation: [String: UInt64]
  /// Source transactions made durable.
  public var transactions: UInt64
  /// Transactions of the audit database.
  public var batches: UInt64
  /// Changes set aside.
  public var quarantined: UInt64
  /// Changes left out because their table is not captured.
  public var filtered: UInt64
  /// Transactions met again after a restart and skipped.
  public var skippedTransactions: UInt64
  /// Sessions begun.
  public var sessions: UInt64
  /// Sessions that failed and were started anew.
  public var retries: UInt64
  /// Changes a second of late.
  public var changesPerSecond: Double?
  /// Bytes of log that the source writes a second.
  public var sourceBytesPerSecond: Double?

  /// The work of a snapshot.
  public init(_ now: OperationsSnapshot) {
    let pipeline = now.pipeline
    changes = pipeline.changes
    changesByOperation = [
      "insert": pipeline.inserts, "update": pipeline.updates, "delete": pipeline.deletes,
      "truncate": pipeline.truncates, "snapshot": pipeline.snapshotRows,
    ]
    transactions = pipeline.transactions
    batches = pipeline.batches
    quarantined = pipeline.quarantined
    filtered = pipeline.filtered
    skippedTransactions = pipeline.skippedTransactions
    sessions = pipeline.sessions
    retries = pipeline.retries
    changesPerSecond = now.changesPerSecond
    sourceBytesPerSecond = now.source.walBytesPerSecond
  }
}
