import FoundationEssentials
import Glibc
import PGReplication
import Testing

@testable import ServerKit

/// What the tests of faults have in common: the program with its HTTP side, asked from outside, and figures printed.
struct FaultScene: Sendable {
  let servers: StandInServers
  let program: ChildProcess
  /// The program's HTTP port.
  let port: Int

  /// Whether `reliability/faults` runs: then everything, else what is short.
  static let isLong = ProcessInfo.processInfo.environment["CDC_FAULTS"] == "all"

  /// Settings that let faults be noticed in a test's time.
  static let bounds = [
    "SNAPSHOT_MODE": "no_data", "WIRE_STALE_AFTER_MS": "1500", "DATABASE_CONNECT_TIMEOUT_MS": "2000",
    "DATABASE_QUERY_TIMEOUT_MS": "2000", "AUDIT_CONNECT_TIMEOUT_MS": "2000", "AUDIT_STATEMENT_TIMEOUT_MS": "2000",
    "DATABASE_WAL_SENDER_TIMEOUT_MS": "3000", "HTTP_ENABLED": "true",
  ]

  /// Starts the program between two servers.
  static func start(
    _ servers: StandInServers, _ settings: [String: String] = [:], sourcePort: Int? = nil, auditPort: Int? = nil
  ) async throws -> FaultScene {
    let port = try FreePort.next()
    let own = bounds.merging(["HTTP_PORT": "\(port)"]) { $1 }.merging(settings) { $1 }
    let program = try await servers.program(own, sourcePort: sourcePort, auditPort: auditPort)
    return FaultScene(servers: servers, program: program, port: port)
  }

  // MARK: What it tells

  /// Status and body of a path of the program; status 0 when nothing answers.
  func get(_ path: String) -> (status: Int, body: String) {
    guard let socket = try? LoopbackSocket.connected(to: port) else { return (0, "") }
    defer { close(socket) }
    _ = fcntl(socket, F_SETFL, 0)
    var limit = timeval(tv_sec: 5, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    let request = Array("GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".utf8)
    guard send(socket, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else { return (0, "") }
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(socket, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      answer += buffer[..<count]
    }
    let text = String(decoding: answer, as: UTF8.self)
    let body = text.firstRange(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? ""
    return (Int(text.dropFirst(9).prefix(3)) ?? 0, body)
  }

  /// A metric's value by its name with its labels.
  func metric(_ name: String) -> Double? {
    let line = get("/metrics").body.split(separator: "\n").first { $0.hasPrefix(name + " ") }
    return line.flatMap { Double($0.dropFirst(name.count + 1)) }
  }

  /// Waits until a question about the program is true; false when the time is over or the program has ended.
  func wait(within limit: Duration = .seconds(20), until isTrue: () throws -> Bool) async throws -> Bool {
    let deadline = ContinuousClock.now + limit
    while try !isTrue() {
      guard ContinuousClock.now < deadline, program.exitStatus == nil else { return false }
      try await Task.sleep(for: .milliseconds(20))
    }
    return true
  }

  /// The program says that it is ready, in `/ready`, `/health` and the metrics.
  func expectReady(_ label: String, at location: SourceLocation = #_sourceLocation) async throws {
    #expect(
      try await wait { get("/ready").status == 200 }, "\(label): \(get("/ready").body) \(program.lastWords)",
      sourceLocation: location)
    #expect(
      try await wait { metric("cdc_direct_ready") == 1 && metric(#"cdc_direct_phase{phase="streaming"}"#) == 1 },
      "\(label): \(get("/metrics").body)", sourceLocation: location)
    #expect(get("/health").status == 200, "\(label): \(get("/health").body)", sourceLocation: location)
  }

  /// The program says that it is not ready, and lives.
  func expectUnready(_ label: String, at location: SourceLocation = #_sourceLocation) async throws {
    #expect(
      try await wait { get("/ready").status == 503 }, "\(label): \(get("/ready").body) \(program.lastWords)",
      sourceLocation: location)
    #expect(try await wait { metric("cdc_direct_ready") == 0 }, "\(label)", sourceLocation: location)
    #expect(get("/livez").status == 200, "\(label): \(get("/livez").body)", sourceLocation: location)
  }

  // MARK: Figures

  /// A line of the table that `reliability/faults` prints.
  static func report(_ fault: String, _ figures: String) { print("fault | \(fault) | \(figures)") }

  /// Waits until all that has committed is stored, and gives the time in seconds.
  func timeUntilStored(within limit: Duration = .seconds(180)) async throws -> Double {
    let began = ContinuousClock.now
    try await servers.waitForTrail(program, within: limit)
    return (ContinuousClock.now - began).inSeconds
  }

  /// Ends the program, and compares what it stored with what happened.
  func finish(_ comparison: TrailComparison, at location: SourceLocation = #_sourceLocation) async throws {
    try await servers.waitForTrail(program)
    let peak = program.peakMemory ?? 0
    #expect(peak < 200_000 * ChildProcess.memoryFactor, "\(peak) kB", sourceLocation: location)
    #expect(await servers.stop(program) == .exited(0), "\(program.lastWords)", sourceLocation: location)
    let differences = try await comparison.differences()
    #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))", sourceLocation: location)
    FaultScene.report("(peak memory)", "\(peak / 1024) MiB")
  }
}

extension Duration {
  /// In seconds, to a tenth.
  var inSeconds: Double {
    (Double(components.seconds) * 10 + Double(components.attoseconds / 100_000_000_000_000_000)).rounded() / 10
  }
}
