internal import Executors
public import WAL
internal import Synchronization

/// Reads a replication slot: one walsender session, owned by a thread of its own, where blocking is legal.
///
/// Pull: the socket is read only inside `next`, so a slow consumer makes the server wait. Status updates go out on time
/// all the same: from `next` while it waits, from a ticker while the consumer works. One session a
/// stream: after an error or `stop()` make a new one.
public actor ReplicationStream {
  private let executor: ThreadExecutor
  private let wake = WakePipe()
  private let stopping = Atomic<Bool>(false)
  private var wire: ReplicationWire?
  private var ticker: Ticker?
  private let tickIsQueued = Atomic<Bool>(false)
  private var isReadingAhead = false
  /// The walsender's process, as in `pg_stat_replication`; nil before `start`.
  public private(set) var backendPID: Int32?
  /// What health checks and metrics see, readable from anywhere at any time.
  public nonisolated let status = WireStatus()

  /// The stream's own thread.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// Only starts the thread.
  public init() { executor = ThreadExecutor(name: "wal-reader") }

  deinit { executor.stop() }

  // MARK: Start

  /// How the session behaves in time.
  public struct Timing: Sendable, Hashable {
    /// Status updates are sent at least so often, and three times in `walSenderTimeout`.
    public var statusInterval: Duration
    /// After half of this silence a keepalive is asked for; after the whole the stream ends with `stale`.
    public var staleAfter: Duration
    /// The session's `wal_sender_timeout`: after so long without a word from us the server frees the slot. Nil for the
    /// server's own.
    public var walSenderTimeout: Duration?

    /// The usual: 10 s, 60 s, 60 s.
    public init(
      statusInterval: Duration = .seconds(10), staleAfter: Duration = .seconds(60),
      walSenderTimeout: Duration? = .seconds(60)
    ) {
      self.statusInterval = statusInterval
      self.staleAfter = staleAfter
      self.walSenderTimeout = walSenderTimeout
    }
  }

  /// Opens the session and starts the slot. A server position after `position` wins: the slot never goes back.
  ///
  /// - Parameter confirmed: how far the server hears that all is durable; nil for `position`, zero to leave the slot where it
  ///   is until `confirm`.
  ///
  /// Throws `PostgresError` (`55006`: the slot is in use, `42704`: no such slot, `55000`: it was invalidated, `28xxx`),
  /// or `CancellationError`.
  public func start(
    conninfo: Conninfo, slot: String, from position: LSN, options: StreamOptions, timing: Timing = Timing(),
    confirmed: LSN? = nil
  ) async throws {
    guard wire == nil, !stopping.load(ordering: .sequentiallyConsistent) else { throw StreamError.notRunning }
    try await withTaskCancellationHandler {
      do {
        try open(conninfo, slot, position, options, timing, confirmed ?? position)
      } catch let error as PostgresError where error.code == .interrupted {
        wake.silence()
        try throwIfInterrupted()
        throw error
      }
    } onCancel: {
      wake.ring()
    }
    ticker = Ticker(every: min(.seconds(1), timing.statusInterval / 4)) { [weak self] in
      guard let self else { return false }
      self.queueTick()
      return true
    }
  }

  private func open(
    _ conninfo: Conninfo, _ slot: String, _ position: LSN, _ options: StreamOptions, _ timing: Timing,
    _ confirmed: LSN
  ) throws {
    try throwIfInterrupted()
    let connection = try Connection(ReplicationStream.conninfo(conninfo, timing), interrupt: wake)
    try options.checkPublications(on: connection)
    let interval = min(timing.statusInterval, try ReplicationStream.patience(of: connection, timing) / 3)
    let command = try options.command(slot: slot, from: position, serverVersion: connection.serverVersion)
    try connection.beginCopyBoth(command)
    let clock = FeedbackClock(
      statusInterval: interval, staleAfter: timing.staleAfter, now: MonotonicClock.nanoseconds())
    backendPID = connection.backendPID
    wire = ReplicationWire(
      connection, from: position, confirmed: confirmed, status: status, wake: wake, clock: clock)
  }

  /// How long the server waits for a word from us; asked only when we have not told it.
  private static func patience(
    of connection: borrowing Connection, _ timing: Timing
  ) throws(PostgresError) -> Duration {
    if let told = timing.walSenderTimeout, told > .zero { return told }
    let setting = "SELECT setting FROM pg_catalog.pg_settings WHERE name = 'wal_sender_timeout'"
    let milliseconds = try connection.execute(setting).scalar.flatMap(Int64.init) ?? 0
    return milliseconds > 0 ? .milliseconds(milliseconds) : .seconds(3_600)
  }

  /// What values look like on the wire is pinned here, whatever the role's or database's own settings are.
  static func conninfo(_ conninfo: Conninfo, _ timing: Timing) -> Conninfo {
    let reader = valueConninfo(conninfo.replication.role("reader"))
    guard let timeout = timing.walSenderTimeout else { return reader }
    return reader.pinning([("wal_sender_timeout", "\(SocketWait.milliseconds(timeout))")])
  }

  /// The connection with the settings that decide what values look like as text, the same for stream and snapshot.
  public static func valueConninfo(_ conninfo: Conninfo) -> Conninfo {
    conninfo.pinning([
      ("DateStyle", "ISO"), ("IntervalStyle", "postgres"), ("TimeZone", "UTC"), ("extra_float_digits", "3"),
      ("bytea_output", "hex"), ("client_encoding", "UTF8"),
    ])
  }

  // MARK: Reading

  /// Waits for frames and returns the batch with all that have arrived, up to `FrameBatch.targetBytes`: at least one,
  /// or none when `limit` has passed without any.
  ///
  /// Cancelling the calling task ends the wait with `CancellationError`, after which the stream goes on or can be
  /// stopped. Any other error ends the session: `PostgresError`, or `StreamError` `stale`, `endedByServer`, `stopped`.
  public func next(
    into batch: consuming sending FrameBatch, waitingAtMost limit: Duration? = nil
  ) async throws -> sending FrameBatch {
    var filled = batch
    try await withTaskCancellationHandler {
      try fill(&filled, limit)
    } onCancel: {
      wake.ring()
    }
    return filled
  }

  private func fill(_ batch: inout FrameBatch, _ limit: Duration?) throws {
    guard wire != nil else {
      try throwIfInterrupted()
      throw StreamError.notRunning
    }
    do {
      try throwIfInterrupted()
      try wire?.fill(&batch, limit: limit, interrupted: throwIfInterrupted)
      queueReadingAhead()
    } catch let error as CancellationError {
      throw error
    } catch StreamError.stopped {
      throw StreamError.stopped
    } catch {
      close()
      throw error
    }
  }

  /// Reads on behind the call that returns now, in short stretches between which other calls come in.
  private func queueReadingAhead() {
    guard wire?.isHot ?? false, !isReadingAhead else { return }
    isReadingAhead = true
    Task { self.readAhead() }
  }

  private func readAhead() {
    isReadingAhead = false
    if wire?.readAhead() ?? false { queueReadingAhead() }
  }

  private func throwIfInterrupted() throws {
    if stopping.load(ordering: .sequentiallyConsistent) { throw StreamError.stopped }
    try Task.checkCancellation()
  }

  // MARK: Feedback

  /// Reports `flushed` as durable with the next status update; never backwards.
  public func confirm(_ flushed: LSN) { wire?.confirm(flushed) }

  /// Reports `flushed` as durable now.
  public func confirmNow(_ flushed: LSN) throws {
    wire?.confirm(flushed)
    try wire?.send(asking: false)
  }

  /// Called by the ticker's thread. The task starts there and goes straight to the stream's own thread; a task of the
  /// usual kind would first wait for the pool, which may be busy. While `next` waits, one tick is queued, not many.
  private nonisolated func queueTick() {
    guard !tickIsQueued.exchange(true, ordering: .sequentiallyConsistent) else { return }
    Task.immediate { await self.tick() }
  }

  private func tick() {
    tickIsQueued.store(false, ordering: .sequentiallyConsistent)
    // A failure shows itself to the next reader with the server's own words.
    try? wire?.tick()
  }

  // MARK: Stop

  /// Ends the session: last status update, end of copy, the server's answer, all within `limit`. A `next` that waits
  /// throws `stopped`. May be called at any time, and again.
  public nonisolated func stop(within limit: Duration = .seconds(2)) async {
    stopping.store(true, ordering: .sequentiallyConsistent)
    wake.ring()
    await finish(limit)
  }

  private func finish(_ limit: Duration) {
    wire?.finish(within: limit)
    close()
  }

  private func close() {
    ticker = nil
    wire = nil
  }
}
