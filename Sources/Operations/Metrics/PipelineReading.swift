public import Pipeline
internal import Synchronization
public import WAL

/// The pipeline's numbers at one moment.
public struct PipelineReading: Sendable {
  /// What the pipeline is doing.
  public var phase = PipelineMetrics.Phase.starting
  /// Changes made durable, by what happened to the row.
  public var inserts: UInt64 = 0
  /// Updates made durable.
  public var updates: UInt64 = 0
  /// Deletes made durable.
  public var deletes: UInt64 = 0
  /// Truncated tables made durable.
  public var truncates: UInt64 = 0
  /// Rows of snapshots made durable.
  public var snapshotRows: UInt64 = 0
  /// Source transactions made durable.
  public var transactions: UInt64 = 0
  /// Changes left out because their table is not captured.
  public var filtered: UInt64 = 0
  /// Changes set aside.
  public var quarantined: UInt64 = 0
  /// Stretches of the log that were recorded as never read.
  public var gaps: UInt64 = 0
  /// Transactions met again after a restart and skipped.
  public var skippedTransactions: UInt64 = 0
  /// Transactions of the audit database.
  public var batches: UInt64 = 0
  /// Sessions that failed and were started anew.
  public var retries: UInt64 = 0
  /// Sessions begun.
  public var sessions: UInt64 = 0
  /// Bytes handed to the sink.
  public var sinkBytes: UInt64 = 0
  /// The offset; nil before it is known.
  public var durable: LSN?
  /// Commit time of the last durable transaction, microseconds since the Unix epoch; nil before the first.
  public var durableCommitTime: Int64?
  /// Monotonic nanoseconds when nothing was left to do; nil before the first time.
  public var caughtUpAt: UInt64?
  /// Transactions that were streamed before they committed.
  public var streamedTransactions: UInt64 = 0
  /// Transactions in progress that are kept on disk.
  public var spoolTransactions: UInt64 = 0
  /// Bytes kept on disk of transactions in progress.
  public var spoolBytes: UInt64 = 0
  /// Changes of the batch under way.
  public var pendingChanges: UInt64 = 0
  /// Bytes of the batch under way.
  public var pendingBytes: UInt64 = 0
  /// Tables of the snapshot.
  public var snapshotTables: UInt64 = 0
  /// Tables of the snapshot that are done.
  public var snapshotTablesDone: UInt64 = 0
  /// Rows that the snapshot's tables are thought to hold.
  public var snapshotRowsExpected: UInt64 = 0
  /// Rows of the snapshot read so far.
  public var snapshotRowsRead: UInt64 = 0
  /// Changes a sink transaction; nil where nobody counts.
  public var batchSize: Histogram.Snapshot?
  /// Seconds a sink transaction.
  public var batchDuration: Histogram.Snapshot?
  /// Seconds from the source's commit to the sink's.
  public var commitLatency: Histogram.Snapshot?
  /// The last failure that was tried again; nil while all is well.
  public var lastFailure: Failure?

  /// All zero, for a program that has just started.
  public init() {}

  /// What the metrics say now; each number is read on its own.
  public init(_ metrics: PipelineMetrics) {
    phase = metrics.currentPhase
    inserts = metrics.inserts.load(ordering: .relaxed)
    updates = metrics.updates.load(ordering: .relaxed)
    deletes = metrics.deletes.load(ordering: .relaxed)
    truncates = metrics.truncates.load(ordering: .relaxed)
    snapshotRows = metrics.snapshotRows.load(ordering: .relaxed)
    transactions = metrics.transactions.load(ordering: .relaxed)
    filtered = metrics.filtered.load(ordering: .relaxed)
    quarantined = metrics.quarantined.load(ordering: .relaxed)
    gaps = metrics.gaps.load(ordering: .relaxed)
    skippedTransactions = metrics.skippedTransactions.load(ordering: .relaxed)
    batches = metrics.batches.load(ordering: .relaxed)
    retries = metrics.retries.load(ordering: .relaxed)
    sessions = metrics.sessions.load(ordering: .relaxed)
    sinkBytes = metrics.sinkBytes.load(ordering: .relaxed)
    streamedTransactions = metrics.streamedTransactions.load(ordering: .relaxed)
    spoolTransactions = metrics.spoolTransactions.load(ordering: .relaxed)
    spoolBytes = metrics.spoolBytes.load(ordering: .relaxed)
    pendingChanges = metrics.pendingChanges.load(ordering: .relaxed)
    pendingBytes = metrics.pendingBytes.load(ordering: .relaxed)
    snapshotTables = metrics.snapshotTables.load(ordering: .relaxed)
    snapshotTablesDone = metrics.snapshotTablesDone.load(ordering: .relaxed)
    snapshotRowsExpected = metrics.snapshotRowsExpected.load(ordering: .relaxed)
    snapshotRowsRead = metrics.snapshotRowsRead.load(ordering: .relaxed)
    batchSize = metrics.batchSize.snapshot
    batchDuration = metrics.batchDuration.snapshot
    commitLatency = metrics.commitLatency.snapshot
    lastFailure = metrics.lastFailure
    readPosition(metrics)
  }

  private mutating func readPosition(_ metrics: PipelineMetrics) {
    let position = metrics.durableLSN.load(ordering: .relaxed)
    durable = position == 0 ? nil : LSN(position)
    let commit = metrics.durableCommitTime.load(ordering: .relaxed)
    durableCommitTime = commit == 0 ? nil : commit
    let idle = metrics.caughtUpAt.load(ordering: .relaxed)
    caughtUpAt = idle == 0 ? nil : idle
  }

  /// Changes made durable, of every kind.
  public var changes: UInt64 { inserts &+ updates &+ deletes &+ truncates &+ snapshotRows }
}
