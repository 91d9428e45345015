internal import PGReplication
internal import Pipeline
internal import WAL

/// Reads the trail and tends what was set aside, over a connection of its own. Calls block their thread.
///
/// All errors are `Failure`.
public struct Trail: ~Copyable {
  let connection: Connection
  let names: AuditNames
  let place: String

  /// Connects to the audit database and checks that its schema has this program's version; makes nothing.
  public init(_ settings: AuditSettings) throws {
    let runner = try MigrationRunner(schema: settings.schema)
    let names = try AuditNames(schema: settings.schema)
    let connection = try settings.connect(role: "trail")
    try runner.verify(connection)
    self.names = names
    place = "\(connection.endpoint), schema \(settings.schema)"
    self.connection = connection
  }

  /// The changes that a filter lets through.
  public borrowing func changes(_ filter: TrailFilter = TrailFilter()) throws -> [TrailRow] {
    let (condition, parameters) = filter.condition()
    let order = filter.newestFirst ? "DESC" : "ASC"
    let rows = try run(
      """
      SELECT \(TrailRow.columns) FROM \(names.schema).audit_log WHERE \(condition)
      ORDER BY change_timestamp \(order), commit_lsn \(order), ordinal \(order) LIMIT \(max(0, filter.limit))
      """, parameters)
    return rows.rows.indices.map { TrailRow(rows, $0) }
  }

  /// One row's changes, oldest first.
  /// - Parameter key: the row's key as a JSON object.
  public borrowing func history(schema: String, table: String, key: String) throws -> [TrailRow] {
    let rows = try run(
      "SELECT \(TrailRow.columns) FROM \(names.schema).row_history($1, $2, $3::jsonb)", [schema, table, key])
    return rows.rows.indices.map { TrailRow(rows, $0) }
  }

  /// How many changes there were in the last `days` days, by table and operation.
  public borrowing func statistics(days: Int) throws -> [TrailStatistic] {
    let rows = try run(
      """
      SELECT source_schema, source_table, operation_type, count(*) AS changes, count(DISTINCT transaction_id) AS transactions,
        min(change_timestamp) AS first, max(change_timestamp) AS last
      FROM \(names.schema).audit_log
      WHERE change_timestamp >= pg_catalog.now() - $1::integer * interval '1 day'
      GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
      """, [String(max(0, days))])
    return rows.rows.indices.map { TrailStatistic(rows, $0) }
  }

  /// The sources of this schema and how far they are.
  public borrowing func offsets() throws -> [OffsetStatus] {
    do throws(PostgresError) { return try OffsetStatus.read(names, on: connection) } catch {
      throw Failure.audit(error, at: place)
    }
  }

  /// What was never read, newest first.
  public borrowing func gaps(limit: Int = 100) throws -> [RecordedGap] {
    let rows = try run("SELECT * FROM \(names.schema).gap ORDER BY id DESC LIMIT \(max(0, limit))")
    return rows.rows.indices.map { RecordedGap(rows, $0) }
  }

  borrowing func run(_ sql: String, _ parameters: [String?] = []) throws -> Rows {
    do throws(PostgresError) { return try connection.execute(sql, parameters) } catch {
      guard error.sqlState?.class == "22" else { throw Failure.audit(error, at: place) }
      // What the server could not read is what the caller asked for, not a row.
      throw Failure(
        .serverError, "the question cannot be read: \(error.message)", at: place,
        advice: "check times (2025-01-31 12:00:00+00), keys ({\"id\": 7}) and numbers")
    }
  }
}
