public import Logging
public import PGReplication
internal import Executors

/// `heartbeat.action.query`: SQL that runs on the source at an interval, as Debezium's heartbeat does, so that a
/// database in which nothing else happens still writes log.
///
/// Source: Debezium documentation, PostgreSQL connector, `heartbeat.interval.ms` and `heartbeat.action.query`.
public actor Heartbeat {
  private let executor = ThreadExecutor(name: "heartbeat")
  private let conninfo: Conninfo
  private let query: String
  private let interval: Duration
  private let logger: Logger
  private var connection: Connection?

  /// The thread of its own, as libpq blocks.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// A heartbeat that has not begun.
  public init(_ conninfo: Conninfo, query: String, every interval: Duration, logger: Logger) {
    self.conninfo = conninfo
    self.query = query
    self.interval = interval
    self.logger = logger
  }

  deinit { executor.stop() }

  /// Runs the query again and again until the task is cancelled. A failure is logged and tried again next time.
  public func run() async {
    while !Task.isCancelled {
      beat()
      do { try await Task.sleep(for: interval) } catch { break }
    }
    connection = nil
  }

  private func beat() {
    do {
      if connection == nil {
        var opened = try Connection(conninfo.role("heartbeat"))
        opened.timeout = .seconds(60)
        connection = consume opened
      }
      try connection?.execute(query)
    } catch {
      connection = nil
      logger.warning("heartbeat.action.query failed; it is tried again", metadata: ["what": .string("\(error)")])
    }
  }
}
