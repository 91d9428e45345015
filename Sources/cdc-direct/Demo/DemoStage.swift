internal import FoundationEssentials
internal import Glibc
internal import Operations
internal import ServerKit

/// The demo's own processes: a source server, an audit server, and this program reading the one into the other.
actor DemoStage {
  private let keeps: Bool
  private(set) var source: PostgresServer?
  private(set) var audit: PostgresServer?
  private(set) var program: ChildProcess?
  /// The port of the program's health, metrics and status.
  private(set) var port = 0

  /// - Parameter keeps: whether everything lives on after this process.
  init(keeps: Bool) { self.keeps = keeps }

  /// Starts the source server with its database.
  func startSource() async throws {
    let server = try await start("demo source")
    source = server
    try await server.sql("CREATE DATABASE shop")
    try await server.sql(DemoScene.tables, database: "shop")
  }

  /// Starts the audit server with its database.
  func startAudit() async throws {
    let server = try await start("demo audit")
    audit = server
    try await server.sql("CREATE DATABASE trail")
  }

  private func start(_ label: String) async throws -> PostgresServer {
    var options = PostgresServer.Options(label: label)
    options.survivesProcess = keeps
    return try await PostgresServer.start(options)
  }

  /// The source's database.
  var sourceURI: String { source?.uri(database: "shop") ?? "" }
  /// The audit database.
  var auditURI: String { audit?.uri(database: "trail") ?? "" }
  /// The program's log; nil unless it lives on.
  var log: String? { keeps ? audit.map { $0.directory + "/cdc-direct.log" } : nil }

  /// The program's settings, as environment.
  var settings: [(name: String, value: String)] {
    [
      ("DATABASE_URL", sourceURI), ("AUDIT_URL", auditURI), ("SLOT_NAME", "demo"), ("PUBLICATION_NAME", "demo"),
      ("HTTP_PORT", "\(port)"), ("OFFSET_IDLE_INTERVAL_MS", "200"), ("LOG_FORMAT", "json"),
    ]
  }

  /// Starts `cdc-direct run` and waits until it says that it is ready.
  func startProgram() async throws {
    port = try DemoStage.freePort()
    var options = ChildProcess.Options()
    // Settings in this process's own environment are not meant for the demo.
    let inherited = ["PATH", "HOME", "TMPDIR", "LANG", "LD_LIBRARY_PATH", "TZ"]
    var environment = ProcessInfo.processInfo.environment.filter { inherited.contains($0.key) }
    for setting in settings { environment[setting.name] = setting.value }
    options.environment = environment
    if let log {
      options.output = .file(log)
      options.error = .file(log)
      options.signalAtParentDeath = nil
    }
    let program = try await ChildProcess.start(try DemoStage.executable(), ["run"], options: options)
    self.program = program
    let client = try OperationsClient(host: "127.0.0.1", port: port)
    let deadline = ContinuousClock.now + .seconds(60)
    var last = "no answer yet"
    while ContinuousClock.now < deadline {
      try Task.checkCancellation()
      if let status = program.exitStatus { throw ended("cdc-direct run ended with \(status)") }
      do {
        let answer = try await client.get("/ready", within: .seconds(2))
        if answer.status == 200 { return }
        last = answer.body
      } catch {
        last = error.description
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw ended("cdc-direct run was not ready within 60 s: \(last)")
  }

  /// An error with the end of the program's log.
  private func ended(_ what: String) -> DemoError {
    let lines = (program?.standardError ?? "").split(separator: "\n").suffix(8).joined(separator: "\n")
    return DemoError(what: what, detail: log.map { "see \($0)" } ?? lines)
  }

  /// Throws when the program has ended by itself.
  func checkProgram() throws {
    if let status = program?.exitStatus { throw ended("cdc-direct run ended with \(status)") }
  }

  /// Asks the program to stop; its last report as names and values.
  func stopProgram() async throws -> [(name: String, value: String)] {
    guard let program else { return [] }
    program.signal(SIGTERM)
    guard let status = await program.wait(within: .seconds(30)) else {
      throw ended("cdc-direct run did not stop within 30 s of SIGTERM")
    }
    guard status.isSuccess else { throw ended("cdc-direct run ended with \(status) at SIGTERM") }
    let line = program.standardError.split(separator: "\n").last { $0.contains("\"final statistics\"") }
    let framing: Set<String> = ["ts", "level", "logger", "message"]
    let members = JSONMembers(line.map(String.init)).members.filter { !framing.contains($0.name) }
    let order = ["changes", "transactions", "batches", "changes_per_second", "duration_seconds"]
    return members.sorted { first, second in
      let places = [first, second].map { member in order.firstIndex(of: member.name) ?? order.count }
      return places[0] == places[1] ? first.name < second.name : places[0] < places[1]
    }.map { ($0.name, JSONMembers.plain($0.value)) }
  }

  /// Ends all of it and removes the directories.
  func close() async {
    if let program, program.exitStatus == nil { _ = await program.terminate(within: .seconds(5)) }
    // What cannot be removed now goes when this process ends.
    try? await source?.destroy()
    try? await audit?.destroy()
  }

  private static func executable() throws -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    guard count > 0 else { throw DemoError(what: "this program's own file is not known", detail: "/proc/self/exe") }
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// A loopback port that nobody listens on, below those that the kernel gives to outgoing connections.
  private static func freePort() throws -> Int {
    for _ in 0..<200 {
      let port = Int.random(in: 10_240..<32_768)
      let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      guard socket >= 0 else { break }
      defer { Glibc.close(socket) }
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = in_port_t(truncatingIfNeeded: port).bigEndian
      address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
      let status = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      if status == 0 { return port }
    }
    throw DemoError(what: "no free port was found on 127.0.0.1", detail: "see what listens there: ss -ltn")
  }
}
