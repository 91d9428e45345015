internal import Hummingbird
internal import HummingbirdCore
public import Logging
internal import NIOCore
internal import NIOPosix
public import ServiceLifecycle

/// Serves health, metrics and status over HTTP, on one thread of its own, until it is shut down gracefully.
///
/// Everything it says comes from `OperationsSources`; it never waits for the pipeline. There is no authentication: it
/// is meant for the loopback address, or for a network that only the operator reaches.
public struct OperationsServer: Service {
  private let host: String
  private let port: Int
  private let sources: OperationsSources
  private let logger: Logger
  private let onListening: @Sendable (Int) -> Void

  /// A server for an address.
  /// - Parameters:
  ///   - port: 0 lets the system choose.
  ///   - onListening: told the port once connections are accepted.
  public init(
    host: String = "127.0.0.1", port: Int, sources: OperationsSources, logger: Logger,
    onListening: @escaping @Sendable (Int) -> Void = { _ in }
  ) {
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
    let threads = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let outcome: Result<Void, any Error>
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await application(on: threads).run() }
        group.addTask { await observeEverySecond() }
        group.addTask {
          try? await gracefulShutdown()
          try? await Task.sleep(for: .seconds(2))
        }
        defer { group.cancelAll() }
        try await group.next()
      }
      outcome = .success(())
    } catch {
      outcome = .failure(error)
    }
    try? await threads.shutdownGracefully()
    // Once connections are accepted the server ends without an error: what it throws is that it never began.
    if case .failure(let error) = outcome, !(error is CancellationError) {
      throw OperationsServerError.cannotListen("\(error)", at: "\(host):\(port)")
    }
  }

  private func observeEverySecond() async {
    while !Task.isCancelled {
      sources.observe()
      try? await Task.sleep(for: .seconds(1))
    }
  }

  private func application(on threads: MultiThreadedEventLoopGroup) -> some ApplicationProtocol {
    // Hummingbird's own lines repeat ours.
    var quiet = logger
    quiet.logLevel = max(logger.logLevel, .warning)
    return Application(
      router: OperationsRoutes(sources: sources).router(),
      server: .http1(
        configuration: .init(
          idleTimeout: .seconds(30),
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: 8 << 10, maxHeaderListSize: 16 << 10, maxHeaderFieldCount: 64))),
      configuration: ApplicationConfiguration(
        address: .hostname(host, port: port), backlog: 64,
        availableConnectionsDelegate: MaximumAvailableConnections(64, logger: quiet)),
      onServerRunning: { channel in announce(channel.localAddress?.port ?? port) },
      eventLoopGroupProvider: .shared(threads), logger: quiet)
  }

  private func announce(_ port: Int) {
    logger.info(
      "serving /health, /ready, /livez, /metrics and /status",
      metadata: .keyed([.host: "\(host)", .port: .stringConvertible(port)]))
    onListening(port)
  }
}
