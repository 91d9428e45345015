import Glibc
import PGReplication
import ServerKit
import Testing

/// A source and an audit server of one test's own, with a workload's tables, and the program between them.
struct StandInServers: Sendable {
  /// Why the harness could not go on.
  struct Stuck: Error, CustomStringConvertible {
    let description: String
  }

  static let slot = "audit"
  let source: PostgresServer
  let audit: PostgresServer
  private let sourceProbe: Probe
  private let auditProbe: Probe

  /// Starts both; `publication` covers all tables of the source's database `postgres`.
  static func start(
    _ label: String, tables: String = Workload.tables, source: [(String, String)] = [], audit: [(String, String)] = []
  ) async throws -> StandInServers {
    // So little that all but small transactions are streamed before they commit.
    let small = [("logical_decoding_work_mem", "64kB")]
    async let first = PostgresServer.start(.init(label: "\(label)-source", settings: small + source))
    async let second = PostgresServer.start(.init(label: "\(label)-audit", settings: audit))
    let servers = StandInServers(source: try await first, audit: try await second)
    try await servers.source.sql("CREATE PUBLICATION audit FOR ALL TABLES;\n" + tables)
    return servers
  }

  init(source: PostgresServer, audit: PostgresServer) {
    self.source = source
    self.audit = audit
    sourceProbe = Probe(source)
    auditProbe = Probe(audit)
  }

  func destroy() async throws {
    try await source.destroy()
    try await audit.destroy()
  }

  // MARK: The program

  /// The program's whole environment: where the servers are, and bounds that suit a test.
  func environment(_ settings: [String: String] = [:], sourcePort: Int? = nil, auditPort: Int? = nil) -> [String:
    String]
  {
    let usual = [
      "PATH": "/usr/bin:/bin", "HTTP_ENABLED": "false", "LOG_FORMAT": "json", "PUBLICATION_NAME": "audit",
      "SLOT_NAME": Self.slot, "PUBLICATION_AUTOCREATE_MODE": "disabled",
      "DATABASE_URL": "postgresql://postgres@127.0.0.1:\(sourcePort ?? source.port)/postgres",
      "AUDIT_URL": "postgresql://postgres@127.0.0.1:\(auditPort ?? audit.port)/postgres",
      "OFFSET_IDLE_INTERVAL_MS": "100", "STATUS_UPDATE_INTERVAL_MS": "200", "RECONNECT_BACKOFF_INITIAL_MS": "20",
      "RECONNECT_BACKOFF_MAX_MS": "200", "DATABASE_WAL_SENDER_TIMEOUT_MS": "10000",
    ]
    return usual.merging(settings) { _, own in own }
  }

  /// Starts `cdc-direct run`.
  func program(
    _ settings: [String: String] = [:], sourcePort: Int? = nil, auditPort: Int? = nil
  ) async throws -> ChildProcess {
    guard let binary = ExecutableSearch.product() else {
      throw Stuck(description: "cdc-direct is not built: swift build, or set CDC_DIRECT_BINARY")
    }
    var options = ChildProcess.Options.program(environment(settings, sourcePort: sourcePort, auditPort: auditPort))
    options.output = .discarded
    return try await ChildProcess.start(binary, ["run"], options: options)
  }

  /// Ends the program as an operator does, and says how it ended.
  func stop(_ program: ChildProcess) async -> ServerKit.ExitStatus? { await program.terminate(within: .seconds(30)) }

  // MARK: Looking

  /// One value from the source.
  func source(_ query: String) async throws -> String { try await sourceProbe.value(query) }

  /// One value from the audit database.
  func audit(_ query: String) async throws -> String { try await auditProbe.value(query) }

  /// The end of the source's log, in which everything is that has committed before the call.
  func sourceEnd() async throws -> String { try await source("SELECT pg_current_wal_flush_lsn()") }

  /// Waits until the trail holds everything that has committed on the source before the call.
  func waitForTrail(_ program: ChildProcess? = nil, within limit: Duration = .seconds(120)) async throws {
    let end = try await sourceEnd()
    try await waitForAudit(
      "SELECT position >= '\(end)' FROM cdc.replication_offset WHERE slot_name = '\(Self.slot)'",
      "the trail to hold \(end)", program, within: limit)
  }

  /// Waits until a query on the audit database gives true. An error counts as not yet: the server may be away.
  func waitForAudit(
    _ query: String, _ what: String, _ program: ChildProcess? = nil, within limit: Duration = .seconds(60)
  ) async throws { try await wait(auditProbe, query, what, program, limit) }

  /// Waits until a query on the source gives true.
  func waitForSource(
    _ query: String, _ what: String, _ program: ChildProcess? = nil, within limit: Duration = .seconds(60)
  ) async throws { try await wait(sourceProbe, query, what, program, limit) }

  private func wait(
    _ probe: Probe, _ query: String, _ what: String, _ program: ChildProcess?, _ limit: Duration
  ) async throws {
    let deadline = ContinuousClock.now + limit * ChildProcess.slowness
    while (try? await probe.value(query)) != "t" {
      if let program, let status = program.exitStatus {
        throw Stuck(description: "the program ended with \(status) before \(what): \(program.lastWords)")
      }
      guard ContinuousClock.now < deadline else {
        let found = (try? await probe.value(query)) ?? "an error"
        throw Stuck(description: "no end of waiting for \(what) (\(found)): \(program?.lastWords ?? "")")
      }
      try await Task.sleep(for: .milliseconds(10))
    }
  }
}

extension ChildProcess {
  /// The end of the program's log.
  var lastWords: String { standardError.split(separator: "\n").suffix(12).joined(separator: "\n") }

  /// Whether the program was built with a sanitizer (`reliability/sanitize`).
  static let isSanitized = getenv("ASAN_OPTIONS") != nil || getenv("TSAN_OPTIONS") != nil
  /// How much more memory it may take then.
  static let memoryFactor = isSanitized ? 8 : 1
  /// How much longer it is waited for then: writers that are not slower lead it by a gigabyte.
  static let slowness = isSanitized ? 10 : 1

  /// The largest resident memory so far, in kB; nil when it has ended.
  var peakMemory: Int? {
    guard let file = fopen("/proc/\(pid)/status", "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 512)
    while fgets(&line, 512, file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      if text.hasPrefix("VmHWM:") { return Int(text.split(whereSeparator: { $0 == " " || $0 == "\t" })[1]) }
    }
    return nil
  }
}

/// One session for short questions, opened again when the server was away.
private actor Probe {
  private let conninfo: Conninfo
  private var connection: Connection?

  init(_ server: PostgresServer) { conninfo = Conninfo(Dictionary(uniqueKeysWithValues: server.conninfo())) }

  func value(_ query: String) throws -> String {
    // A session of before may have ended with its server.
    if connection != nil, let value = try? ask(query) { return value }
    return try ask(query)
  }

  private func ask(_ query: String) throws -> String {
    do {
      if connection == nil {
        var opened = try Connection(conninfo)
        opened.timeout = .seconds(30)
        connection = consume opened
      }
      return try connection?.execute(query).scalar ?? ""
    } catch {
      connection = nil
      throw error
    }
  }
}
