internal import AuditStore
internal import PGReplication
internal import WAL

/// Both databases as the demo looks at them: it runs statements on the source and reads what arrives in the trail.
struct DemoTrail: ~Copyable {
  private let source: Connection
  private let audit: Connection
  private let trail: Trail

  private init(source: consuming Connection, audit: consuming Connection, trail: consuming Trail) {
    self.source = source
    self.audit = audit
    self.trail = trail
  }

  /// Connects to both by their URIs.
  static func open(source: String, audit: String) throws -> DemoTrail {
    let settings = AuditSettings(conninfo: try Conninfo(parsing: audit))
    let application = try Conninfo(parsing: source).setting("application_name", to: "demo application")
    return DemoTrail(
      source: try Connection(application), audit: try Connection(settings.conninfo.metadata), trail: try Trail(settings)
    )
  }

  /// Now, by the source's clock, as text.
  borrowing func now() throws -> String {
    try source.execute("SELECT clock_timestamp()").scalar ?? "now"
  }

  /// Runs statements of the application, one transaction each unless they say otherwise; where the log ends then.
  borrowing func run(_ statements: String) throws -> LSN {
    // Sent one by one: several in one message are one transaction.
    for statement in statements.split(separator: ";\n") { try source.execute(String(statement), within: .seconds(300)) }
    return try source.execute("SELECT pg_current_wal_insert_lsn()").scalar.flatMap { LSN($0) } ?? .zero
  }

  /// Where the trail stands.
  borrowing func position() throws -> LSN {
    try audit.execute("SELECT position FROM cdc.replication_offset").scalar.flatMap { LSN($0) } ?? .zero
  }

  /// How many changes committed since a moment the trail has.
  borrowing func count(since moment: String) throws -> Int {
    try audit.execute("SELECT count(*) FROM cdc.audit_log WHERE change_timestamp >= $1", [moment]).scalar
      .flatMap { Int($0) } ?? 0
  }

  /// Changes committed since a moment, in the order in which they happened.
  borrowing func changes(since moment: String?, limit: Int) throws -> [TrailRow] {
    var filter = TrailFilter()
    filter.from = moment
    filter.newestFirst = false
    filter.limit = limit
    return try trail.changes(filter)
  }

  /// What happened to whom, over the whole demo.
  borrowing func statistics() throws -> [TrailStatistic] { try trail.statistics(days: 36_500) }

  /// Rows of a table, and a digest of all of them.
  struct Content: Equatable {
    let rows: Int
    let digest: String
  }

  /// A table of the source as it is now.
  borrowing func original(_ table: String) throws -> Content {
    let rows = try source.execute(
      """
      SELECT count(*), coalesce(sum(hashtextextended(to_jsonb(t)::text, 0)::numeric), 0)
      FROM \(try Identifier.quoteIdentifier(table)) AS t
      """, within: .seconds(120))
    return DemoTrail.content(rows)
  }

  /// The same table as the trail alone gives it: each key's last state after the last TRUNCATE.
  borrowing func folded(_ table: String) throws -> Content {
    let rows = try audit.execute(
      """
      WITH change AS (
        SELECT * FROM cdc.audit_log AS l WHERE source_table = $1 AND operation_type <> 'TRUNCATE' AND NOT EXISTS (
          SELECT FROM cdc.audit_log AS e WHERE e.source_table = $1 AND e.operation_type = 'TRUNCATE'
            AND (e.commit_lsn, e.ordinal) > (l.commit_lsn, l.ordinal))
      ), state AS (
        SELECT row_key AS key, commit_lsn, ordinal, 1 AS part,
          CASE WHEN operation_type <> 'DELETE' THEN new_data END AS data FROM change
        UNION ALL  -- a changed key leaves its old one
        SELECT old.key, commit_lsn, ordinal, 0, NULL FROM change CROSS JOIN LATERAL (
          SELECT jsonb_object_agg(name, old_data -> name) AS key FROM jsonb_object_keys(row_key) AS name
          WHERE old_data ? name) AS old
        WHERE operation_type = 'UPDATE' AND old.key <> row_key
      ), last AS (
        SELECT DISTINCT ON (key) data FROM state ORDER BY key, commit_lsn DESC, ordinal DESC, part DESC
      )
      SELECT count(*), coalesce(sum(hashtextextended(data::text, 0)::numeric), 0) FROM last WHERE data IS NOT NULL
      """, [table], within: .seconds(120))
    return DemoTrail.content(rows)
  }

  private static func content(_ rows: Rows) -> Content {
    let row = rows.rows.first ?? []
    return Content(rows: (row.first ?? nil).flatMap { Int($0) } ?? 0, digest: (row.last ?? nil) ?? "")
  }
}
