import Logging
import Pipeline
import ServiceLifecycle
import Synchronization
import Testing

@testable import Operations

/// A server on a port of its own, and a client for it.
enum ServedScene {
  static let quiet = Logger(label: "http") { _ in SwiftLogNoOpLogHandler() }

  /// Serves while `body` runs, then shuts down gracefully.
  static func serving(
    _ sources: OperationsSources, access: HTTPAccess = .open, limits: OpenConnections.Limits = .init(),
    logger: Logger = quiet, _ body: (RawClient) async throws -> Void
  ) async throws {
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let server = OperationsServer(port: 0, sources: sources, access: access, limits: limits, logger: logger) {
      continuation.yield($0)
    }
    let group = ServiceGroup(configuration: .init(services: [server], logger: quiet))
    async let running: Void = group.run()
    var iterator = ports.makeAsyncIterator()
    let port = try #require(await iterator.next())
    #expect(port > 0)
    let outcome: Result<Void, any Error>
    do {
      outcome = .success(try await body(RawClient(port: port)))
    } catch {
      outcome = .failure(error)
    }
    await group.triggerGracefulShutdown()
    try await running
    try outcome.get()
  }

  static func sources(_ phase: PipelineMetrics.Phase = .streaming, heartbeat: UInt64 = 0) -> OperationsSources {
    let metrics = PipelineMetrics()
    metrics.phase.store(phase.rawValue, ordering: .relaxed)
    metrics.inserts.store(3, ordering: .relaxed)
    metrics.heartbeat.store(heartbeat, ordering: .relaxed)
    return OperationsSources(
      build: BuildDescription(version: "9.9"), metrics: metrics,
      wire: { phase == .streaming ? WireReading(isConnected: true) : nil })
  }
}
