internal import Hummingbird
internal import HummingbirdCore
public import Logging
internal import NIOCore
internal import NIOPosix
public import ServiceLifecycle

/// Serves health, metrics and status over HTTP, on one thread of its own, until it is shut down gracefully.
///
/// Everything it says comes from `OperationsSources`; it never waits for the pipeline. Who may ask, and whether over TLS,
/// is said by `HTTPAccess`.
public struct OperationsServer: Service {
  private let host: String
  private let port: Int
  private let sources: OperationsSources
  private let access: HTTPAccess
  private let connections: OpenConnections
  private let logger: Logger
  private let onListening: @Sendable (Int) -> Void
  /// The thread lives as long as the process: a loop that is shut down complains of what connections still tell it.
  private static let threads = MultiThreadedEventLoopGroup(numberOfThreads: 1)

  /// A server for an address.
  /// - Parameters:
  ///   - port: 0 lets the system choose.
  ///   - onListening: told the port once connections are accepted.
  public init(
    host: String = "127.0.0.1", port: Int, sources: OperationsSources, access: HTTPAccess = .open, logger: Logger,
    onListening: @escaping @Sendable (Int) -> Void = { _ in }
  ) {
    self.init(
      host: host, port: port, sources: sources, access: access, limits: OpenConnections.Limits(), logger: logger,
      onListening: onListening)
  }

  init(
    host: String = "127.0.0.1", port: Int, sources: OperationsSources, access: HTTPAccess = .open,
    limits: OpenConnections.Limits, logger: Logger, onListening: @escaping @Sendable (Int) -> Void = { _ in }
  ) {
    self.access = access
    connections = OpenConnections(limits)
    self.host = host
    self.port = port
    self.sources = sources
    self.logger = logger
    self.onListening = onListening
  }

  /// Serves. Throws `OperationsServerError` when the address cannot be had.
  ///
  /// After the graceful shutdown began, requests under way have two seconds to end.
  public func run() async throws {
    guard (0...65_535).contains(port) else {
      throw OperationsServerError.cannotListen("\(port) is no port", at: "\(host):\(port)")
    }
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await application().run() }
        group.addTask { await observeEverySecond() }
        group.addTask {
          try? await gracefulShutdown()
          try? await Task.sleep(for: .seconds(2))
        }
        defer { group.cancelAll() }
        try await group.next()
      }
    } catch is CancellationError {
    } catch {
      // Once connections are accepted the server ends without an error: what it throws is that it never began.
      let why = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
      throw OperationsServerError.cannotListen(why, at: "\(host):\(port)")
    }
  }

  private func observeEverySecond() async {
    while !Task.isCancelled {
      connections.cutOverdue()
      access.refresh(logger)
      sources.observe()
      try? await Task.sleep(for: .seconds(1))
    }
  }

  private func application() -> some ApplicationProtocol {
    // Hummingbird's own lines repeat ours.
    var quiet = logger
    quiet.logLevel = max(logger.logLevel, .warning)
    return Application(
      router: OperationsRoutes(sources: sources, access: access).router(),
      server: HTTPServerBuilder { [connections, access] responder in
        WatchedChannel(responder, connections, access, longestBody: OperationsRoutes.longestBody)
      },
      configuration: ApplicationConfiguration(address: .hostname(host, port: port), backlog: 64),
      onServerRunning: { channel in announce(channel.localAddress?.port ?? port) },
      eventLoopGroupProvider: .shared(Self.threads), logger: quiet)
  }

  private func announce(_ port: Int) {
    logger.info(
      "serving /health, /ready, /livez, /metrics and /status",
      metadata: .keyed([.host: "\(host)", .port: .stringConvertible(port)]))
    onListening(port)
  }
}
