internal import PGReplication
internal import ServerKit
internal import WAL

/// The server that holds the trail.
struct AuditServer: Sendable {
  /// The columns that a run writes; the others have defaults.
  private static let columns = """
    source_id, change_timestamp, transaction_id, commit_lsn, change_user, context, source_schema, source_table, \
    operation_type, lsn, ordinal, row_key, old_data, new_data, changed_columns, source_metadata
    """
  let server: PostgresServer

  /// Starts a durable server; the first run makes the schema.
  static func start() async throws -> AuditServer {
    AuditServer(
      server: try await PostgresServer.start(.init(label: "audit", settings: Servers.settings(durable: true))))
  }

  /// Empties the trail, which refuses that to everyone whose triggers fire.
  func clear() async throws {
    try await server.sql(
      """
      SET session_replication_role = replica;
      SELECT CASE WHEN to_regclass('cdc.audit_log') IS NOT NULL THEN 'TRUNCATE cdc.audit_log' ELSE 'SELECT' END \\gexec
      CHECKPOINT;
      """)
  }

  /// How many rows there are.
  func rows() async throws -> Int { Int(try await server.sql("SELECT count(*) FROM cdc.audit_log")) ?? 0 }

  /// Waits until the trail of a slot is past `end`.
  func waitForTrail(of slot: String, past end: LSN, within limit: Duration) async throws {
    let connection = try Connection(Servers.conninfo(server))
    let deadline = ContinuousClock.now + limit
    let exists = "SELECT to_regclass('cdc.replication_offset') IS NOT NULL"
    let query = "SELECT position > '\(end)' FROM cdc.replication_offset WHERE slot_name = '\(slot)'"
    var isThere = false
    while ContinuousClock.now < deadline {
      if !isThere { isThere = try connection.execute(exists).scalar == "t" }
      if isThere, try connection.execute(query).scalar == "t" { return }
      try await Task.sleep(for: .milliseconds(2))
    }
    throw BenchError("the trail of \(slot) did not get past \(end) within \(limit)")
  }

  /// The file of the trail's rows as binary COPY writes them.
  var rowsFile: String { server.directory + "/rows.bin" }

  /// Writes the rows to `rowsFile`.
  func exportRows() async throws {
    _ = try await Programs.timed("psql", arguments("TO"), within: .seconds(600))
  }

  /// Copies `rowsFile` back with psql; seconds from psql's start to its end.
  func importRows() async throws -> Double {
    try await Programs.timed("psql", arguments("FROM"), within: .seconds(600))
  }

  private func arguments(_ direction: String) -> [String] {
    let rows =
      direction == "TO"
      ? "(SELECT \(Self.columns) FROM cdc.audit_log ORDER BY commit_lsn, ordinal)" : "cdc.audit_log (\(Self.columns))"
    return [
      "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", Servers.host, "-p", String(server.port), "-U", "postgres",
      "-d", "postgres", "-c", "\\copy \(rows) \(direction) '\(rowsFile)' (FORMAT binary)",
    ]
  }
}
