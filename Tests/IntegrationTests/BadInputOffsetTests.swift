import Pipeline
import ServerKit
import Testing

extension RunTests {
  /// Offsets that do not fit the source, and audit schemas that do not fit the program.
  @Suite struct BadInputOffsets {
    @Test func `a slot that was moved past the offset is a gap, which when_needed records`() async throws {
      let bed = try await TestBed.make()
      try await bed.storeFirst()
      let offset = try bed.ask(bed.audit, bed.auditDatabase, "SELECT position FROM cdc.replication_offset")
      try await bed.change(4...6)
      try await bed.inSource("SELECT pg_replication_slot_advance('\(bed.name)', pg_current_wal_flush_lsn())")
      try await bed.expectEnd(
        .gap, saying: ["slot \"\(bed.name)\" stands at", "ahead of the stored offset \(offset)", "when_needed"])
      let check = try await bed.command(["check"])
      #expect(check.status == .exited(Failure.Kind.gap.exitCode), "\(check.output)")
      #expect(check.output.contains("ahead of the stored offset \(offset)"), "\(check.output)")

      try await bed.expectSnapshotAnew(from: offset)
      let gaps = try await bed.command(["audit", "gaps", "--csv"])
      #expect(gaps.output.contains(offset), "\(gaps.output)")
    }

    @Test func `an offset ahead of the source ends the program, and the right one goes on`() async throws {
      let bed = try await TestBed.make()
      try await bed.storeFirst()
      try await bed.change(4...6)
      let offset = try bed.ask(bed.audit, bed.auditDatabase, "SELECT position FROM cdc.replication_offset")
      try await bed.inAudit("UPDATE cdc.replication_offset SET position = 'FFFF/0'")
      try await bed.expectEnd(
        .offsetAhead, saying: ["the stored offset FFFF/0", "ahead of the server's log", "right server"])
      try await bed.inAudit("UPDATE cdc.replication_offset SET position = '\(offset)', timeline = 2")
      try await bed.expectEnd(.offsetAhead, saying: ["on timeline 2", "no part of the server's history"])
      try await bed.inAudit("UPDATE cdc.replication_offset SET timeline = 1")
      try await bed.expectRest()
    }

    @Test func `another server under the same slot name is not taken for the source`() async throws {
      let bed = try await TestBed.make()
      try await bed.storeFirst()
      try await bed.change(4...6)
      // The same names on another cluster, as after a restore from a dump.
      try await bed.audit.sql("CREATE DATABASE \(bed.name)")
      try await bed.audit.sql(
        "CREATE TABLE t (id int); CREATE PUBLICATION \(bed.name) FOR TABLE t", database: bed.name)
      try await bed.expectEnd(
        .foreignOffset,
        saying: ["of slot \(bed.name) belongs to system", "and the source is system", "another slot.name", "retire"],
        ["DATABASE_URL": bed.auditURI(database: bed.name)])
      let check = try await bed.command(["check"], ["DATABASE_URL": bed.auditURI(database: bed.name)])
      #expect(check.status == .exited(Failure.Kind.foreignOffset.exitCode), "\(check.output)")
      #expect(check.output.contains("belongs to system"), "\(check.output)")
      #expect(try bed.ask(bed.audit, bed.auditDatabase, "SELECT count(*) FROM cdc.replication_offset") == "1")
      try await bed.expectRest()
    }

    @Test func `an audit schema from a newer version is not touched`() async throws {
      let bed = try await TestBed.make()
      try await bed.storeFirst()
      try await bed.change(4...6)
      try await bed.inAudit("INSERT INTO cdc.schema_version (version, name, checksum) VALUES (999, 'later', 'x')")
      try await bed.expectEnd(
        .auditSchemaNewer, saying: ["schema cdc has version 999", "newer version of cdc-direct", "audit.schema"])
      try await bed.inAudit("DELETE FROM cdc.schema_version WHERE version = 999")
      // A step of the same number with other contents.
      try await bed.inAudit("ALTER TABLE cdc.schema_version ADD was text; UPDATE cdc.schema_version SET was = checksum")
      try await bed.inAudit("UPDATE cdc.schema_version SET checksum = 'other' WHERE version = 2")
      try await bed.expectEnd(.auditSchemaNewer, saying: ["migration 2 of schema cdc", "another text"])
      try await bed.inAudit("UPDATE cdc.schema_version SET checksum = was")
      try await bed.expectRest()
    }

    @Test func `a role that may not make the audit schema is told so, and init by another one mends it`() async throws {
      let bed = try await TestBed.make()
      let role = try await bed.makeRole("writer", on: bed.audit)
      let settings = ["AUDIT_URL": bed.auditURI(role, password: TestBed.password)]
      try await bed.expectEnd(
        .auditSchemaMissing, saying: ["schema cdc needs version", "may not make it", "cdc-direct init"], settings)
      #expect(try bed.ask(bed.audit, bed.auditDatabase, "SELECT to_regnamespace('cdc') IS NULL") == "t")
      let check = try await bed.command(["check"], settings)
      #expect(check.status == .exited(Failure.Kind.auditSchemaMissing.exitCode))
      #expect(check.output.contains("GRANT CREATE ON DATABASE \(bed.auditDatabase) TO \(role)"), "\(check.output)")

      let made = try await bed.command(["init", "--only", "audit"])
      #expect(made.status == .exited(0), "\(made.error)")
      // The schema is there, its rights are not.
      try await bed.expectEnd(.privilegeMissing, saying: ["permission denied", "writer_role.sql"], settings)
      try await bed.inAudit(Self.writerRights(role))
      try await bed.storeFirst(settings)
      try await bed.change(4...6)
      try await bed.inAudit("REVOKE INSERT ON cdc.audit_log FROM \(role)")
      try await bed.expectEnd(.privilegeMissing, saying: ["audit_log", "writer_role.sql"], settings)
      let rights = try await bed.command(["check"], settings)
      #expect(rights.status == .exited(Failure.Kind.privilegeMissing.exitCode))
      #expect(rights.output.contains("the role lacks INSERT on audit_log"), "\(rights.output)")
      try await bed.inAudit("GRANT INSERT ON cdc.audit_log TO \(role)")
      try await bed.expectRest(settings)
    }

    /// What `sql/grants/writer_role.sql` grants.
    private static func writerRights(_ role: String) -> String {
      """
      GRANT USAGE ON SCHEMA cdc TO \(role);
      GRANT SELECT ON ALL TABLES IN SCHEMA cdc TO \(role);
      GRANT INSERT ON cdc.audit_log, cdc.processing_error, cdc.gap TO \(role);
      GRANT INSERT (system_identifier, timeline, database_name, slot_name, sink) ON cdc.replication_offset TO \(role);
      GRANT UPDATE (timeline, position, epoch, holder, held_since, updated_at) ON cdc.replication_offset TO \(role);
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA cdc TO \(role);
      """
    }
  }
}
