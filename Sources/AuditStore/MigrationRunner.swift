public import PGReplication
internal import Pipeline

/// Brings the audit schema to this program's version, or says why that cannot be.
public struct MigrationRunner: Sendable {
  /// The schema's name, unquoted.
  public let schema: String
  let migrations: [Migration]
  private let quoted: String

  /// A runner for a schema.
  public init(schema: String) throws { try self.init(schema: schema, migrations: EmbeddedMigrations.all) }

  init(schema: String, migrations: [Migration]) throws {
    self.schema = schema
    self.migrations = migrations
    do { quoted = try Identifier.quoteIdentifier(schema) } catch {
      throw Failure(.auditSchemaMissing, "audit.schema is no name", at: "settings", advice: "set audit.schema")
    }
  }

  /// The version that this program needs.
  public var version: Int { migrations.last?.version ?? 0 }

  /// Applies what is missing, each step in a transaction of its own under a lock. Does nothing when all is there.
  ///
  /// - Throws: `Failure` `auditSchemaNewer` for a schema of a newer program, `auditSchemaMissing` and `privilegeMissing`
  ///   when the role may not make or change it.
  public func apply(_ connection: borrowing Connection) throws {
    if try isCurrent(connection) { return }
    try createSchema(connection)
    for migration in migrations { try apply(migration, connection) }
  }

  /// Checks that the schema has this program's version.
  ///
  /// - Throws: `Failure` `auditSchemaMissing` when it is absent or older, `auditSchemaNewer` when it is newer.
  public func verify(_ connection: borrowing Connection) throws {
    guard try !isCurrent(connection) else { return }
    throw Failure(
      .auditSchemaMissing, "schema \(schema) is absent or older than version \(version)", at: connection.endpoint)
  }

  /// The steps that are applied, as version and checksum; empty when there is no schema.
  private func applied(_ connection: borrowing Connection) throws -> [Int: String] {
    try reporting(connection) { connection throws(PostgresError) in
      let table = try connection.execute(
        """
        SELECT pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND c.relname = 'schema_version'
        """, [schema])
      guard let isReadable = table.scalar else { return [:] }
      guard isReadable == "t" else { throw denied(connection.endpoint) }
      let rows = try connection.execute("SELECT version, checksum FROM \(quoted).schema_version ORDER BY version")
      return Dictionary(
        rows.rows.compactMap { row in (row[0].flatMap { Int($0) }).map { ($0, row[1] ?? "") } },
        uniquingKeysWith: { first, _ in first })
    }
  }

  private func denied(_ endpoint: String) -> PostgresError {
    PostgresError(
      .server(.insufficientPrivilege), message: "permission denied for schema \(schema)", statement: "SELECT",
      connection: endpoint)
  }

  private func isCurrent(_ connection: borrowing Connection) throws -> Bool {
    let applied = try applied(connection)
    if let newest = applied.keys.max(), newest > version {
      throw Failure(
        .auditSchemaNewer, "schema \(schema) has version \(newest), this program knows up to \(version)",
        at: connection.endpoint)
    }
    for migration in migrations {
      guard let checksum = applied[migration.version], checksum != migration.checksum else { continue }
      throw Failure(
        .auditSchemaNewer, "migration \(migration.version) of schema \(schema) was applied with another text",
        at: connection.endpoint, advice: "run the program that made this schema, or use another audit.schema")
    }
    return migrations.allSatisfy { applied[$0.version] != nil }
  }

  private func createSchema(_ connection: borrowing Connection) throws {
    try reporting(connection, creating: true) { connection throws(PostgresError) in
      let exists = try connection.execute("SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1", [schema]).count > 0
      guard !exists else { return }
      do throws(PostgresError) { try connection.execute("CREATE SCHEMA \(quoted)") } catch {
        // Another instance was faster: `IF NOT EXISTS` alone does not keep two from meeting.
        guard error.sqlState == .uniqueViolation || error.sqlState?.rawValue == "42P06" else { throw error }
      }
    }
  }

  private func apply(_ migration: Migration, _ connection: borrowing Connection) throws {
    try connection.transaction { connection in
      try reporting(connection, creating: true) { connection throws(PostgresError) in
        _ = try connection.execute(
          "SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended($1, 0))", ["cdc-direct.\(schema)"])
      }
      guard try applied(connection)[migration.version] == nil else { return }
      try reporting(connection, creating: true) { connection throws(PostgresError) in
        try connection.execute(migration.sql.replacing(":\"schema\"", with: quoted))
        _ = try connection.execute(
          "INSERT INTO \(quoted).schema_version (version, name, checksum) VALUES ($1, $2, $3)",
          [String(migration.version), migration.name, migration.checksum])
      }
    }
  }

  private func reporting<R>(
    _ connection: borrowing Connection, creating: Bool = false,
    _ body: (borrowing Connection) throws(PostgresError) -> R
  ) throws -> R {
    do throws(PostgresError) { return try body(connection) } catch {
      guard creating, error.sqlState == .insufficientPrivilege else {
        throw Failure.audit(error, at: "\(connection.endpoint), schema \(schema)")
      }
      throw Failure(
        .auditSchemaMissing, "schema \(schema) needs version \(version) and this role may not make it: \(error)",
        at: connection.endpoint,
        advice: "run cdc-direct init once as the schema's owner or a role with CREATE on the database")
    }
  }
}
