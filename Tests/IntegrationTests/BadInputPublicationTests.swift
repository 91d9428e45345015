import Pipeline
import ServerKit
import Testing

extension RunTests {
  /// Publications and tables that cannot serve.
  @Suite struct BadInputPublications {
    @Test func `a publication that is missing and may not be made is named with the SQL that makes it`() async throws {
      let bed = try await TestBed.make()
      try await bed.storeFirst()
      // Dropped and made again before the next change: those in between would be refused by the server for good.
      try await bed.inSource("DROP PUBLICATION \(bed.name)")
      try await bed.expectEnd(
        .publicationMissing,
        saying: ["publication \"\(bed.name)\" does not exist", "publication.autocreate.mode", "CREATE PUBLICATION"])
      try await bed.inSource("CREATE PUBLICATION \(bed.name) FOR ALL TABLES")
      try await bed.change(4...6)
      try await bed.expectRest()
    }

    @Test func `a role that may not make the publication is told so, and makes it after the GRANT`() async throws {
      let bed = try await TestBed.make(publication: "SELECT 1")
      let role = try await bed.makeRole("reader", "REPLICATION", on: bed.source)
      try await bed.inSource("ALTER TABLE t OWNER TO \(role)")
      let settings = [
        "DATABASE_URL": bed.sourceURI(role, password: TestBed.password),
        "PUBLICATION_AUTOCREATE_MODE": "filtered", "TABLE_INCLUDE_LIST": "public[.]t",
      ]
      try await bed.expectEnd(
        .privilegeMissing, saying: ["permission denied for database", "cdc-direct check"], settings)
      try await bed.inSource("GRANT CREATE ON DATABASE \(bed.name) TO \(role)")
      try await bed.storeFirst(settings)
      try await bed.change(4...6)
      try await bed.expectRest(settings)
    }

    @Test func `a publication without a table that table_include_list names is told before anything is read`()
      async throws
    {
      let bed = try await TestBed.make(
        table: "CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE left_out (id int PRIMARY KEY)",
        publication: "CREATE PUBLICATION NAME FOR TABLE t")
      try await bed.storeFirst()
      try await bed.change(4...6)
      let named = ["TABLE_INCLUDE_LIST": "public.t,public.left_out"]
      try await bed.expectEnd(
        .publicationIncomplete,
        saying: ["publication \"\(bed.name)\" does not include public.left_out", "ALTER PUBLICATION"], named)
      try await bed.inSource("ALTER PUBLICATION \(bed.name) ADD TABLE left_out")
      try await bed.inSource("INSERT INTO left_out VALUES (7)")
      try await bed.expectRest(through: 7, named)
    }

    @Test func `a publication that takes the audit tables along is refused at the very first start`() async throws {
      let bed = try await TestBed.make()
      let same = ["AUDIT_URL": bed.sourceURI()]
      try await bed.change(1...3)
      for _ in 1...2 {
        let program = try await bed.start(same)
        let status = await program.wait(within: .seconds(20))
        if status == nil { program.signal(9) }
        #expect(status == .exited(Failure.Kind.publicationFeedsItself.exitCode), "\(program.lastWords)")
        #expect(program.standardError.contains("publication_feeds_itself"), "\(program.lastWords)")
        #expect(program.standardError.contains("a database of its own"))
      }
      #expect(try bed.ask(bed.source, bed.name, "SELECT count(*) FROM cdc.audit_log") == "0")
      #expect(
        try bed.ask(bed.source, bed.name, "SELECT count(*) FROM pg_replication_slots WHERE slot_name = '\(bed.name)'")
          == "0")
    }

    @Test func `audit tables that come into the publication later are left out, and refused at the next start`()
      async throws
    {
      let bed = try await TestBed.make(publication: "CREATE PUBLICATION NAME FOR TABLE t")
      let same = ["AUDIT_URL": bed.sourceURI()]
      let program = try await bed.start(same)
      try await bed.waitForStream(program)
      try await bed.inSource("ALTER PUBLICATION \(bed.name) ADD TABLE cdc.audit_log")
      try await bed.change(1...3)
      try await bed.wait(bed.source, bed.name, "SELECT count(*) >= 3 FROM cdc.audit_log", program)
      // What follows comes after our own rows in the stream.
      try await bed.change(4...4)
      try await bed.wait(bed.source, bed.name, "SELECT count(*) >= 4 FROM cdc.audit_log", program)
      #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
      let refused = try await bed.start(same)
      #expect(await refused.wait(within: .seconds(20)) == .exited(Failure.Kind.publicationFeedsItself.exitCode))
      try await bed.inSource("ALTER PUBLICATION \(bed.name) DROP TABLE cdc.audit_log")
      let again = try await bed.start(same)
      try await bed.change(5...5)
      try await bed.wait(bed.source, bed.name, "SELECT count(*) >= 5 FROM cdc.audit_log", again)
      #expect(await again.terminate() == .exited(0), "\(again.lastWords)")
      #expect(
        try bed.ask(
          bed.source, bed.name, "SELECT string_agg(new_data ->> 'id', ' ' ORDER BY commit_lsn) FROM cdc.audit_log")
          == "1 2 3 4 5")
    }

    @Test func `the trail beside the tables in one database serves when the publication names the tables`() async throws
    {
      let bed = try await TestBed.make(publication: "CREATE PUBLICATION NAME FOR TABLE t")
      let program = try await bed.start(["AUDIT_URL": bed.sourceURI()])
      try await bed.waitForStream(program)
      try await bed.change(1...3)
      try await bed.wait(bed.source, bed.name, "SELECT count(*) = 3 FROM cdc.audit_log", program)
      #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
    }

    @Test func `a table without replica identity is told with the SQL, and its inserts are stored`() async throws {
      let bed = try await TestBed.make(table: "CREATE TABLE t (id int)")
      try await bed.inSource("SELECT pg_create_logical_replication_slot('\(bed.name)', 'pgoutput')")
      let program = try await bed.start()
      try await bed.change(1...3)
      try await bed.waitForRows(3, program)
      #expect(
        program.standardError.contains(#"ALTER TABLE \"public\".\"t\" REPLICA IDENTITY FULL"#), "\(program.lastWords)")
      await #expect { try await bed.inSource("UPDATE t SET id = 9") } throws: {
        "\($0)".contains("does not have a replica identity")
      }
      try await bed.inSource("ALTER TABLE t REPLICA IDENTITY FULL; UPDATE t SET id = 4 WHERE id = 3; DELETE FROM t")
      try await bed.waitForRows(7, program)
      #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
      #expect(
        try bed.ask(
          bed.audit, bed.auditDatabase,
          "SELECT string_agg(operation_type, ' ' ORDER BY commit_lsn, ordinal) FROM cdc.audit_log")
          == "INSERT INSERT INSERT UPDATE DELETE DELETE DELETE")
    }
  }
}
