import Logging
import Pipeline
import Testing

@testable import Operations

@Suite struct OperationsServerTests {
  private func serving(_ sources: OperationsSources, _ body: (RawClient) async throws -> Void) async throws {
    try await ServedScene.serving(sources, body)
  }

  private func sources(_ phase: PipelineMetrics.Phase, heartbeat: UInt64 = 0) -> OperationsSources {
    ServedScene.sources(phase, heartbeat: heartbeat)
  }

  @Test func `a streaming program answers every path`() async throws {
    try await serving(sources(.streaming)) { client in
      for path in ["/health", "/ready", "/livez", "/status", "/metrics"] {
        let answer = try await client.get(path)
        #expect(answer.status == 200, "\(path) \(answer.body)")
        #expect(answer.head.contains("cache-control: no-store"))
      }
      let metrics = try await client.get("/metrics")
      #expect(metrics.head.contains("content-type: text/plain; version=0.0.4; charset=utf-8"))
      #expect(try ExpositionText(metrics.body)["cdc_direct_changes_total", ["operation": "insert"]] == "3")
      let status = try StatusReport(json: try await client.get("/status").body)
      #expect(status.program?.version == "9.9")
      #expect(status.work?.changes == 3)
      #expect(try await client.get("/health").body.contains(#"{"checks":[{"detail":"streaming","name":"pipeline""#))
      #expect(try await client.get("/health?verbose=1").status == 200)
    }
  }

  @Test func `a stopped program is unwell and says so`() async throws {
    try await serving(sources(.stopped, heartbeat: 1)) { client in
      #expect(try await client.get("/health").status == 503)
      let ready = try await client.get("/ready")
      #expect(ready.status == 503)
      #expect(ready.body.contains(#""reasons":["phase is stopped, not streaming""#))
      #expect(try await client.get("/livez").status == 200)
      #expect(try await client.get("/status").status == 200)
    }
  }

  @Test func `a main loop that hangs is not alive`() async throws {
    try await serving(sources(.streaming, heartbeat: 1)) { client in
      let answer = try await client.get("/livez")
      #expect(answer.status == 503)
      #expect(answer.body.contains(#""is_alive":false"#))
    }
  }

  @Test func `unknown paths and other methods are errors in JSON`() async throws {
    try await serving(sources(.streaming)) { client in
      for path in ["/", "/nothing", "/health/deep", "/metrics/../etc/passwd", "/%00"] {
        let answer = try await client.get(path)
        #expect(answer.status == 404, "\(path)")
        #expect(answer.body.hasPrefix(#"{"error":{"message":"#))
      }
      for method in ["POST", "DELETE", "PUT", "OPTIONS", "BREW"] {
        let answer = try await client.send("\(method) /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        #expect(answer.status == (method == "BREW" ? 400 : 405), "\(method)")
        if answer.status == 405 { #expect(answer.head.contains("allow: get, head")) }
      }
      let head = try await client.send("HEAD /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
      #expect(head.status == 200)
      #expect(head.body.isEmpty)
    }
  }

  @Test func `requests are bounded and nonsense is refused`() async throws {
    let requests = [
      ("GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 65537\r\n\r\n", 413),
      ("GET /health HTTP/1.1\r\nHost: x\r\nX: \(String(repeating: "a", count: 20_000))\r\n\r\n", 400),
      ("GET /health HTTP/1.1\r\n\(String(repeating: "A: b\r\n", count: 100))\r\n", 400),
      ("nonsense\r\n\r\n", 400), ("GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 200),
    ]
    try await serving(sources(.streaming)) { client in
      for (request, status) in requests {
        let answer = try await client.send(request)
        #expect(answer.status == status, "\(request.prefix(60))")
      }
    }
  }

  @Test func `a port that is taken is a clear error`() async throws {
    try await serving(sources(.streaming)) { client in
      let port = client.port
      let second = OperationsServer(port: port, sources: sources(.streaming), logger: ServedScene.quiet)
      let error = await #expect(throws: OperationsServerError.self) { try await second.run() }
      #expect(error?.description.contains("Address already in use") == true)
      #expect(error?.description.contains("127.0.0.1:\(port)") == true)
      #expect(error?.description.contains("http.port") == true)
    }
  }

  @Test(arguments: [-1, 65_536])
  func `a port that is none is a clear error`(port: Int) async {
    let server = OperationsServer(port: port, sources: sources(.streaming), logger: ServedScene.quiet)
    await #expect(throws: OperationsServerError.self) { try await server.run() }
  }
}
