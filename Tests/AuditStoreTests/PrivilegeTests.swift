import PGReplication
import Pipeline
import ServerKit
import Testing
import WAL

@testable import AuditStore

@Suite struct PrivilegeTests {
  private func script(_ name: String) throws -> String {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return "\\i /\(root)/sql/\(name)\n"
  }

  @Test func `the writer role writes the trail and can change nothing of it`() async throws {
    let database = try await AuditServer.database()
    try database.migrate()
    let role = "writer_\(database.name)"
    let grants = "\\set role \(role)\n\\set schema cdc\n" + (try script("grants/writer_role.sql"))
    try await database.sql(grants + grants)
    let writer = try await database.writer(database.settings(user: role))
    #expect(await writer.partitionFailure == nil)
    var encoder = AuditEncoder(sourceID: try #require(await writer.sourceID))
    encoder.begin(Sample.begin(100), at: .zero)
    encoder.insert(1, at: 100, 0, Sample.people())
    encoder.insert(2, at: 100, 1, Sample.people(), note: #""\u0000""#)
    _ = try await writer.write(encoder.take())
    try await writer.recordGap(from: LSN(1), to: LSN(2), reason: "test")
    try await writer.commit(through: LSN(120), batch: "b")
    for statement in [
      "UPDATE cdc.audit_log SET change_user = 'x'", "DELETE FROM cdc.audit_log", "TRUNCATE cdc.audit_log",
      "DELETE FROM cdc.audit_log_default", "TRUNCATE cdc.audit_log_default", "DROP TABLE cdc.audit_log",
      "DELETE FROM cdc.processing_error", "UPDATE cdc.processing_error SET payload = ''", "DELETE FROM cdc.gap",
      "UPDATE cdc.replication_offset SET slot_name = 'x'", "DELETE FROM cdc.replication_offset",
      "UPDATE cdc.schema_version SET name = 'x'", "CREATE TABLE cdc.mine ()",
      "ALTER TABLE cdc.audit_log DISABLE TRIGGER ALL",
    ] {
      let error = await #expect(throws: ServerKitError.self) { try await database.sql(statement, user: role) }
      let words = error?.nextStep ?? ""
      #expect(words.contains("permission denied") || words.contains("must be owner"), "\(statement): \(words)")
    }
    let trail = try Trail(database.settings(user: role))
    #expect(try trail.retry(error: 1) == false)
    #expect(try trail.retry(error: 1, replacingNUL: true) == true)
  }

  @Test func `even the owner does not change the trail by accident`() async throws {
    let database = try await AuditServer.database()
    let writer = try await database.writer()
    var encoder = AuditEncoder(sourceID: try #require(await writer.sourceID))
    encoder.begin(Sample.begin(100), at: .zero)
    encoder.insert(1, at: 100, 0, Sample.people())
    _ = try await writer.write(encoder.take())
    try await writer.commit(through: LSN(120), batch: "b")
    for statement in [
      "UPDATE cdc.audit_log SET change_user = 'x'", "DELETE FROM cdc.audit_log", "TRUNCATE cdc.audit_log",
      "DELETE FROM cdc.audit_log_default", "TRUNCATE cdc.audit_log_default",
    ] {
      let error = await #expect(throws: ServerKitError.self) { try await database.sql(statement) }
      #expect(error?.nextStep.contains("append-only") == true, "\(statement): \(error?.nextStep ?? "")")
    }
  }

  @Test func `the reader role reads and does nothing else`() async throws {
    let database = try await AuditServer.database()
    try database.migrate()
    let role = "reader_\(database.name)"
    try await database.sql("\\set role \(role)\n\\set schema cdc\n" + (try script("grants/reader_role.sql")))
    #expect(try Trail(database.settings(user: role)).changes().isEmpty)
    let trail = try Trail(database.settings(user: role))
    let failure = #expect(throws: Failure.self) { try trail.resolve(error: 1, note: "x") }
    #expect(failure?.kind == .privilegeMissing)
    let second = await #expect(throws: Failure.self) { try await database.writer(database.settings(user: role)) }
    #expect(second?.kind == .privilegeMissing)
  }

  @Test func `the source scripts make a role that may replicate and a context function`() async throws {
    let database = try await AuditServer.database()
    let role = "source_\(database.name)"
    let variables = "\\set role \(role)\n\\set schema public\n\\set publication pub\n"
    try await database.sql(
      "CREATE TABLE t (id int);" + variables + (try script("grants/source_role.sql"))
        + (try script("grants/source_role.sql"))
        + (try script("source/context.sql")))
    #expect(try await database.sql("SELECT count(*) FROM t", user: role) == "0")
    let attributes = "SELECT rolsuper, rolreplication FROM pg_roles WHERE rolname = '\(role)'"
    #expect(try await database.sql(attributes) == "f|t")
    #expect(try await database.sql("SELECT cdc_set_context('{\"user\": \"alice\"}') > '0/0'", user: role) == "t")
    await #expect(throws: ServerKitError.self) { try await database.sql("SELECT cdc_set_context('[]')") }
  }
}
