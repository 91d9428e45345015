import Glibc
import ServerKit
import Testing

extension RunTests {
  /// Large transactions are streamed before they commit: only what commits is recorded, where its commit stands.
  @Suite struct InProgressStream {
    private static let mode = ["SNAPSHOT_MODE": "no_data"]

    /// A server pair on which whatever is larger than 64 kB is streamed, the program, and what the trail is held to.
    private static func scene(
      _ label: String, _ settings: [String: String] = [:]
    ) async throws -> (StandInServers, TrailComparison, ChildProcess) {
      let servers = try await StandInServers.start(label, source: [("max_prepared_transactions", "10")])
      let comparison = try await TrailComparison.begin(servers)
      try await servers.source.sql("SELECT pg_create_logical_replication_slot('audit', 'pgoutput')")
      let program = try await servers.program(mode.merging(settings) { $1 })
      try await servers.waitForTrail(program)
      return (servers, comparison, program)
    }

    /// A transaction that is streamed, stays open until a condition holds or 30 s have passed, and commits.
    private static func writeLarge(_ servers: StandInServers, until condition: String) async throws {
      try await servers.source.sql(
        """
        BEGIN;
        INSERT INTO keyed SELECT g, 'large' FROM generate_series(1, 20000) g;
        DO $$ BEGIN FOR i IN 1..3000 LOOP EXIT WHEN \(condition); PERFORM pg_sleep(0.01); END LOOP; END $$;
        INSERT INTO keyed SELECT g, 'large' FROM generate_series(20001, 25000) g;
        COMMIT;
        """)
    }

    private static func streamed(_ servers: StandInServers) async throws -> Int {
      // As the server counts them: those that it sent in blocks.
      Int(try await servers.source("SELECT stream_txns FROM pg_stat_replication_slots WHERE slot_name = 'audit'")) ?? 0
    }

    @Test func `savepoints, rollbacks and prepared transactions of any size leave only what committed`() async throws {
      let (servers, comparison, program) = try await Self.scene("in-progress")
      try await servers.source.sql(
        """
        BEGIN;
        INSERT INTO keyed SELECT g, 'first' FROM generate_series(1, 3000) g;
        SAVEPOINT a;
        INSERT INTO append_only SELECT g, 'undone' FROM generate_series(1, 3000) g;
        SAVEPOINT b;
        UPDATE keyed SET name = 'undone' WHERE id <= 1000;
        ROLLBACK TO a;
        INSERT INTO append_only SELECT g, 'kept' FROM generate_series(1, 3000) g;
        RELEASE a;
        CREATE TABLE born (id int PRIMARY KEY, v text);
        INSERT INTO born SELECT g, repeat('x', 50) FROM generate_series(1, 2000) g;
        SAVEPOINT c;
        ALTER TABLE born ADD w int DEFAULT 7;
        INSERT INTO born SELECT g, repeat('x', 50) FROM generate_series(2001, 4000) g;
        ROLLBACK TO c;
        INSERT INTO born SELECT g, repeat('y', 50) FROM generate_series(4001, 6000) g;
        COMMIT;
        BEGIN; INSERT INTO append_only SELECT g, 'rolled back whole' FROM generate_series(1, 5000) g; ROLLBACK;
        BEGIN; INSERT INTO append_only SELECT g, 'prepared' FROM generate_series(1, 5000) g;
        PREPARE TRANSACTION 'kept';
        BEGIN; INSERT INTO append_only SELECT g, 'prepared, undone' FROM generate_series(1, 5000) g;
        PREPARE TRANSACTION 'undone';
        INSERT INTO keyed VALUES (9001, 'between');
        COMMIT PREPARED 'kept';
        ROLLBACK PREPARED 'undone';
        """)
      try await servers.waitForTrail(program)
      // PostgreSQL 18 sends nothing of a transaction that it finds has rolled back already: there, those that committed.
      let least = try await PostgresBinaries.standard().majorVersion() >= 18 ? 2 : 3
      #expect(try await Self.streamed(servers) >= least)
      #expect(
        try await servers.audit("SELECT count(*) FROM cdc.audit_log WHERE new_data->>'y' ~ 'undone|rolled'") == "0")
      try await comparison.finish(program)
    }

    @Test func `the context of a savepoint that was rolled back is nobody's`() async throws {
      let (servers, comparison, program) = try await Self.scene("in-progress-context")
      try await servers.source.sql(
        """
        BEGIN;
        SELECT pg_logical_emit_message(true, 'cdc.context', '{"user": "kept"}');
        INSERT INTO keyed SELECT g, 'first' FROM generate_series(1, 3000) g;
        SAVEPOINT a;
        SELECT pg_logical_emit_message(true, 'cdc.context', '{"user": "undone"}');
        INSERT INTO append_only SELECT g, 'undone' FROM generate_series(1, 3000) g;
        ROLLBACK TO a;
        INSERT INTO append_only SELECT g, 'second' FROM generate_series(1, 3000) g;
        COMMIT;
        """)
      try await servers.waitForTrail(program)
      #expect(await program.waitForError("only the source can tell apart"), "\(program.lastWords)")
      let users = try await servers.audit("SELECT string_agg(DISTINCT change_user, ' ') FROM cdc.audit_log")
      #expect(users == "kept")
      try await comparison.finish(program)
    }

    /// The server says nothing of a rolled back part that it had put on its disk before it streamed it.
    @Test func `a savepoint that began before a restart and was rolled back leaves no row`() async throws {
      let (servers, comparison, first) = try await Self.scene("in-progress-part")
      try await servers.source.sql("CREATE SEQUENCE go")
      func pause(_ step: Int) -> String {
        """
        DO $$ BEGIN FOR i IN 1..6000 LOOP EXIT WHEN (SELECT is_called AND last_value >= \(step) FROM go);
          PERFORM pg_sleep(0.01); END LOOP; END $$;
        """
      }
      async let large = servers.source.sql(
        """
        BEGIN;
        INSERT INTO keyed VALUES (0, 'kept');
        SAVEPOINT a;
        INSERT INTO append_only SELECT g, 'undone' FROM generate_series(1, 10000) g;
        INSERT INTO keyed VALUES (1, 'undone');
        \(pause(1))
        SAVEPOINT b;
        INSERT INTO append_only SELECT g, 'undone, and told' FROM generate_series(1, 3000) g;
        \(pause(2))
        ROLLBACK TO a;
        SAVEPOINT c;
        INSERT INTO append_only SELECT g, 'kept' FROM generate_series(1, 10000) g;
        RELEASE c;
        COMMIT;
        """, within: .seconds(120))
      try await servers.waitForSource(
        "SELECT count(*) > 0 FROM pg_stat_activity WHERE query LIKE 'DO %pg_sleep%'", "the savepoint's rows")
      // What commits now is confirmed, beyond the rows of the savepoint.
      try await servers.source.sql("INSERT INTO keyed VALUES (2, 'between')")
      try await servers.waitForTrail(first)
      #expect(await servers.stop(first) == .exited(0), "\(first.lastWords)")
      let second = try await servers.program(Self.mode)
      try await servers.waitForSource(
        "SELECT active FROM pg_replication_slots WHERE slot_name = 'audit'", "the second session", second)
      let streamed = "(SELECT stream_count FROM pg_stat_replication_slots WHERE slot_name = 'audit')"
      let before = try await servers.source("SELECT \(streamed)")
      try await servers.source.sql("SELECT nextval('go')")
      try await servers.waitForSource("SELECT \(streamed) > \(before)", "the open transaction's blocks", second)
      try await servers.source.sql("SELECT nextval('go')")
      _ = try await large
      try await comparison.finish(second)
    }

    @Test func `small transactions do not wait for a large one beside them`() async throws {
      let (servers, comparison, program) = try await Self.scene("beside")
      try await servers.source.sql("CREATE SEQUENCE go")
      let large = Task { try await Self.writeLarge(servers, until: "(SELECT is_called FROM go)") }
      try await servers.waitForSource(
        "SELECT coalesce((SELECT stream_txns > 0 FROM pg_stat_replication_slots WHERE slot_name = 'audit'), false)",
        "the large transaction's first block", program)
      for id in 90_001...90_003 { try await servers.source.sql("INSERT INTO keyed VALUES (\(id), 'small')") }
      try await servers.waitForAudit(
        "SELECT count(*) = 3 FROM cdc.audit_log WHERE new_data->>'name' = 'small'", "the small ones", program)
      #expect(try await servers.audit("SELECT count(*) FROM cdc.audit_log WHERE new_data->>'name' = 'large'") == "0")
      try await servers.source.sql("SELECT nextval('go')")
      try await large.value
      try await comparison.finish(program)
    }

    @Test func `a spool that is too small has the source keep the transaction, and nothing is lost`() async throws {
      let (servers, comparison, program) = try await Self.scene("spool-full", ["SPOOL_MAX_BYTES": "1MiB"])
      try await servers.source.sql("INSERT INTO keyed SELECT g, repeat('x', 100) FROM generate_series(1, 30000) g")
      #expect(await program.waitForError("exceed spool.max.bytes", within: .seconds(60)), "\(program.lastWords)")
      try await comparison.finish(program)
    }

    @Test(arguments: [("STREAM_IN_PROGRESS", "false"), ("SPOOL_DIRECTORY", "/proc")])
    func `without a spool transactions come after their commit`(_ key: String, _ value: String) async throws {
      let (servers, comparison, program) = try await Self.scene("no-spool", [key: value])
      try await servers.source.sql("INSERT INTO keyed SELECT g, repeat('x', 100) FROM generate_series(1, 10000) g")
      try await servers.waitForTrail(program)
      #expect(try await Self.streamed(servers) == 0)
      #expect(program.standardError.contains("left to the source") == (key == "SPOOL_DIRECTORY"))
      try await comparison.finish(program)
    }

    @Test(arguments: ["true", "false"])
    func `what was rolled back before the source read it leaves nothing`(_ streaming: String) async throws {
      let (servers, comparison, first) = try await Self.scene("given-up", ["STREAM_IN_PROGRESS": streaming])
      #expect(await servers.stop(first) == .exited(0), "\(first.lastWords)")
      // PostgreSQL 18 tells of the savepoint's end, streamed or not.
      try await servers.source.sql(
        """
        BEGIN;
        INSERT INTO keyed SELECT g, 'undone' FROM generate_series(1, 10) g;
        SAVEPOINT a;
        INSERT INTO append_only SELECT g, 'undone' FROM generate_series(1, 10) g;
        RELEASE a;
        INSERT INTO keyed SELECT g, 'undone' FROM generate_series(11, 20000) g;
        ROLLBACK;
        INSERT INTO keyed VALUES (1, 'kept');
        """)
      let second = try await servers.program(Self.mode.merging(["STREAM_IN_PROGRESS": streaming]) { $1 })
      try await servers.waitForTrail(second)
      #expect(try await servers.audit("SELECT string_agg(new_data->>'name', ' ') FROM cdc.audit_log") == "kept")
      try await comparison.finish(second)
    }

    @Test func `a killed program leaves no file and the transaction comes again, once`() async throws {
      let directory = try await Self.makeDirectory()
      let (servers, comparison, first) = try await Self.scene("spool-killed", ["SPOOL_DIRECTORY": directory])
      let slot = "SELECT FROM pg_replication_slots WHERE slot_name = 'audit' AND active"
      let large = Task { try await Self.writeLarge(servers, until: "NOT EXISTS (\(slot))") }
      let spooled = "/proc/\(first.pid)/fd"
      try await servers.waitForSource(
        "SELECT coalesce((SELECT stream_txns > 0 FROM pg_stat_replication_slots WHERE slot_name = 'audit'), false)",
        "the large transaction's first block", first)
      // The server counts a block that it has sent; the program may not have met it yet.
      var open = ""
      for _ in 0..<1000 where !open.contains("\(directory)/#") {
        try await Task.sleep(for: .milliseconds(20))
        open = try await ChildProcess.run("ls", ["-l", spooled]).output
      }
      #expect(open.contains("\(directory)/#") && open.contains("(deleted)"), "\(open)")
      #expect(try await ChildProcess.run("ls", ["-A", directory]).output.isEmpty)
      first.signal(SIGKILL)
      _ = await first.wait()
      #expect(try await ChildProcess.run("ls", ["-A", directory]).output.isEmpty)
      try await large.value
      let second = try await servers.program(Self.mode.merging(["SPOOL_DIRECTORY": directory]) { $1 })
      try await comparison.finish(second)
      _ = try await ChildProcess.run("rm", ["-r", directory])
    }

    private static func makeDirectory() async throws -> String {
      let made = try await ChildProcess.run("mktemp", ["-d", "/var/tmp/cdc-spool.XXXXXX"]).output
      return String(made.split(separator: "\n").first ?? "")
    }
  }
}
