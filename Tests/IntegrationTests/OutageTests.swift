import Glibc
import PGReplication
import ServerKit
import Testing

extension AwayTests {
  /// Servers that go away, connections that go quiet, locks that do not come: nothing is lost, nothing waits for ever.
  @Suite struct Outages {
    private let seed = UInt64.random(in: 1...999_999)
    private static let mode = ["SNAPSHOT_MODE": "no_data"]

    /// Runs the program under writers with a fault in the middle, and compares.
    private func compare(
      _ label: String, _ settings: [String: String] = [:],
      fault: @escaping @Sendable (StandInServers, ChildProcess) async throws -> Void
    ) async throws {
      let servers = try await StandInServers.start(label)
      let comparison = try await TrailComparison.begin(servers)
      try await servers.source.sql("SELECT pg_create_logical_replication_slot('audit', 'pgoutput')")
      let program = try await servers.program(settings.merging(Self.mode) { own, _ in own })
      try await Workload(seed: seed).run(on: servers.source) {
        try await servers.waitForAudit("SELECT count(*) > 100 FROM cdc.audit_log", "the first changes", program)
        try await fault(servers, program)
        try await servers.waitForTrail(program)
      }
      try await finish(servers, program, comparison)
    }

    private func finish(
      _ servers: StandInServers, _ program: ChildProcess, _ comparison: TrailComparison
    ) async throws {
      try await comparison.finish(program, "seed \(seed)")
    }

    @Test func `the audit server restarts and crashes under the stream`() async throws {
      try await compare("audit-restart") { servers, program in
        try await servers.audit.restart(.fast)
        try await servers.waitForTrail(program)
        try await servers.audit.restart(.immediate)
        try await servers.waitForTrail(program)
      }
    }

    @Test func `the audit server crashes inside a huge transaction`() async throws {
      let servers = try await StandInServers.start("audit-huge")
      let comparison = try await TrailComparison.begin(servers)
      try await servers.source.sql("SELECT pg_create_logical_replication_slot('audit', 'pgoutput')")
      let program = try await servers.program(Self.mode)
      try await servers.waitForTrail(program)
      try await servers.source.sql("INSERT INTO keyed SELECT g, 'huge' FROM generate_series(1, 200000) g")
      for _ in 0..<2 {
        try await servers.waitForAudit(
          "SELECT coalesce(max(tuples_processed), 0) > 5000 FROM pg_stat_progress_copy", "the COPY", program)
        try await servers.audit.restart(.immediate)
      }
      try await finish(servers, program, comparison)
    }

    @Test func `the source restarts and its walsender is ended`() async throws {
      let servers = try await StandInServers.start("source-restart")
      let comparison = try await TrailComparison.begin(servers)
      try await servers.source.sql("SELECT pg_create_logical_replication_slot('audit', 'pgoutput')")
      let program = try await servers.program(Self.mode)
      for turn in 0..<3 {
        try await servers.source.sql("INSERT INTO keyed SELECT \(turn) * 1000000 + g FROM generate_series(1, 50000) g")
        try await servers.source.sql(
          "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = 'audit' AND active")
        try await servers.source.restart(turn == 1 ? .immediate : .fast)
      }
      try await finish(servers, program, comparison)
    }

    @Test func `a lock on the trail makes the writer give up, try again and go on`() async throws {
      try await compare("audit-lock", ["AUDIT_LOCK_TIMEOUT_MS": "500"]) { servers, program in
        let locks = try await Self.hold(
          "LOCK TABLE cdc.audit_log IN ACCESS EXCLUSIVE MODE", on: servers.audit)
        #expect(await program.waitForError("audit_busy", within: .seconds(30)), "\(program.lastWords)")
        try await Self.release(locks, on: servers.audit)
      }
    }

    /// What the server says when its disk is full, in answer to each COPY; a real one needs a file system to fill.
    private static let fullDisk = """
      CREATE FUNCTION full() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
      CREATE TRIGGER full_disk BEFORE INSERT ON cdc.audit_log FOR EACH STATEMENT EXECUTE FUNCTION full();
      """

    @Test func `a full disk is tried again until there is room`() async throws {
      try await compare("disk-full") { servers, program in
        try await servers.audit.sql(Self.fullDisk)
        #expect(await program.waitForError("audit_busy", within: .seconds(30)), "\(program.lastWords)")
        #expect(await program.waitForError("\"attempt\":4", within: .seconds(30)), "\(program.lastWords)")
        try await servers.audit.sql("DROP TRIGGER full_disk ON cdc.audit_log")
      }
    }

    @Test func `a disk that stays full ends the program after errors.max.retries`() async throws {
      let servers = try await StandInServers.start("disk-stays-full")
      try await servers.source.sql("SELECT pg_create_logical_replication_slot('audit', 'pgoutput')")
      let program = try await servers.program(Self.mode.merging(["ERRORS_MAX_RETRIES": "3"]) { $1 })
      try await servers.waitForTrail(program)
      try await servers.audit.sql(Self.fullDisk)
      try await servers.source.sql("INSERT INTO keyed VALUES (1)")
      let status = await program.wait(within: .seconds(15))
      #expect(status == .exited(36), "\(program.lastWords)")
      program.signal(SIGKILL)
      #expect(try await servers.audit("SELECT count(*) FROM cdc.audit_log") == "0")
      try await servers.destroy()
    }

    @Test func `without a setting the server's own wal_sender_timeout frees the slot of a client that hangs`()
      async throws
    {
      let servers = try await StandInServers.start("sender-timeout", source: [("wal_sender_timeout", "1500ms")])
      try await servers.source.sql("SELECT pg_create_logical_replication_slot('audit', 'pgoutput')")
      let program = try await servers.program(
        Self.mode.merging(["DATABASE_WAL_SENDER_TIMEOUT_MS": "0", "STATUS_UPDATE_INTERVAL_MS": "10000"]) { $1 })
      try await servers.waitForTrail(program)
      program.signal(SIGSTOP)
      try await servers.waitForSource(
        "SELECT NOT active FROM pg_replication_slots WHERE slot_name = 'audit'", "the slot's release",
        within: .seconds(15))
      program.signal(SIGCONT)
      try await servers.source.sql("INSERT INTO keyed VALUES (1)")
      try await servers.waitForTrail(program)
      #expect(await servers.stop(program) == .exited(0), "\(program.lastWords)")
      try await servers.destroy()
    }

    @Test func `while the audit side stands still the walsender hears from us`() async throws {
      // Status updates are asked for less often than the server would wait for one.
      let timeout = [
        "DATABASE_WAL_SENDER_TIMEOUT_MS": "2000", "STATUS_UPDATE_INTERVAL_MS": "10000",
        "AUDIT_LOCK_TIMEOUT_MS": "60000",
      ]
      try await compare("audit-still", timeout) { servers, program in
        let walsender = "SELECT active_pid FROM pg_replication_slots WHERE slot_name = 'audit'"
        let before = try await servers.source(walsender)
        let locks = try await Self.hold("LOCK TABLE cdc.audit_log IN ACCESS EXCLUSIVE MODE", on: servers.audit)
        // Three times as long as the server would wait for a word from us; time itself is what is tested here.
        try await servers.waitForSource(
          "SELECT reply_time > '\(try await servers.source("SELECT now() + interval '6 seconds'"))' "
            + "FROM pg_stat_replication WHERE application_name LIKE '%reader'", "status updates", program)
        #expect(try await servers.source(walsender) == before)
        #expect(!program.standardError.contains("session ended"), "\(program.lastWords)")
        try await Self.release(locks, on: servers.audit)
      }
    }

    @Test func `a network that swallows the source's packets is noticed and the stream comes back`() async throws {
      let servers = try await StandInServers.start("wire-stall")
      let comparison = try await TrailComparison.begin(servers)
      try await servers.source.sql("SELECT pg_create_logical_replication_slot('audit', 'pgoutput')")
      let proxy = try TCPProxy.start(toPort: servers.source.port)
      let settings = [
        "WIRE_STALE_AFTER_MS": "1500", "DATABASE_WAL_SENDER_TIMEOUT_MS": "2000", "DATABASE_CONNECT_TIMEOUT_MS": "2000",
      ]
      let program = try await servers.program(settings.merging(Self.mode) { own, _ in own }, sourcePort: proxy.port)
      try await servers.waitForTrail(program)
      let began = ContinuousClock.now
      await proxy.set(.stall)
      try await servers.source.sql("INSERT INTO keyed VALUES (1)")
      #expect(await program.waitForError("wire_stale", within: .seconds(10)), "\(program.lastWords)")
      print("stale wire noticed after \(ContinuousClock.now - began)")
      await proxy.set(.forward)
      try await servers.waitForTrail(program, within: .seconds(30))
      await proxy.set(.cutAfter(bytes: 20_000))
      try await servers.source.sql("INSERT INTO keyed SELECT g FROM generate_series(2, 5000) g")
      await proxy.resetConnections()
      await proxy.set(.forward)
      try await finish(servers, program, comparison)
      await proxy.close()
    }

    @Test func `a network that swallows the audit side's packets is noticed and the writer comes back`() async throws {
      let servers = try await StandInServers.start("audit-stall")
      let comparison = try await TrailComparison.begin(servers)
      try await servers.source.sql("SELECT pg_create_logical_replication_slot('audit', 'pgoutput')")
      let proxy = try TCPProxy.start(toPort: servers.audit.port)
      let settings = ["AUDIT_CONNECT_TIMEOUT_MS": "2000", "AUDIT_STATEMENT_TIMEOUT_MS": "3000"]
      let program = try await servers.program(settings.merging(Self.mode) { own, _ in own }, auditPort: proxy.port)
      try await servers.waitForTrail(program)
      await proxy.set(.stall)
      try await servers.source.sql("INSERT INTO keyed SELECT g FROM generate_series(1, 5000) g")
      #expect(await program.waitForError("audit_unreachable", within: .seconds(30)), "\(program.lastWords)")
      await proxy.set(.forward)
      // The old session's COPY may still stand on the server; the new one must not wait for it for ever.
      try await servers.waitForTrail(program, within: .seconds(60))
      try await finish(servers, program, comparison)
      await proxy.close()
    }

    @Test func `a second signal during a huge transaction ends at once and loses nothing`() async throws {
      let servers = try await StandInServers.start("two-signals")
      let comparison = try await TrailComparison.begin(servers)
      try await servers.source.sql("SELECT pg_create_logical_replication_slot('audit', 'pgoutput')")
      let first = try await servers.program(Self.mode)
      try await servers.waitForTrail(first)
      try await servers.source.sql("INSERT INTO keyed SELECT g, 'huge' FROM generate_series(1, 300000) g")
      try await servers.waitForAudit(
        "SELECT coalesce(max(tuples_processed), 0) > 5000 FROM pg_stat_progress_copy", "the COPY", first)
      first.signal(SIGTERM)
      #expect(await first.waitForError("stopping", within: .seconds(10)))
      first.signal(SIGTERM)
      // An orderly end would be 0, after shutdown.timeout.ms.
      #expect(await first.wait(within: .seconds(60)) == .signalled(SIGTERM), "\(first.lastWords)")
      let second = try await servers.program(Self.mode)
      #expect(await second.waitForError("\"streaming\"", within: .seconds(30)))
      try await finish(servers, second, comparison)
    }

    // MARK: Locks

    /// A psql session that holds a lock until it is told to stop; returns once it has it.
    private static func hold(_ statement: String, on server: PostgresServer) async throws -> ChildProcess {
      var options = ChildProcess.Options()
      options.input = .text("BEGIN; \(statement);\n\\echo held\nSELECT pg_sleep(300);\n")
      let session = try await ChildProcess.start(
        server.binaries.directory + "/psql",
        ["-XqAt", "-h", server.socketDirectory, "-p", "\(server.port)", "-U", "postgres", "-d", "postgres"],
        options: options)
      guard await session.waitForOutput("held") else {
        throw StandInServers.Stuck(description: "no lock: \(session.standardError)")
      }
      return session
    }

    private static func release(_ session: ChildProcess, on server: PostgresServer) async throws {
      // Ended by the server: a session that sleeps does not notice that its client has gone.
      try await server.sql(
        """
        SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
        WHERE query LIKE '%pg_sleep(300)%' AND pid <> pg_backend_pid()
        """)
      _ = await session.terminate()
    }
  }
}
