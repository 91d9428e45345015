import PGReplication
import Pipeline
import ServerKit
import Testing
import WAL

@testable import AuditStore

@Suite struct MigrationTests {
  @Test func `the embedded migrations are the files`() async throws {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let result = try await ChildProcess.run("/\(root)/scripts/embed-sql", ["--check"])
    #expect(result.status.isSuccess, "\(result.error)")
    #expect(EmbeddedMigrations.all.map(\.version) == Array(1...EmbeddedMigrations.all.count))
  }

  @Test func `migrations run twice and change nothing the second time`() async throws {
    let database = try await AuditServer.database()
    try database.migrate()
    let before = try await database.sql("SELECT version, checksum, applied_at FROM cdc.schema_version ORDER BY 1")
    try database.migrate()
    #expect(try await database.sql("SELECT version, checksum, applied_at FROM cdc.schema_version ORDER BY 1") == before)
    #expect(before.split(separator: "\n").count == EmbeddedMigrations.all.count)
  }

  @Test func `a schema name with quotes, blanks and capitals works throughout`() async throws {
    let database = try await AuditServer.database()
    let settings = database.settings(schema: #"Au"d :"schema" it"#)
    let writer = try await database.writer(settings)
    var encoder = AuditEncoder(sourceID: try #require(await writer.sourceID))
    encoder.begin(Sample.begin(100), at: .zero)
    encoder.insert(1, at: 100, 0, Sample.people())
    _ = try await writer.write(encoder.take())
    try await writer.commit(through: LSN(120), batch: "b1")
    #expect(await writer.partitionFailure == nil)
    #expect(try Trail(settings).changes().count == 1)
  }

  @Test func `instances that start together migrate once`() async throws {
    let database = try await AuditServer.database()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<6 {
        group.addTask {
          let writer = AuditWriter(database.settings())
          _ = try await writer.open(Sample.source)
          await writer.close()
        }
      }
      try await group.waitForAll()
    }
    #expect(try await database.sql("SELECT count(*) FROM cdc.schema_version") == String(EmbeddedMigrations.all.count))
    #expect(try await database.sql("SELECT count(*) FROM cdc.replication_offset") == "1")
  }

  @Test func `a schema of a newer program is refused`() async throws {
    let database = try await AuditServer.database()
    try database.migrate()
    try await database.sql("INSERT INTO cdc.schema_version (version, name, checksum) VALUES (99, 'future', 'x')")
    let failure = await #expect(throws: Failure.self) { try await database.writer() }
    #expect(failure?.kind == .auditSchemaNewer)
    #expect(failure?.description.contains("version 99") == true)
  }

  @Test func `a migration that was applied with another text is refused`() async throws {
    let database = try await AuditServer.database()
    try database.migrate()
    try await database.sql("UPDATE cdc.schema_version SET checksum = 'other' WHERE version = 1")
    let failure = await #expect(throws: Failure.self) { try await database.writer() }
    #expect(failure?.kind == .auditSchemaNewer)
  }

  @Test func `a role that may not create the schema is told what to run`() async throws {
    let database = try await AuditServer.database()
    try await database.sql("CREATE ROLE nobody_\(database.name) LOGIN")
    let settings = database.settings(user: "nobody_\(database.name)")
    let failure = await #expect(throws: Failure.self) { try await database.writer(settings) }
    #expect(failure?.kind == .auditSchemaMissing)
    #expect(failure?.advice.contains("cdc-direct init") == true)
    var verifying = settings
    verifying.migrates = false
    let second = await #expect(throws: Failure.self) { try await database.writer(verifying) }
    #expect(second?.kind == .auditSchemaMissing)
  }

  @Test func `a role without rights on an existing schema is told which`() async throws {
    let database = try await AuditServer.database()
    try database.migrate()
    try await database.sql("CREATE ROLE alien_\(database.name) LOGIN")
    let failure = await #expect(throws: Failure.self) {
      try await database.writer(database.settings(user: "alien_\(database.name)"))
    }
    #expect(failure?.kind == .privilegeMissing)
    #expect(failure?.advice.contains("writer_role.sql") == true)
  }

  @Test func `a failing migration leaves the version before it`() async throws {
    let database = try await AuditServer.database()
    let broken = Migration(
      version: EmbeddedMigrations.all.count + 1, name: "broken", checksum: "x",
      sql: "CREATE TABLE :\"schema\".half (a int); SELECT 1 FROM nowhere")
    let runner = try MigrationRunner(schema: "cdc", migrations: EmbeddedMigrations.all + [broken])
    #expect(throws: Failure.self) { try runner.apply(try database.connection()) }
    #expect(
      try await database.sql("SELECT max(version), to_regclass('cdc.half') IS NULL FROM cdc.schema_version")
        == "\(EmbeddedMigrations.all.count)|t")
    try MigrationRunner(schema: "cdc").verify(try database.connection())
  }

  @Test func `a database in another encoding is refused`() async throws {
    let server = try await AuditServer.shared
    try await server.sql("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    let database = AuditDatabase(server: server, name: "latin")
    let failure = await #expect(throws: Failure.self) { try await database.writer() }
    #expect(failure?.kind == .serverError)
    #expect(failure?.what.contains("LATIN1") == true)
  }
}
