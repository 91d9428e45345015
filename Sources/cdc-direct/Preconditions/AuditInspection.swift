internal import AuditStore
internal import PGReplication
internal import Pipeline
internal import WAL

/// Looks at everything that `run` needs of the audit database, changing nothing.
struct AuditInspection {
  let store: AuditSettings
  var findings = Findings()
  /// The cluster's identifier; nil when it could not be read.
  private(set) var system: String?
  private(set) var database: String?
  /// Seconds that the audit server's clock is ahead of ours.
  private(set) var clock: Double?
  /// Whether the schema is there in this program's version.
  private(set) var hasSchema = false

  init(_ store: AuditSettings) { self.store = store }

  /// Looks at all of it.
  mutating func run() {
    do { look(try store.session()) } catch { report(error, "audit.connect") }
  }

  private mutating func look(_ connection: borrowing Connection) {
    findings.ok("audit.connect", "connected to \(connection.endpoint)\(connection.usesTLS ? " over TLS" : "")")
    do {
      try Failure.ofAudit { () throws(PostgresError) in try checkServer(connection) }
      try checkSchema(connection)
    } catch {
      report(error, "audit.schema")
    }
  }

  private mutating func report(_ error: any Error, _ check: String) {
    findings.error(error as? Failure ?? Failure(.unexpected, "\(error)", at: store.conninfo.endpoint), check)
  }

  private mutating func checkServer(_ connection: borrowing Connection) throws(PostgresError) {
    let version = connection.serverVersion
    if version < 140_000 {
      findings.error(
        .serverError, "audit.version", "PostgreSQL \(version / 10_000) is older than 14", "upgrade the audit server")
    } else {
      findings.ok("audit.version", "PostgreSQL \(connection.parameter("server_version") ?? "\(version)")")
    }
    let rows = try connection.execute(
      """
      SELECT pg_catalog.pg_is_in_recovery() AS standby, pg_catalog.current_setting('server_encoding') AS encoding,
        pg_catalog.current_setting('fsync') AS fsync, pg_catalog.current_database() AS database,
        pg_catalog.current_setting('max_connections')::int
          - pg_catalog.current_setting('superuser_reserved_connections')::int
          - (SELECT pg_catalog.sum(numbackends) FROM pg_catalog.pg_stat_database) AS free
      """)
    database = rows[0, "database"]
    if rows[0, "standby"] == "t" {
      findings.error(.auditBusy, "audit.writable", "the audit server is a standby", "point audit.url to the primary")
    }
    if let encoding = rows[0, "encoding"], encoding != "UTF8" {
      findings.error(
        .serverError, "audit.encoding", "the audit database's encoding is \(encoding), which cannot hold every value",
        "CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0;")
    }
    if rows[0, "fsync"] == "off" {
      findings.warn(
        "audit.fsync", "fsync is off: after a crash of the machine, confirmed rows may be missing",
        "ALTER SYSTEM SET fsync = on; SELECT pg_reload_conf();")
    }
    if let free = rows[0, "free"].flatMap({ Int64($0) }), free < 3 {
      findings.warn(
        "audit.max_connections", "\(free) connections are left on the audit server", "raise max_connections there")
    }
    clock = try ServerClock.seconds(ahead: connection)
    // Not every managed service lets ordinary roles read it.
    system = try? connection.execute("SELECT system_identifier FROM pg_catalog.pg_control_system()").scalar
  }

  private mutating func checkSchema(_ connection: borrowing Connection) throws {
    let runner = try MigrationRunner(schema: store.schema)
    do {
      try runner.verify(connection)
      hasSchema = true
      findings.ok("audit.schema", "schema \(store.schema) has version \(runner.version)")
      try Failure.ofAudit { () throws(PostgresError) in try checkRights(connection) }
    } catch let failure as Failure where failure.kind == .auditSchemaMissing {
      let rights = try Failure.ofAudit { () throws(PostgresError) in
        try connection.execute(
          """
          SELECT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE'),
            pg_catalog.quote_ident(pg_catalog.current_database()), pg_catalog.quote_ident(current_user)
          """)
      }
      guard rights.scalar == "t" else {
        let names = rights.rows.first ?? []
        return findings.error(
          failure.kind, "audit.schema", "\(failure.what), and the role may not make it",
          "run cdc-direct init once as a role that may, or: GRANT CREATE ON DATABASE \((names.dropFirst().first ?? nil) ?? "…") "
            + "TO \((names.last ?? nil) ?? "…");")
      }
      findings.ok("audit.schema", "\(failure.what); init or the first run makes it")
    }
  }

  private mutating func checkRights(_ connection: borrowing Connection) throws(PostgresError) {
    let schema = try Identifier.quoteIdentifier(store.schema)
    let rows = try connection.execute(
      """
      SELECT t.name, pg_catalog.has_table_privilege($1 || '.' || t.name, t.needed) AS granted, t.needed
      FROM (VALUES ('audit_log', 'INSERT'), ('audit_log', 'SELECT'), ('processing_error', 'INSERT'), ('gap', 'INSERT'),
        ('replication_offset', 'SELECT')) AS t (name, needed)
      UNION ALL SELECT 'replication_offset', pg_catalog.has_any_column_privilege($1 || '.replication_offset', 'UPDATE'), 'UPDATE'
      """, [schema])
    let missing = rows.rows.filter { $0[1] != "t" }.map { "\($0[2] ?? "") on \($0[0] ?? "")" }
    guard missing.isEmpty else {
      return findings.error(
        .privilegeMissing, "audit.rights", "the role lacks \(missing.joined(separator: ", "))",
        "psql -v role=… -v schema=\(store.schema) -f sql/grants/writer_role.sql")
    }
    let changes = try connection.execute(
      "SELECT pg_catalog.has_table_privilege($1 || '.audit_log', 'UPDATE, DELETE, TRUNCATE')", [schema]
    ).scalar
    if changes == "t" {
      findings.info(
        "audit.rights", "the role may do more than append to the trail (it owns it, or is a superuser)",
        "use a role with sql/grants/writer_role.sql for run, and the owner for init")
    } else {
      findings.ok("audit.rights", "the role may append to the trail and change nothing of it")
    }
  }

  /// The offset of this source, where there is one. Throws `Failure` `foreignOffset` when another source left one.
  func offset(of identity: SourceIdentity) throws -> OffsetStatus? {
    guard hasSchema else { return nil }
    let offsets = try Trail(store).offsets()
    if let foreign = ForeignOffset.find(in: offsets, source: identity, sink: store.sink) {
      throw foreign.failure(
        at: store.conninfo.endpoint, table: "\(try Identifier.quoteIdentifier(store.schema)).replication_offset")
    }
    return offsets.first {
      $0.system == String(identity.system) && $0.database == identity.database && $0.slot == identity.slot
        && $0.sink == store.sink
    }
  }
}
