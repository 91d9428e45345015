internal import PGReplication
public import Synchronization

/// What the pipeline tells of itself: numbers that any thread may read at any time, written once a batch.
public final class PipelineMetrics: Sendable {
  /// Changes made durable, by operation, in the order of `Change.Operation`.
  public let inserts = Atomic<UInt64>(0)
  /// Updates made durable.
  public let updates = Atomic<UInt64>(0)
  /// Deletes made durable.
  public let deletes = Atomic<UInt64>(0)
  /// Truncated tables made durable.
  public let truncates = Atomic<UInt64>(0)
  /// Rows of snapshots made durable.
  public let snapshotRows = Atomic<UInt64>(0)
  /// Source transactions made durable.
  public let transactions = Atomic<UInt64>(0)
  /// Changes left out because their table is not captured.
  public let filtered = Atomic<UInt64>(0)
  /// Changes set aside.
  public let quarantined = Atomic<UInt64>(0)
  /// Stretches of the log that were recorded as never read.
  public let gaps = Atomic<UInt64>(0)
  /// Transactions met again after a restart and skipped because they are stored.
  public let skippedTransactions = Atomic<UInt64>(0)
  /// Sink transactions committed.
  public let batches = Atomic<UInt64>(0)
  /// Sessions that ended with a failure and were started anew.
  public let retries = Atomic<UInt64>(0)
  /// Sessions begun.
  public let sessions = Atomic<UInt64>(0)
  /// Bytes handed to the sink.
  public let sinkBytes = Atomic<UInt64>(0)
  /// The offset: everything before it is durable in every sink.
  public let durableLSN = Atomic<UInt64>(0)
  /// Commit time of the last transaction made durable, microseconds since the Unix epoch; 0 before the first.
  public let durableCommitTime = Atomic<Int64>(0)
  /// Monotonic nanoseconds when the pipeline last found itself with nothing left to do; 0 before the first time.
  public let caughtUpAt = Atomic<UInt64>(0)
  /// Monotonic nanoseconds when everything there was had been read for the first time; 0 before.
  public let settledAt = Atomic<UInt64>(0)
  /// Monotonic nanoseconds when the pipeline's loop last went round; 0 before the first time.
  public let heartbeat = Atomic<UInt64>(0)
  /// Changes of the batch under way.
  public let pendingChanges = Atomic<UInt64>(0)
  /// Bytes of the batch under way.
  public let pendingBytes = Atomic<UInt64>(0)
  /// Bytes that are kept of transactions in progress.
  public let spoolBytes = Atomic<UInt64>(0)
  /// Transactions in progress of which something is kept.
  public let spoolTransactions = Atomic<UInt64>(0)
  /// Transactions that were streamed before they committed.
  public let streamedTransactions = Atomic<UInt64>(0)
  /// What the pipeline is doing.
  public let phase = Atomic<UInt8>(Phase.starting.rawValue)
  /// Tables of the snapshot, and how many of them are done.
  public let snapshotTables = Atomic<UInt64>(0)
  /// Tables of the snapshot that are done.
  public let snapshotTablesDone = Atomic<UInt64>(0)
  /// Rows that the snapshot's tables are thought to hold.
  public let snapshotRowsExpected = Atomic<UInt64>(0)
  /// Rows of the running or last snapshot read so far.
  public let snapshotRowsRead = Atomic<UInt64>(0)
  /// Changes a sink transaction.
  public let batchSize = Histogram(bounds: [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000])
  /// Seconds from a sink transaction's first change to its commit.
  public let batchDuration = Histogram(bounds: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30])
  /// Seconds from the source's commit to the sink's.
  public let commitLatency = Histogram(
    bounds: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600])
  private let failure = Mutex<Failure?>(nil)

  /// All zero.
  public init() {}

  /// The last failure of this run that was tried again; nil after a session that got going.
  public var lastFailure: Failure? {
    get { failure.withLock { $0 } }
    set { failure.withLock { $0 = newValue } }
  }

  /// What the pipeline is doing.
  public enum Phase: UInt8, Sendable, CaseIterable {
    /// Connecting and checking.
    case starting
    /// Reading the tables as they stand.
    case snapshot
    /// Reading the log.
    case streaming
    /// Waiting before it tries again.
    case waiting
    /// Waiting for the slot, which another instance reads.
    case standby
    /// Finishing.
    case stopping
    /// Finished.
    case stopped
  }

  /// What the pipeline is doing, as a word.
  public var currentPhase: Phase { Phase(rawValue: phase.load(ordering: .relaxed)) ?? .starting }

  func enter(_ phase: Phase) {
    self.phase.store(phase.rawValue, ordering: .relaxed)
    beat()
  }

  func settled() {
    _ = settledAt.compareExchange(expected: 0, desired: MonotonicClock.nanoseconds(), ordering: .relaxed)
  }

  func beat() { heartbeat.store(MonotonicClock.nanoseconds(), ordering: .relaxed) }
}
