import FoundationEssentials
import ServerKit

/// A few servers, each lent to one workload at a time.
///
/// None is shared: what others do on a server shows in which positions of its log coincide and in when its sender
/// tells a table's columns anew.
actor ServerPool {
  private let most: Int
  private var started = 0
  private var free: [PostgresServer] = []
  private var waiting: [CheckedContinuation<PostgresServer?, Never>] = []

  /// - Parameter most: how many servers there are at most.
  init(_ most: Int) { self.most = most }

  /// Runs `body` with a server that it has for itself meanwhile, in the order of the calls.
  nonisolated func withServer<Result: Sendable>(
    _ body: @Sendable (PostgresServer) async throws -> Result
  ) async throws -> Result {
    let server = try await take()
    do {
      let result = try await body(server)
      await giveBack(server)
      return result
    } catch {
      // What a failed workload left behind is in nobody's way on a server of its own.
      await replace(server)
      throw error
    }
  }

  private func take() async throws -> PostgresServer {
    if let server = free.popLast() { return server }
    if started >= most, let server = await withCheckedContinuation({ waiting.append($0) }) { return server }
    started += 1
    do { return try await Self.start() } catch {
      makeRoom()
      throw error
    }
  }

  private func giveBack(_ server: PostgresServer) {
    if waiting.isEmpty { free.append(server) } else { waiting.removeFirst().resume(returning: server) }
  }

  private func replace(_ server: PostgresServer) async {
    try? await server.destroy()
    makeRoom()
  }

  /// One server fewer: the next in the queue starts one.
  private func makeRoom() {
    started -= 1
    if !waiting.isEmpty { waiting.removeFirst().resume(returning: nil) }
  }

  private static func start() async throws -> PostgresServer {
    var settings = [("max_prepared_transactions", "20"), ("autovacuum", "off"), ("lc_messages", "C")]
    // A server of 16 or later can stream each transaction before it commits: the events are the same, but that the
    // catalogue is asked a moment later, which shows in workloads that change a table again at once (23, 135).
    if ProcessInfo.processInfo.environment["CDC_CONFORMANCE_STREAMED"] == "1" {
      settings.append(("debug_logical_replication_streaming", "immediate"))
    }
    return try await PostgresServer.start(PostgresServer.Options(label: "conformance", settings: settings))
  }
}
