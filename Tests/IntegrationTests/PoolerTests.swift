import Testing

@testable import ServerKit

extension RunTests {
  /// PgBouncer between the program and a server.
  @Suite(.enabled(if: PgBouncer.isThere, "pgbouncer is missing: apt-get install pgbouncer"))
  struct Poolers {
    private static let mode = ["SNAPSHOT_MODE": "no_data", "AUDIT_SYNCHRONOUS_COMMIT": "local"]

    @Test func `the trail is written through a pooler in session mode, with the session's settings`() async throws {
      let servers = try await StandInServers.start("pooler")
      let comparison = try await TrailComparison.begin(servers)
      try await servers.source.sql("SELECT pg_create_logical_replication_slot('audit', 'pgoutput')")
      // What a lost setting would leave in force.
      try await servers.audit.sql("ALTER DATABASE postgres SET synchronous_commit = off")
      let pooler = try await PgBouncer.start(toPort: servers.audit.port, mode: "session")
      let program = try await servers.program(Self.mode, auditPort: pooler.port)
      try await Workload(seed: 6, writers: 1, pause: .milliseconds(20)).run(on: servers.source) {
        try await servers.waitForAudit("SELECT count(*) > 100 FROM cdc.audit_log", "changes", program)
        #expect(
          try await servers.audit(
            "SELECT count(*) > 0 FROM pg_stat_activity WHERE application_name LIKE 'cdc-direct sink%'")
            == "t")
        // The pooler goes and comes back.
        try await pooler.restart()
        try await servers.waitForTrail(program)
      }
      try await servers.waitForTrail(program)
      #expect(await servers.stop(program) == .exited(0), "\(program.lastWords)")
      let differences = try await comparison.differences()
      #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
      await pooler.stop()
      try await servers.destroy()
    }

    @Test func `transaction mode, settings that are not let through, and replication are refused in words`()
      async throws
    {
      let servers = try await StandInServers.start("pooler-modes")
      try await servers.source.sql("SELECT pg_create_logical_replication_slot('audit', 'pgoutput')")
      let byTransaction = try await PgBouncer.start(toPort: servers.audit.port, mode: "transaction")
      let first = try await servers.program(Self.mode, auditPort: byTransaction.port)
      #expect(await first.wait(within: .seconds(20)) == .exited(42), "\(first.lastWords)")
      #expect(first.lastWords.contains("gives each transaction another session"), "\(first.lastWords)")
      #expect(first.lastWords.contains("session mode"), "\(first.lastWords)")
      await byTransaction.stop()

      let strict = try await PgBouncer.start(
        toPort: servers.audit.port, mode: "session", ignoring: "extra_float_digits")
      let second = try await servers.program(Self.mode, auditPort: strict.port)
      #expect(await second.wait(within: .seconds(20)) == .exited(42), "\(second.lastWords)")
      #expect(second.lastWords.contains("ignore_startup_parameters = options"), "\(second.lastWords)")
      await strict.stop()

      let source = try await PgBouncer.start(toPort: servers.source.port, mode: "session")
      let third = try await servers.program(Self.mode, sourcePort: source.port)
      #expect(await third.wait(within: .seconds(20)) == .exited(42), "\(third.lastWords)")
      #expect(third.lastWords.contains("replication does not pass through poolers"), "\(third.lastWords)")
      await source.stop()
      try await servers.destroy()
    }
  }
}

/// A pooler of one test's own before a server of this machine.
final class PgBouncer: Sendable {
  static let isThere = (try? ExecutableSearch.path(of: "pgbouncer")) != nil

  let port: Int
  private let directory: String
  private let process: Watched<ChildProcess>

  private init(port: Int, directory: String, process: ChildProcess) {
    self.port = port
    self.directory = directory
    self.process = Watched(process)
  }

  static func start(
    toPort serverPort: Int, mode: String, ignoring parameters: String = "extra_float_digits, options"
  ) async throws -> PgBouncer {
    let (port, directory) = (try FreePort.next(), try await Workplace.shared.newDirectory())
    let account = try Account.forServer()
    try Files.write("\"postgres\" \"\"\n", to: directory + "/users", owner: account)
    try Files.write(
      """
      [databases]
      * = host=127.0.0.1 port=\(serverPort)
      [pgbouncer]
      listen_addr = 127.0.0.1
      listen_port = \(port)
      unix_socket_dir =
      auth_type = trust
      auth_file = \(directory)/users
      pool_mode = \(mode)
      ignore_startup_parameters = \(parameters)

      """, to: directory + "/pgbouncer.ini", owner: account)
    return PgBouncer(port: port, directory: directory, process: try await launch(directory, port))
  }

  /// Ends it with all its connections and starts it again.
  func restart() async throws {
    await stop()
    let again = try await Self.launch(directory, port)
    process.withState { $0 = again }
  }

  func stop() async {
    let process = process.withState { $0 }
    _ = await process.terminate(within: .seconds(10))
  }

  private static func launch(_ directory: String, _ port: Int) async throws -> ChildProcess {
    var options = ChildProcess.Options()
    options.account = try Account.forServer()
    options.directory = directory
    let process = try await ChildProcess.start("pgbouncer", [directory + "/pgbouncer.ini"], options: options)
    guard await process.waitForError("process up", within: .seconds(10)) else {
      throw StandInServers.Stuck(description: "pgbouncer did not start: \(process.standardError)")
    }
    return process
  }
}
