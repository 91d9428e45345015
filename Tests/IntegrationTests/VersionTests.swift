import ServerKit
import Testing

extension RunTests {
  /// What a version of PostgreSQL brought, from the version on that has it.
  @Suite struct Versions {
    /// Whether the server is of that version or a later one.
    private static func has(_ version: Int) async throws -> Bool {
      try await PostgresBinaries.standard().majorVersion() >= version
    }

    private func trail(_ bed: TestBed) throws -> String {
      try bed.ask(
        bed.audit, bed.auditDatabase,
        "SELECT string_agg(operation_type || coalesce(new_data, old_data)::text, ' ' ORDER BY id) FROM cdc.audit_log")
    }

    private static let filtered = """
      CREATE PUBLICATION NAME FOR TABLE t (id, shown) WHERE (id < 100), whole WHERE (v IS DISTINCT FROM 'hidden')
      """
    private static let lists = """
      CREATE TABLE t (id int PRIMARY KEY, secret text, shown text);
      CREATE TABLE whole (id int PRIMARY KEY, v text); ALTER TABLE whole REPLICA IDENTITY FULL;
      INSERT INTO t VALUES (1, 's', 'a'), (100, 's', 'b'); INSERT INTO whole VALUES (1, 'seen'), (2, 'hidden')
      """

    @Test(.enabled("column lists and row filters came with PostgreSQL 15") { try await has(15) })
    func `the publication's column lists and row filters hold for the trail's snapshot and its stream`() async throws {
      let bed = try await TestBed.make(table: Self.lists, publication: Self.filtered)
      let settings = ["SNAPSHOT_MODE": "initial"]
      let program = try await bed.start(settings)
      try await bed.waitForRows(2, program)
      try await bed.waitForStream(program)
      #expect(
        try trail(bed) == #"SNAPSHOT{"id": 1, "shown": "a"} SNAPSHOT{"v": "seen", "id": 1}"#, "\(program.lastWords)")
      // The server makes of an update that leaves the filter a delete, and of one that enters it an insert.
      try await bed.inSource(
        """
        UPDATE t SET secret = 'x', shown = 'c' WHERE id = 1; INSERT INTO t VALUES (101, 's', 'd');
        UPDATE whole SET v = 'hidden' WHERE id = 1; UPDATE whole SET v = 'back' WHERE id = 2;
        """)
      try await bed.waitForRows(5, program)
      #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
      let stored = try trail(bed)
      #expect(
        stored.hasSuffix(#"UPDATE{"id": 1, "shown": "c"} DELETE{"v": "seen", "id": 1} INSERT{"v": "back", "id": 2}"#),
        "\(stored)")
    }

    @Test(.enabled("column lists and row filters came with PostgreSQL 15") { try await has(15) })
    func `the publication's column lists and row filters hold for events`() async throws {
      let scene = StreamScene(bed: try await TestBed.make(table: Self.lists, publication: Self.filtered))
      let program = try await scene.streaming(["snapshot.mode": "no_data"])
      try await scene.bed.inSource(
        """
        UPDATE t SET secret = 'x', shown = 'c' WHERE id = 1; INSERT INTO t VALUES (101, 's', 'd');
        UPDATE whole SET v = 'hidden' WHERE id = 1; UPDATE whole SET v = 'back' WHERE id = 2;
        """)
      try await scene.waitForEvents(4, program)
      #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
      try scene.expectStory("u1 d1 -1 c2")
      #expect(!scene.text(scene.events).contains("secret"))
    }

    @Test(.enabled("origins can be left out since PostgreSQL 16") { try await has(16) })
    func `with the plugin's origin set to none, what another replication brought is left out`() async throws {
      let bed = try await TestBed.make()
      let program = try await bed.start(["SLOT_STREAM_PARAMS": "origin=none"])
      try await bed.waitForStream(program)
      try await bed.inSource(
        """
        INSERT INTO t VALUES (1);
        SELECT pg_replication_origin_create('\(bed.name)'); SELECT pg_replication_origin_session_setup('\(bed.name)');
        INSERT INTO t VALUES (2);
        SELECT pg_replication_origin_session_reset(); INSERT INTO t VALUES (3);
        """)
      try await bed.waitForRows(2, program)
      #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
      #expect(try bed.trail() == "1 3")
      try await bed.inSource("SELECT pg_replication_origin_drop('\(bed.name)')")
    }

    @Test(
      .enabled("failover slots came with PostgreSQL 17") { try await has(17) }, arguments: [false, true])
    func `a slot is made for failover when that is set`(snapshot: Bool) async throws {
      let bed = try await TestBed.make()
      let program = try await bed.start([
        "SLOT_FAILOVER": "true", "SNAPSHOT_MODE": snapshot ? "initial" : "no_data",
      ])
      try await bed.waitForStream(program)
      #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
      let slot = "SELECT failover FROM pg_replication_slots WHERE slot_name = '\(bed.name)'"
      #expect(try bed.ask(bed.source, bed.name, slot) == "t")
    }

    @Test(.enabled("generated columns can be published since PostgreSQL 18") { try await has(18) })
    func `generated columns that are published are in the trail's snapshot, its stream and the events`() async throws {
      let bed = try await TestBed.make(
        table: """
          CREATE TABLE t (id int PRIMARY KEY, twice int GENERATED ALWAYS AS (id * 2) STORED,
            half numeric GENERATED ALWAYS AS (id / 2.0) VIRTUAL); INSERT INTO t VALUES (1)
          """,
        publication: "CREATE PUBLICATION NAME FOR ALL TABLES WITH (publish_generated_columns = stored)")
      let program = try await bed.start(["SNAPSHOT_MODE": "initial"])
      try await bed.waitForRows(1, program)
      try await bed.waitForStream(program)
      try await bed.inSource("INSERT INTO t VALUES (2)")
      try await bed.waitForRows(2, program)
      #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
      #expect(try trail(bed) == #"SNAPSHOT{"id": 1, "twice": 2} INSERT{"id": 2, "twice": 4}"#)
      let scene = StreamScene(bed: bed)
      let own = ["slot.name": "\(bed.name)_events", "snapshot.mode": "no_data"]
      let events = try await scene.start(own)
      try await bed.wait(
        bed.source, bed.name,
        "SELECT active FROM pg_replication_slots WHERE slot_name = '\(bed.name)_events' AND confirmed_flush_lsn IS NOT NULL",
        events)
      try await bed.inSource("INSERT INTO t VALUES (3)")
      try await scene.waitForEvents(1, events)
      #expect(await events.terminate() == .exited(0), "\(events.lastWords)")
      #expect(scene.text(scene.events).contains(#""after":{"id":3,"twice":6}"#), "\(scene.text(scene.events))")
    }

    @Test(.enabled("slots end by time since PostgreSQL 18") { try await has(18) })
    func `check warns of a server that invalidates idle slots`() async throws {
      let options = PostgresServer.Options(label: "idle-slots", settings: [("idle_replication_slot_timeout", "1h")])
      let source = try await PostgresServer.start(options)
      let audit = try await PostgresServer.start()
      let bed = try await TestBed.make((source, audit))
      let check = try await bed.command(["check"])
      #expect(
        check.output.contains("idle_replication_slot_timeout is 1h: a longer stop of cdc-direct costs the slot"),
        "\(check.output)\(check.error)")
      try await source.destroy()
      try await audit.destroy()
    }
  }
}
