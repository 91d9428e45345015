import FoundationEssentials
import Testing

@testable import Operations

/// Clients that mean harm, or do not know better. After each, an ordinary request is answered as ever.
@Suite struct HostileClientTests {
  private func serving(
    limits: OpenConnections.Limits = .init(), _ body: (RawClient) async throws -> Void
  ) async throws {
    try await ServedScene.serving(ServedScene.sources(), limits: limits) { client in
      try await body(client)
      let answer = try await client.get("/livez")
      #expect(answer.status == 200, "an ordinary request afterwards: \(answer)")
    }
  }

  /// Waits until the server has ended a connection.
  private func isEnded(_ client: RawClient, _ descriptor: Int32, within limit: Duration) async throws -> Bool {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
      if await client.isEnded(descriptor) { return true }
      try await Task.sleep(for: .milliseconds(20))
    }
    return false
  }

  @Test func `clients that hold every connection do not keep a probe out`() async throws {
    try await serving { client in
      var idle: [Int32] = []
      for _ in 0..<200 {
        idle.append(try await client.open())
        if let last = idle.last, idle.count.isMultiple(of: 2) {
          await client.write(Array("GET /met".utf8), to: last)
        }
      }
      let began = ContinuousClock.now
      let answer = try await client.get("/livez")
      #expect(answer.status == 200)
      #expect(ContinuousClock.now - began < .seconds(30))
      var ended = 0
      // The last ends may still be on their way.
      while ended < 200 - 64, ContinuousClock.now - began < .seconds(30) {
        ended = 0
        for descriptor in idle where await client.isEnded(descriptor) { ended += 1 }
        try await Task.sleep(for: .milliseconds(20))
      }
      #expect(ended >= 200 - 64, "\(ended) of 200 had to make room")
      await client.closeAll(idle)
    }
  }

  @Test func `a head that trickles in has an end`() async throws {
    try await serving(limits: .init(firstRequest: .seconds(2))) { client in
      let descriptor = try await client.open()
      var sent = 0
      while await client.write([UInt8(ascii: "a")], to: descriptor), await !client.isEnded(descriptor), sent < 1000 {
        sent += 1
        try await Task.sleep(for: .milliseconds(20))
      }
      await client.closeAll([descriptor])
      #expect(sent < 1000)
    }
  }

  @Test func `a body that never ends has one`() async throws {
    try await serving(limits: .init(answer: .seconds(2))) { client in
      let descriptor = try await client.open()
      await client.write(Array("GET /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nab".utf8), to: descriptor)
      let answer = await client.readToEnd(descriptor)
      #expect(answer.hasPrefix("HTTP/1.1 200"), "\(answer)")
      await client.closeAll([descriptor])
    }
  }

  @Test func `a connection without a second request has an end`() async throws {
    try await serving(limits: .init(nextRequest: .seconds(2))) { client in
      let answers = try await client.exchange(Array("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
      #expect(answers.hasPrefix("HTTP/1.1 200"))
    }
  }

  @Test func `chunks without end are cut off`() async throws {
    try await serving { client in
      let descriptor = try await client.open()
      await client.write(
        Array("POST /livez HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".utf8), to: descriptor)
      let chunk = Array(("1000\r\n" + String(repeating: "x", count: 4096) + "\r\n").utf8)
      var sent = 0
      while sent < 10_000, await client.write(chunk, to: descriptor) { sent += 1 }
      await client.closeAll([descriptor])
      #expect(sent < 10_000, "40 MB of a body were taken")
    }
  }

  @Test func `a client that takes no answer has an end`() async throws {
    try await serving(limits: .init(answer: .seconds(2))) { client in
      let descriptor = try await client.open(receiveBuffer: 4096)
      let requests = Array(String(repeating: "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", count: 1000).utf8)
      var sent = 0
      // What the server no longer reads fills our side, until it ends the connection.
      while sent < 1000, await client.write(requests, to: descriptor) { sent += 1 }
      await client.closeAll([descriptor])
      #expect(sent < 1000)
    }
  }

  @Test(
    arguments: [
      ("GET /livez HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n", 411),
      ("POST /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 99999999999999999999\r\n\r\n", 400),
      ("POST /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: -1\r\n\r\n", 400),
      ("GET /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
      ("GET /livez HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400),
      ("GET /livez HTTP/1.1\r\nHost: x\r\nX : y\r\n\r\n", 400),
      ("GET /livez HTTP/1.1\r\nHost: x\r\nX\0: y\r\n\r\n", 400),
      ("GET /livez HTTP/1.1\r\nHost: x\r\nX: \0\r\n\r\n", 400), ("GET /livez HTTP/9.9\r\nHost: x\r\n\r\n", 400),
      ("GET livez HTTP/1.1\r\nHost: x\r\n\r\n", 400),
      ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400), ("CONNECT x:1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404),
      ("TRACE /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 405),
      ("GET http://x/livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 200),
      ("GET /livez HTTP/1.0\r\nConnection: close\r\n\r\n", 200),
    ])
  func `a request that is none is refused`(request: String, status: Int) async throws {
    try await serving { client in
      let answer = try await client.send(Array(request.utf8), thenNothing: true)
      #expect(answer.status == status, "\(request.debugDescription): \(answer)")
    }
  }

  @Test func `headers and paths of any size are refused`() async throws {
    let long = String(repeating: "a", count: 1 << 20)
    let requests = [
      "GET /\(long) HTTP/1.1\r\nHost: x\r\n\r\n", "GET /livez?\(long) HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /livez HTTP/1.1\r\nHost: x\r\n\(long): x\r\n\r\n", "GET /livez HTTP/1.1\r\nHost: x\r\nX: \(long)\r\n\r\n",
      "\(long) /livez HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /livez HTTP/1.1\r\n" + String(repeating: "a: b\r\n", count: 10_000) + "\r\n",
    ]
    try await serving { client in
      for request in requests {
        // The rest of it may still be on its way when the connection ends, which can take the answer along.
        let answer = try await client.exchange(Array(request.utf8))
        #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 400 "), "\(request.prefix(40)): \(answer.prefix(200))")
      }
    }
  }

  @Test(
    arguments: [
      "/%00", "/livez%00", "/%2e%2e/livez", "/../livez", "/./livez", "/livez/..", "/%c0%af", "/%c0%ae%c0%ae/livez",
      "/%ff",
      "/%", "/%2", "/%zz", "/livez%2f", "/\\livez", "/LIVEZ", "/livez;x=1", "/livez%0d%0aX:%20y",
      "/status%00.png",
      "/é", "/%e2%80%ae", "/" + String(repeating: "%61", count: 1000), String(repeating: "/", count: 1000),
      "/" + String(repeating: "../", count: 100) + "etc/passwd",
    ])
  func `a path that is not ours is nothing`(path: String) async throws {
    try await serving { client in
      let answer = try await client.get(path)
      #expect([404, 400].contains(answer.status), "\(path): \(answer)")
      #expect(!answer.head.contains("x: y"), "\(answer.head)")
    }
  }

  @Test func `requests one after another without waiting are answered in order`() async throws {
    let paths = ["/livez", "/nothing", "/metrics", "/status", "/health"]
    let requests = paths.map { "GET \($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined()
    try await serving { client in
      let text = try await client.exchange(
        Array((requests + "GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").utf8))
      let statuses = text.split(separator: "HTTP/1.1 ").map { $0.prefix(3) }
      #expect(statuses == ["200", "404", "200", "200", "200", "200"], "\(text.prefix(400))")
    }
  }

  @Test func `what follows a request that is none is not looked at`() async throws {
    try await serving { client in
      let text = try await client.exchange(
        Array("nonsense\r\n\r\nGET /status HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
      #expect(text.hasPrefix("HTTP/1.1 400"))
      #expect(!text.contains("200 OK"), "\(text)")
    }
  }

  @Test func `any bytes are refused or end the connection`() async throws {
    var random = SystemRandomNumberGenerator()
    let seed = UInt64.random(in: 0 ... .max, using: &random)
    var generator = Xorshift(state: seed | 1)
    // For longer, and then with a count of what was tried: the environment.
    let seconds = ProcessInfo.processInfo.environment["CDC_FUZZ_SECONDS"].flatMap { Int($0) }
    let deadline = ContinuousClock.now + .seconds(seconds ?? 3600)
    let model = Array("GET /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nX-Y: z\r\n\r\nabc".utf8)
    try await serving { client in
      var round = 0
      while ContinuousClock.now < deadline, seconds != nil || round < 200 {
        var bytes = model
        if round.isMultiple(of: 3) {
          bytes = (0..<Int.random(in: 1...400, using: &generator)).map { _ in .random(in: 0...255, using: &generator) }
        } else {
          for _ in 0..<Int.random(in: 1...8, using: &generator) {
            bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
          }
        }
        // Nothing follows, so that the server need not wait for the rest.
        let text = try await client.exchange(bytes, thenNothing: true)
        #expect(text.isEmpty || text.hasPrefix("HTTP/1.1 "), "seed \(seed), round \(round): \(text.prefix(100))")
        round += 1
      }
      if let seconds { print("HTTP: \(round) requests in \(seconds) s, seed \(seed)") }
    }
  }

  @Test func `a client that says no more still gets its answer`() async throws {
    try await serving { client in
      let text = try await client.exchange(Array("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n".utf8), thenNothing: true)
      #expect(text.hasPrefix("HTTP/1.1 200"))
      #expect(try await client.exchange([], thenNothing: true).isEmpty)
    }
  }
}

/// Random numbers from a seed.
private struct Xorshift: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
