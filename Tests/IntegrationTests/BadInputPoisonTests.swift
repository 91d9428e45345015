import Pipeline
import ServerKit
import Testing

extension RunTests {
  /// Changes that the audit database cannot store.
  @Suite struct BadInputPoison {
    /// A NUL, which is known beforehand, and a number that only the audit server refuses, each between good rows.
    private static let rows = #"""
      BEGIN;
      INSERT INTO t VALUES (4, '{"fine": 1}');
      INSERT INTO t VALUES (5, '"a \u0000 b"');
      INSERT INTO t VALUES (6, '{"fine": 2}');
      INSERT INTO t VALUES (7, '{"number": 1e200000}');
      INSERT INTO t VALUES (8, '"\\u0000 is fine"');
      COMMIT;
      INSERT INTO t VALUES (9);
      """#
    private static let good = "1 2 3 4 6 8 9"

    /// The key in the payload, which the server's own operators cannot take apart: they refuse a NUL in it.
    private static let key = #"substring(payload from '"row_key":(\{[^}]*\})')"#

    private static func errors(_ bed: TestBed, _ expression: String) throws -> String {
      try bed.ask(
        bed.audit, bed.auditDatabase,
        "SELECT string_agg(\(expression), ' | ' ORDER BY ordinal) FROM cdc.processing_error")
    }

    /// A port that nobody listens on, for the program's HTTP server.
    static func freePort() async throws -> Int {
      let proxy = try TCPProxy.start(toPort: 9)
      await proxy.close()
      return proxy.port
    }

    @Test func `poison rows are set aside whole, counted and told once, and the rest of the transaction is stored`()
      async throws
    {
      let bed = try await TestBed.make()
      try await bed.storeFirst()
      let http = ["HTTP_ENABLED": "true", "HTTP_PORT": "\(try await Self.freePort())"]
      let program = try await bed.start(http)
      try await bed.inSource(Self.rows)
      try await bed.waitForRows(7, program)
      #expect(try bed.trail() == Self.good)
      // Row, place in its transaction, reason: the whole change is there, and can be read back.
      #expect(try Self.errors(bed, Self.key) == #"{"id":5} | {"id":7}"#)
      #expect(try Self.errors(bed, "ordinal::text") == "1 | 3")
      #expect(
        try Self.errors(bed, "operation_type || ' ' || source_schema || '.' || source_table")
          == "INSERT public.t | INSERT public.t")
      #expect(
        try Self.errors(bed, #"substring(payload from '"new_data":\{"id":\d+,"v":(.*)\},"changed_columns"')"#)
          == #""a \u0000 b" | {"number": 1e200000}"#)
      #expect(try Self.errors(bed, "code || ' ' || status") == "22P05 open | 22003 open")
      #expect(
        try Self.errors(bed, "(commit_lsn = (SELECT commit_lsn FROM cdc.audit_log WHERE ordinal = 4))::text")
          == "true | true")
      let metrics = try await bed.command(["health", "--path", "/metrics", "--verbose"], http)
      #expect(metrics.output.contains("\ncdc_direct_quarantined_total 2\n"), "\(metrics.output)\(metrics.error)")
      #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
      let told = program.standardError.split(separator: "\n").filter { $0.contains("a change was set aside") }
      #expect(told.count == 2, "\(program.lastWords)")
      #expect(told.allSatisfy { $0.contains("public.t") && $0.contains("\"position\"") }, "\(told)")
      #expect(!program.standardError.contains("1e200000"), "row data in the log")
      #expect(
        program.standardError.contains("\"quarantined\":2") || program.standardError.contains("\"quarantined\":\"2\""))

      // A second run meets none of them again.
      let again = try await bed.start()
      try await bed.change(10...10)
      try await bed.waitForRows(8, again)
      #expect(await again.terminate() == .exited(0))
      #expect(try Self.errors(bed, "'x'") == "x | x")
    }

    @Test func `what an operator forbids in the audit database is set aside as well`() async throws {
      let bed = try await TestBed.make()
      try await bed.storeFirst()
      try await bed.inAudit("ALTER TABLE cdc.audit_log ADD CONSTRAINT no_five CHECK (new_data ->> 'id' <> '5')")
      let program = try await bed.start()
      try await bed.change(4...6)
      try await bed.inSource("INSERT INTO t SELECT g FROM generate_series(7, 9) g; UPDATE t SET id = 5 WHERE id = 5")
      try await bed.waitForRows(8, program)
      try await bed.wait(bed.audit, bed.auditDatabase, "SELECT count(*) = 2 FROM cdc.processing_error", program)
      #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
      #expect(try bed.trail() == "1 2 3 4 6 7 8 9")
      #expect(try Self.errors(bed, "operation_type || ' ' || code || ' ' || reason").contains("INSERT 23514"))
      #expect(try Self.errors(bed, "operation_type").contains("UPDATE"))
    }

    @Test func `errors_tolerance none stops at the first, and goes on with all`() async throws {
      let bed = try await TestBed.make()
      try await bed.storeFirst()
      try await bed.inSource(Self.rows)
      let strict = ["ERRORS_TOLERANCE": "none"]
      try await bed.expectEnd(.changeRefused, saying: ["\\u0000", "public.t", "errors.tolerance=all"], strict)
      // The other kind, which the audit server tells.
      try await bed.inAudit(
        "ALTER TABLE cdc.audit_log ADD CONSTRAINT no_four CHECK (new_data ->> 'id' <> '4')")
      try await bed.expectEnd(.changeRefused, saying: ["errors.tolerance=all"], strict)
      try await bed.inAudit("ALTER TABLE cdc.audit_log DROP CONSTRAINT no_four")
      let program = try await bed.start()
      try await bed.waitForRows(7, program)
      #expect(await program.terminate() == .exited(0))
      #expect(try bed.trail() == Self.good)
      #expect(try Self.errors(bed, "ordinal::text") == "1 | 3")
    }

    @Test func `errors_max stops when one more is refused, and nothing of that transaction is stored`() async throws {
      let bed = try await TestBed.make()
      try await bed.storeFirst()
      try await bed.inSource(Self.rows)
      try await bed.expectEnd(.changeRefused, saying: ["more than errors.max=1"], ["ERRORS_MAX": "1"])
      let program = try await bed.start(["ERRORS_MAX": "2"])
      try await bed.waitForRows(7, program)
      #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
      #expect(try Self.errors(bed, "ordinal::text") == "1 | 3")
    }

    @Test func `poison rows in a snapshot are set aside, and every other row is stored once`() async throws {
      let bed = try await TestBed.make()
      try await bed.change(1...3)
      try await bed.inSource(Self.rows)
      let program = try await bed.start(["SNAPSHOT_MODE": "initial"])
      try await bed.waitForRows(7, program)
      try await bed.waitForStream(program)
      try await bed.change(10...10)
      try await bed.waitForRows(8, program)
      #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
      #expect(try bed.trail() == Self.good + " 10")
      #expect(
        try Self.errors(bed, "operation_type || ' ' || " + Self.key) == #"SNAPSHOT {"id":5} | SNAPSHOT {"id":7}"#
      )
    }

    @Test func `errors are listed, shown, retried and resolved by command`() async throws {
      let bed = try await TestBed.make()
      try await bed.storeFirst()
      let program = try await bed.start()
      try await bed.inSource(Self.rows)
      try await bed.waitForRows(7, program)
      #expect(await program.terminate() == .exited(0))
      let ids = try Self.errors(bed, "id::text").split(separator: " | ").map(String.init)
      try #require(ids.count == 2)

      let list = try await bed.command(["errors", "list", "--json"])
      #expect(list.status == .exited(0), "\(list.error)")
      #expect(list.output.split(separator: "\n").count == 2)
      #expect(
        list.output.contains("\"code\":\"22P05\"") && list.output.contains("\"status\":\"open\""), "\(list.output)")
      #expect(!list.output.contains("200000"), "row data in the list")
      let show = try await bed.command(["errors", "show", ids[1]])
      #expect(show.output.contains("1e200000") && show.output.contains("22003"), "\(show.output)")

      let refused = try await bed.command(["errors", "retry", "--all"])
      #expect(
        refused.status == .exited(41) && refused.output.contains("0 stored, 2 refused again"), "\(refused.output)")
      let stored = try await bed.command(["errors", "retry", ids[0], "--replace-nul"])
      #expect(stored.status == .exited(0) && stored.output.contains("1 stored"), "\(stored.output)\(stored.error)")
      #expect(try bed.trail() == "1 2 3 4 5 6 8 9")
      let blank = try await bed.command(["errors", "resolve", ids[1], "--note", " "])
      #expect(blank.status == .exited(64))
      let resolved = try await bed.command(["errors", "resolve", ids[1], "--note", "known, ticket 4711"])
      #expect(resolved.status == .exited(0), "\(resolved.error)")
      let twice = try await bed.command(["errors", "resolve", ids[1], "--note", "again"])
      #expect(twice.status == .exited(1) && twice.error.contains("no open error \(ids[1])"), "\(twice.error)")
      let closed = try await bed.command(["errors", "list", "--status", "all", "--csv"])
      #expect(closed.output.contains("retried") && closed.output.contains("resolved"), "\(closed.output)")
      let open = try await bed.command(["errors", "list"])
      #expect(open.error.contains("no open errors") && open.status == .exited(0))
    }
  }
}
