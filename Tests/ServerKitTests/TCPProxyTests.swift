import ServerKit
import Testing

@Suite struct TCPProxyTests {
  /// A server, a proxy before it, and psql through the proxy.
  private struct Bench {
    let server: PostgresServer
    let proxy: TCPProxy

    static func set() async throws -> Bench {
      let server = try await PostgresServer.start()
      return Bench(server: server, proxy: try TCPProxy.start(toPort: server.port))
    }

    func psql(_ query: String) async throws -> ChildProcess {
      try await ChildProcess.start(
        server.binaries.directory + "/psql",
        ["-XqAtc", query, "postgresql://postgres@127.0.0.1:\(proxy.port)/postgres?sslmode=disable&gssencmode=disable"])
    }

    func clear() async throws {
      await proxy.close()
      try await server.destroy()
    }
  }

  @Test func `bytes go through and are counted`() async throws {
    let bench = try await Bench.set()
    let psql = try await bench.psql("SELECT repeat('x', 1000000)")
    #expect(await psql.wait(within: .seconds(30)) == .exited(0), "\(psql.standardError)")
    #expect(psql.standardOutput.utf8.count == 1_000_001)
    #expect(await bench.proxy.wait { $0.open == 0 && $0.accepted == 1 && $0.bytesToClient > 1_000_000 })
    try await bench.clear()
  }

  @Test func `a stalled connection stays open and goes on afterwards`() async throws {
    let bench = try await Bench.set()
    await bench.proxy.set(.stall)
    let psql = try await bench.psql("SELECT 42")
    #expect(await bench.proxy.wait { $0.accepted == 1 })
    #expect(await psql.wait(within: .milliseconds(200)) == nil)
    #expect(bench.proxy.counts.bytesToServer == 0)
    await bench.proxy.set(.forward)
    #expect(await psql.wait(within: .seconds(30)) == .exited(0))
    #expect(psql.standardOutput == "42\n")
    try await bench.clear()
  }

  @Test func `cut, refuse and cut after some bytes end connections, forward heals`() async throws {
    let bench = try await Bench.set()
    for mode in [TCPProxy.Mode.cut, .refuse, .cutAfter(bytes: 200)] {
      await bench.proxy.set(mode)
      let psql = try await bench.psql("SELECT repeat('x', 1000000)")
      #expect(await psql.wait(within: .seconds(30)) == .exited(2), "\(mode): \(psql.standardError)")
      await bench.proxy.set(.forward)
      let healed = try await bench.psql("SELECT 1")
      #expect(await healed.wait(within: .seconds(30)) == .exited(0), "\(mode): \(healed.standardError)")
    }
    try await bench.clear()
  }

  @Test func `delay and throttle slow a connection down`() async throws {
    let bench = try await Bench.set()
    for mode in [TCPProxy.Mode.delay(.milliseconds(100)), .throttle(bytesPerSecond: 1_000_000)] {
      await bench.proxy.set(mode, .toClient)
      let start = ContinuousClock.now
      let psql = try await bench.psql("SELECT repeat('x', 300000)")
      #expect(await psql.wait(within: .seconds(30)) == .exited(0))
      #expect(psql.standardOutput.utf8.count == 300_001)
      #expect(ContinuousClock.now - start > .milliseconds(190))
    }
    try await bench.clear()
  }

  @Test func `a half-closed direction ends, the other goes on, and new connections pass`() async throws {
    let bench = try await Bench.set()
    for direction in [TCPProxy.Direction.toClient, .toServer] {
      let psql = try await bench.psql("SELECT pg_sleep(1000)")
      #expect(await bench.proxy.wait { $0.open == 1 && $0.bytesToServer > 50 })
      await bench.proxy.set(.halfClose, .toServer, of: [.replication])
      #expect(await psql.wait(within: .milliseconds(200)) == nil, "another kind of connection was meant")
      await bench.proxy.set(.halfClose, direction)
      if direction == .toClient {
        #expect(await psql.wait(within: .seconds(30)) == .exited(2), "\(psql.standardError)")
      } else {
        // The server sees the end only when it is done; what it still sends arrives.
        #expect(await psql.wait(within: .milliseconds(200)) == nil)
        try await bench.server.sql(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(1000)%' AND pid <> pg_backend_pid()"
        )
        #expect(await psql.wait(within: .seconds(30)) == .exited(2))
        #expect(psql.standardError.contains("administrator command"), "\(psql.standardError)")
      }
      let next = try await bench.psql("SELECT 1")
      #expect(await next.wait(within: .seconds(30)) == .exited(0), "\(next.standardError)")
    }
    try await bench.clear()
  }

  @Test func `a reset reaches a session that is open`() async throws {
    let bench = try await Bench.set()
    let psql = try await bench.psql("SELECT pg_sleep(1000)")
    #expect(await bench.proxy.wait { $0.open == 1 && $0.bytesToServer > 50 })
    await bench.proxy.resetConnections()
    #expect(await psql.wait(within: .seconds(30)) == .exited(2))
    try await bench.clear()
  }
}
