internal import Executors
public import Logging
public import PGReplication
public import ServiceLifecycle
internal import Synchronization

/// Looks at the slot and at the end of the log every few seconds, on a thread and a session of its own, and keeps the
/// last answer where anyone can read it without waiting.
///
/// Failures are kept in the reading and tried again with growing pauses; they never end the service.
public actor SourceWatch: Service {
  /// The thread on which it blocks.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private nonisolated let executor = ThreadExecutor(name: "source-watch")
  private nonisolated let latest = Mutex(SourceReading())
  private nonisolated let interrupt: WakePipe
  private let logger: Logger
  private var record: SourceRecord
  private var poll: (() throws -> PolledSource)?

  /// A watch over a slot.
  /// - Parameters:
  ///   - conninfo: how to reach the source's database; the session is named `… metadata`.
  ///   - interval: time between looks.
  public init(_ conninfo: Conninfo, slot: String, every interval: Duration = .seconds(5), logger: Logger) {
    let interrupt = WakePipe()
    let probe = SourceProbe(conninfo, slot: slot, interrupt: interrupt)
    self.init(every: interval, logger: logger, interrupt: interrupt) { try probe.poll() }
  }

  /// A watch that asks something else than a server.
  /// - Parameter poll: called on the watch's own thread, where it may block.
  public init(
    every interval: Duration, logger: Logger, poll: sending @escaping () throws -> PolledSource
  ) {
    self.init(every: interval, logger: logger, interrupt: WakePipe(), poll: poll)
  }

  private init(
    every interval: Duration, logger: Logger, interrupt: WakePipe, poll: sending @escaping () throws -> PolledSource
  ) {
    self.interrupt = interrupt
    self.logger = logger
    self.poll = poll
    record = SourceRecord(interval: interval)
  }

  deinit { executor.stop() }

  /// What was last learnt; never waits.
  public nonisolated var reading: SourceReading { latest.withLock { $0 } }

  /// Looks until it is cancelled or shut down gracefully; a look under way is interrupted then.
  public func run() async throws {
    let interrupt = self.interrupt
    await withTaskCancellationOrGracefulShutdownHandler {
      await cancelWhenGracefulShutdown { await self.lookAgainAndAgain() }
    } onCancelOrGracefulShutdown: {
      interrupt.ring()
    }
    // The session is closed here, on the thread that used it.
    poll = nil
  }

  private func lookAgainAndAgain() async {
    while !Task.isCancelled {
      look()
      let spread = Double.random(in: 0.9...1.1)
      do { try await Task.sleep(for: record.delay * spread) } catch { return }
    }
  }

  /// One look; also what the loop does each time.
  func look() {
    guard let poll else { return }
    let events: [SourceRecord.Event]
    do {
      events = record.answered(try poll(), at: MonotonicClock.nanoseconds())
    } catch let error as PostgresError where error.code == .interrupted {
      return
    } catch {
      events = record.failed("\(error)")
    }
    let reading = record.reading
    latest.withLock { $0 = reading }
    for event in events { tell(event) }
  }

  private func tell(_ event: SourceRecord.Event) {
    switch event {
    case .lost(let error):
      logger.warning("the source's state cannot be read; it is tried again", metadata: .keyed([.error: "\(error)"]))
    case .recovered: logger.info("the source's state can be read again")
    case .slotGone: logger.error("the replication slot does not exist any more")
    case .walStatus(let status, let reason):
      let word = status?.rawValue ?? "none"
      if status == .lost || reason != nil {
        logger.error(
          "the replication slot was invalidated",
          metadata: .keyed([.walStatus: "\(word)", .error: "\(reason ?? "wal_removed")"]))
      } else if status == .unreserved {
        logger.warning(
          "the server may remove log that the slot still needs at its next checkpoint",
          metadata: .keyed([.walStatus: "\(word)"]))
      } else {
        logger.debug("the slot's log is kept", metadata: .keyed([.walStatus: "\(word)"]))
      }
    }
  }
}
