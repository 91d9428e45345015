import ServerKit
import Testing

extension RunTests {
  /// What Debezium's keys for the source do, seen from outside.
  @Suite struct SourceSettings {
    private static let tables = """
      CREATE TABLE t (id int PRIMARY KEY, v json); CREATE TABLE left_out (id int PRIMARY KEY);
      CREATE SCHEMA other; CREATE TABLE other.u (id int PRIMARY KEY, secret text, open text)
      """

    private func trail(_ bed: TestBed, _ expression: String) throws -> String {
      try bed.ask(
        bed.audit, bed.auditDatabase,
        "SELECT string_agg(\(expression), ' ' ORDER BY id) FROM cdc.audit_log")
    }

    @Test func `lists of tables, schemas and columns and skipped operations hold for snapshot and stream alike`()
      async throws
    {
      let bed = try await TestBed.make(table: Self.tables)
      try await bed.inSource(
        "INSERT INTO t VALUES (1); INSERT INTO left_out VALUES (1); INSERT INTO other.u VALUES (1, 'x', 'a')")
      let settings = [
        "SNAPSHOT_MODE": "initial", "SCHEMA_INCLUDE_LIST": "public,oth.*", "TABLE_EXCLUDE_LIST": "public[.]left_.*",
        "COLUMN_EXCLUDE_LIST": "other.u.secret", "SKIPPED_OPERATIONS": "d",
      ]
      let program = try await bed.start(settings)
      try await bed.waitForRows(2, program)
      try await bed.waitForStream(program)
      try await bed.inSource(
        """
        DELETE FROM t; INSERT INTO left_out VALUES (2); UPDATE other.u SET secret = 'y', open = 'b';
        INSERT INTO other.u VALUES (2, 'z', 'c');
        """)
      try await bed.waitForRows(4, program)
      #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
      #expect(
        try trail(bed, "operation_type || ':' || source_table || ':' || (new_data - 'id')::text")
          == #"SNAPSHOT:u:{"open": "a"} SNAPSHOT:t:{"v": null} UPDATE:u:{"open": "b"} INSERT:u:{"open": "c"}"#)
      #expect(program.standardError.contains("\"filtered\":2"), "\(program.lastWords)")
    }

    @Test(arguments: [
      ("all_tables", "t f"), ("filtered", "f public.t"), ("no_tables", "f"),
    ])
    func `a missing publication is made as the mode says, and an existing one is taken as it is`(
      mode: String, expected: String
    ) async throws {
      let bed = try await TestBed.make(table: Self.tables, publication: "SELECT 1")
      let settings = [
        "PUBLICATION_AUTOCREATE_MODE": mode, "TABLE_INCLUDE_LIST": mode == "no_tables" ? "" : "public.t",
      ]
      let made = """
        SELECT concat_ws(' ', puballtables, CASE WHEN puballtables THEN 'f' ELSE (SELECT string_agg(schemaname || '.' || tablename, ' ')
          FROM pg_publication_tables pt WHERE pt.pubname = p.pubname) END) FROM pg_publication p WHERE pubname = '\(bed.name)'
        """
      for _ in 1...2 {
        let program = try await bed.start(settings)
        try await bed.waitForStream(program)
        #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
        #expect(try bed.ask(bed.source, bed.name, made) == expected)
      }
    }

    @Test func `replica identities are set at the start, and old rows are whole from then on`() async throws {
      let bed = try await TestBed.make()
      let settings = ["REPLICA_IDENTITY_AUTOSET_VALUES": "public.t:FULL"]
      try await bed.storeFirst(settings)
      #expect(try bed.ask(bed.source, bed.name, "SELECT relreplident FROM pg_class WHERE oid = 't'::regclass") == "f")
      let program = try await bed.start(settings)
      try await bed.inSource("UPDATE t SET v = '4' WHERE id = 1")
      try await bed.waitForRows(4, program)
      #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
      #expect(
        try bed.ask(
          bed.audit, bed.auditDatabase,
          "SELECT old_data || jsonb_build_object('c', changed_columns) FROM cdc.audit_log WHERE operation_type = 'UPDATE'"
        )
          == #"{"c": ["v"], "v": null, "id": 1}"#)
    }

    @Test func `slot_drop_on_stop drops the slot at an orderly stop`() async throws {
      let bed = try await TestBed.make()
      let program = try await bed.start(["SLOT_DROP_ON_STOP": "true"])
      try await bed.waitForStream(program)
      #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
      #expect(
        try bed.ask(bed.source, bed.name, "SELECT count(*) FROM pg_replication_slots WHERE slot_name = '\(bed.name)'")
          == "0")
    }

    @Test func `the heartbeat's query runs on the source, and the slot follows where nothing else is written`()
      async throws
    {
      let bed = try await TestBed.make(table: "CREATE TABLE t (id int); CREATE TABLE beat (at timestamptz, who text)")
      let program = try await bed.start([
        "HEARTBEAT_INTERVAL_MS": "50", "TABLE_INCLUDE_LIST": "public.t",
        "DATABASE_INITIAL_STATEMENTS": "SET application_name = 'a;;b'; SET work_mem = '5MB'",
        "HEARTBEAT_ACTION_QUERY":
          "INSERT INTO beat VALUES (now(), current_setting('work_mem'))",
      ])
      try await bed.waitForStream(program)
      try await bed.wait(bed.source, bed.name, "SELECT count(*) >= 3 FROM beat", program)
      // Nothing is captured, and the slot goes on all the same.
      let position = try bed.ask(bed.source, bed.name, "SELECT pg_current_wal_lsn()")
      try await bed.wait(
        bed.source, bed.name,
        "SELECT confirmed_flush_lsn >= '\(position)' FROM pg_replication_slots WHERE slot_name = '\(bed.name)'", program
      )
      #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
      #expect(try bed.ask(bed.audit, bed.auditDatabase, "SELECT count(*) FROM cdc.audit_log") == "0")
    }

    @Test func `snapshot_mode never is no_data, and says so`() async throws {
      let bed = try await TestBed.make()
      try await bed.inSource("INSERT INTO t VALUES (1)")
      let program = try await bed.start(["SNAPSHOT_MODE": "never"])
      try await bed.waitForStream(program)
      try await bed.change(2...2)
      try await bed.waitForRows(1, program)
      #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
      #expect(try bed.trail() == "2")
      #expect(program.standardError.contains("means no_data"), "\(program.standardError)")
    }
  }
}
