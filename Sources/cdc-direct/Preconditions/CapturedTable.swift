internal import PGReplication
internal import Pipeline

/// A table that the settings select, with what decides whether it can be read and recorded.
struct CapturedTable: Sendable {
  let name: TableName
  /// Whether it is partitioned: its partitions hold the rows.
  let isPartitioned: Bool
  /// Whether its changes never reach the log.
  let isUnlogged: Bool
  /// Whether this session's role may read its rows.
  let isReadable: Bool
  /// Whether this session's role may put it into a publication.
  let isOwned: Bool
  /// Whether PostgreSQL can tell the old row of an update or delete.
  let hasIdentity: Bool
  /// The topmost partitioned table above it.
  let root: TableName?

  /// Every table outside system schemas that `capture` selects, by name.
  static func read(_ capture: Selection, on connection: borrowing Connection) throws(PostgresError) -> [CapturedTable] {
    let rows = try connection.execute(
      """
      SELECT n.nspname, c.relname, c.relkind, c.relpersistence, rn.nspname AS rootschema, rc.relname AS rootname,
        pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT') AS readable,
        pg_catalog.pg_has_role(c.relowner, 'USAGE') AS owned,
        c.relreplident IN ('f', 'i') OR c.relreplident = 'd' AND EXISTS (
          SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND i.indisprimary) AS identified
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_catalog.pg_class rc ON c.relispartition AND rc.oid = pg_catalog.pg_partition_root(c.oid)
      LEFT JOIN pg_catalog.pg_namespace rn ON rn.oid = rc.relnamespace
      WHERE c.relkind IN ('r', 'p') AND c.relpersistence IN ('p', 'u') AND n.nspname <> 'information_schema'
        AND n.nspname !~ '^pg_' ORDER BY 1, 2
      """)
    return rows.rows.indices.map { row in CapturedTable(rows, row) }
      .filter { capture.includes(schema: $0.name.schema, table: $0.name.name) }
  }

  private init(_ rows: Rows, _ row: Int) {
    name = TableName(schema: rows[row, "nspname"] ?? "", name: rows[row, "relname"] ?? "")
    isPartitioned = rows[row, "relkind"] == "p"
    isUnlogged = rows[row, "relpersistence"] == "u"
    isReadable = rows[row, "readable"] == "t"
    isOwned = rows[row, "owned"] == "t"
    hasIdentity = rows[row, "identified"] == "t"
    if let schema = rows[row, "rootschema"], let name = rows[row, "rootname"] {
      root = TableName(schema: schema, name: name)
    } else {
      root = nil
    }
  }
}

extension [TableName] {
  /// The first few, for a message.
  var listed: String {
    let shown = prefix(6).map(\.description).joined(separator: ", ")
    return count > 6 ? "\(shown) and \(count - 6) more" : shown
  }

  /// The first few, quoted for SQL.
  var quotedList: String {
    let shown = prefix(6).compactMap { try? $0.quoted() }.joined(separator: ", ")
    return count > 6 ? "\(shown), …" : shown
  }
}
