import FoundationEssentials
import Pipeline
import ServerKit
import Testing

extension RunTests {
  /// The operator's commands, on what a run has left.
  @Suite struct Commands {
    @Test func `init makes what is missing and finds it the second time, check and config agree, teardown drops it`()
      async throws
    {
      let bed = try await TestBed.make(publication: "SELECT 1")
      let settings = ["PUBLICATION_AUTOCREATE_MODE": "filtered", "TABLE_INCLUDE_LIST": "public.t"]
      let before = try await bed.command(["check"], settings)
      #expect(before.status == .exited(0), "\(before.output)\(before.error)")
      let first = try await bed.command(["init"], settings)
      #expect(first.status == .exited(0), "\(first.output)\(first.error)")
      let made =
        "SELECT count(*) FROM pg_publication p, pg_replication_slots s WHERE pubname = '\(bed.name)' AND slot_name = pubname"
      #expect(try bed.ask(bed.source, bed.name, made) == "1")
      #expect(try bed.ask(bed.audit, bed.auditDatabase, "SELECT count(*) FROM cdc.audit_log") == "0")
      let second = try await bed.command(["init"], settings)
      #expect(second.status == .exited(0), "\(second.output)\(second.error)")
      #expect(second.output != first.output && !second.output.contains("made "), "\(second.output)")
      let check = try await bed.command(["check"], settings)
      #expect(check.status == .exited(0) && check.output.contains("public"), "\(check.output)\(check.error)")

      let config = try await bed.command(["config", "--changed"], settings)
      #expect(config.status == .exited(0) && config.output.contains("PUBLICATION_AUTOCREATE_MODE"), "\(config.output)")
      let secret = try await bed.command(
        ["config"], ["DATABASE_URL": bed.sourceURI("postgres", password: TestBed.password)])
      #expect(!secret.output.contains("s3cr3t") && !secret.error.contains("s3cr3t"), "\(secret.output)")

      // Nobody is there to be asked.
      let asked = try await bed.command(["teardown", "--audit-schema"], settings)
      #expect(asked.status == .exited(64) && asked.error.contains("--yes"), "\(asked.error)")
      #expect(try bed.ask(bed.source, bed.name, made) == "1")
      let role = try await bed.makeRole("writer", on: bed.audit)
      try await bed.inAudit("GRANT USAGE ON SCHEMA cdc TO \(role)")
      let stranger = settings.merging(["AUDIT_URL": bed.auditURI(role, password: TestBed.password)]) { $1 }
      let refused = try await bed.command(["teardown", "--audit-schema", "--yes"], stranger)
      #expect(refused.status == .exited(Failure.Kind.privilegeMissing.exitCode), "\(refused.output)\(refused.error)")
      #expect(try bed.ask(bed.source, bed.name, made) == "1", "nothing is dropped when not all may be")
      let dropped = try await bed.command(["teardown", "--audit-schema", "--yes"], settings)
      #expect(dropped.status == .exited(0), "\(dropped.output)\(dropped.error)")
      #expect(try bed.ask(bed.source, bed.name, made) == "0")
      #expect(
        try bed.ask(bed.audit, bed.auditDatabase, "SELECT count(*) FROM pg_namespace WHERE nspname = 'cdc'") == "0")
    }

    @Test func `the trail is asked by table, operation, key, user, transaction and time`() async throws {
      let bed = try await TestBed.make(table: "CREATE TABLE t (id int PRIMARY KEY, v json); CREATE TABLE u (id int)")
      try await bed.storeFirst()
      let program = try await bed.start()
      try await bed.inSource(
        """
        BEGIN;
        SELECT pg_logical_emit_message(true, 'cdc.context', '{"user": "alice", "ticket": 7}');
        UPDATE t SET v = '{"a": "x, \\"y\\""}' WHERE id = 2;
        DELETE FROM t WHERE id = 3;
        COMMIT;
        INSERT INTO u VALUES (1);
        """)
      try await bed.waitForRows(6, program)
      #expect(await program.terminate() == .exited(0), "\(program.lastWords)")

      #expect(try await rows(bed, ["list"]) == 6)
      #expect(try await rows(bed, ["list", "--table", "public.t"]) == 5)
      #expect(try await rows(bed, ["list", "--table", "u"]) == 1)
      #expect(try await rows(bed, ["list", "--operation", "update", "--operation", "delete"]) == 2)
      #expect(try await rows(bed, ["list", "--user", "alice"]) == 2)
      #expect(try await rows(bed, ["list", "--user", "bob"]) == 0)
      #expect(try await rows(bed, ["list", "--key", "{\"id\": 2}"]) == 2)
      #expect(try await rows(bed, ["list", "--since", "tomorrow"]) == 0)
      #expect(try await rows(bed, ["list", "--until", "tomorrow", "--limit", "4"]) == 4)
      let transaction = try bed.ask(
        bed.audit, bed.auditDatabase, "SELECT transaction_id FROM cdc.audit_log WHERE operation_type = 'DELETE'")
      #expect(try await rows(bed, ["list", "--transaction", transaction]) == 2)

      let newest = try await bed.command(["audit", "list", "--json", "--limit", "1"])
      let oldest = try await bed.command(["audit", "list", "--json", "--limit", "1", "--oldest-first"])
      #expect(
        newest.output.contains("\"u\"") && oldest.output.contains("\"INSERT\""), "\(newest.output)\(oldest.output)")
      let history = try await bed.command(["audit", "history", "--table", "public.t", "--key", "{\"id\": 2}"])
      let lines = history.output.split(separator: "\n").filter { $0.contains("INSERT") || $0.contains("UPDATE") }
      #expect(lines.count == 2 && lines[0].contains("INSERT") && lines[1].contains("alice"), "\(history.output)")
      let csv = try await bed.command(["audit", "list", "--csv", "--user", "alice", "--operation", "update"])
      #expect(csv.output.contains("\"{\"\"id\"\": 2"), "quotes are doubled, as RFC 4180 has it: \(csv.output)")
      let stats = try await bed.command(["audit", "stats", "--days", "1", "--csv"])
      for expected in ["public.t,INSERT,3", "public.t,UPDATE,1", "public.t,DELETE,1", "public.u,INSERT,1"] {
        #expect(stats.output.contains(expected), "\(stats.output)")
      }
      let wrong = try await bed.command(["audit", "list", "--since", "no time at all"])
      #expect(wrong.status != .exited(0) && wrong.error.contains("check times"), "\(wrong.error)")
    }

    @Test func `status tells position and lag with and without a running instance`() async throws {
      let bed = try await TestBed.make()
      try await bed.storeFirst()
      try await bed.change(4...6)
      let behind = try await bed.command(["status", "--sample", "0"])
      #expect(
        behind.status == .exited(0) && behind.output.contains("nobody reads it"), "\(behind.output)\(behind.error)")
      #expect(try await lag(bed) > 0)
      let program = try await bed.start()
      try await bed.waitForRows(6, program)
      let running = try await bed.command(["status", "--sample", "0"])
      #expect(running.output.contains("being read"), "\(running.output)")
      #expect(await program.terminate() == .exited(0))
      try await bed.inSource("SELECT pg_drop_replication_slot('\(bed.name)')")
      let without = try await bed.command(["status", "--sample", "0"])
      #expect(without.output.contains("does not exist"), "\(without.output)\(without.error)")
    }

    private func lag(_ bed: TestBed) async throws -> Int {
      struct Status: Decodable {
        struct Lag: Decodable { let bytes: Int }
        let lag: Lag
      }
      let json = try await bed.command(["status", "--json", "--sample", "0"])
      return try JSONDecoder().decode(Status.self, from: Data(json.output.utf8)).lag.bytes
    }

    /// How many rows a question finds.
    private func rows(_ bed: TestBed, _ question: [String]) async throws -> Int {
      let result = try await bed.command(["audit"] + question + ["--json"])
      try #require(result.status == .exited(0), "\(question): \(result.error)")
      return result.output.split(separator: "\n").count
    }
  }
}
