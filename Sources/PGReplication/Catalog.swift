/// Looks up what the stream does not carry, through an ordinary session (best one of `Conninfo.metadata`).
///
/// Everything is qualified with `pg_catalog`. Never on the hot path: once a relation, when it is first seen or changes.
public enum Catalog {
  /// A relation by its OID; nil when it is gone.
  public static func describe(
    relation oid: UInt32, on connection: borrowing Connection
  ) throws(PostgresError) -> CatalogRelation? {
    let relation = try connection.execute(
      """
      SELECT n.nspname, c.relname, c.relkind, c.relreplident, (SELECT x.relname FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = c.oid AND i.indisreplident) AS index,
        pg_catalog.obj_description(c.oid, 'pg_class') AS comment
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1::oid
      """, ["\(oid)"])
    guard let schema = relation[0, "nspname"], let name = relation[0, "relname"],
      let kind = relation[0, "relkind"].flatMap(CatalogRelation.Kind.init),
      let identity = ReplicaIdentity(letter: relation[0, "relreplident"], index: relation[0, "index"])
    else { return nil }
    return CatalogRelation(
      oid: oid, name: TableName(schema: schema, name: name), kind: kind, replicaIdentity: identity,
      primaryKey: try primaryKey(of: oid, on: connection), uniqueKey: try uniqueKey(of: oid, on: connection),
      columns: try columns(of: oid, on: connection), comment: relation[0, "comment"])
  }

  /// The columns of the first unique index by name, a clustered one before others; one over an expression does not count.
  private static func uniqueKey(
    of oid: UInt32, on connection: borrowing Connection
  ) throws(PostgresError) -> [String] {
    let rows = try connection.execute(
      """
      SELECT a.attname FROM (SELECT i.indrelid, i.indkey FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
        WHERE i.indrelid = $1::oid AND i.indisunique AND NOT 0 = ANY (i.indkey::int2[])
        ORDER BY i.indisclustered DESC, x.relname LIMIT 1) AS i
      CROSS JOIN LATERAL pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place)
      JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number ORDER BY k.place
      """, ["\(oid)"])
    return rows.rows.compactMap { $0[0] }
  }

  private static func primaryKey(
    of oid: UInt32, on connection: borrowing Connection
  ) throws(PostgresError) -> [String] {
    // The key's columns alone: an index may carry more by INCLUDE.
    let rows = try connection.execute(
      """
      SELECT a.attname FROM pg_catalog.pg_index i
      CROSS JOIN LATERAL pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place)
      JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
      WHERE i.indrelid = $1::oid AND i.indisprimary AND k.place <= i.indnkeyatts ORDER BY k.place
      """, ["\(oid)"])
    return rows.rows.compactMap { $0[0] }
  }

  private static func columns(
    of oid: UInt32, on connection: borrowing Connection
  ) throws(PostgresError) -> [CatalogRelation.Column] {
    let rows = try connection.execute(
      """
      SELECT a.attname, a.attnum, a.atttypid, a.atttypmod, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
        a.attnotnull OR t.typtype = 'd' AND t.typnotnull AS notnull, a.attidentity, a.attgenerated, pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS expression,
        pg_catalog.col_description(a.attrelid, a.attnum) AS comment
      FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
      LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
      """, ["\(oid)"])
    return rows.rows.indices.map { row in
      CatalogRelation.Column(
        name: rows[row, "attname"] ?? "", number: rows[row, "attnum"].flatMap { Int16($0) } ?? 0,
        typeOID: rows.oid(row, "atttypid"), typeModifier: rows[row, "atttypmod"].flatMap { Int32($0) } ?? -1,
        typeName: rows[row, "type"] ?? "", isNotNull: rows[row, "notnull"] == "t",
        defaultExpression: rows[row, "expression"],
        generation: generation(identity: rows[row, "attidentity"], generated: rows[row, "attgenerated"]),
        comment: rows[row, "comment"])
    }
  }

  private static func generation(identity: String?, generated: String?) -> CatalogRelation.Generation {
    switch (identity, generated) {
    case ("a", _): .identityAlways
    case ("d", _): .identityByDefault
    case (_, "s"): .stored
    case (_, "v"): .virtual
    default: .none
    }
  }

  /// All tables of users that can be published, or those of the publications, alphabetical by `schema.table`.
  ///
  /// Without publications: ordinary and partitioned tables outside system schemas, permanent ones.
  public static func tables(
    publishedBy publications: [String]? = nil, on connection: borrowing Connection
  ) throws(PostgresError) -> [CatalogTable] {
    var condition = ""
    var parameters: [String?] = []
    if let publications {
      condition = """
         AND EXISTS (SELECT FROM pg_catalog.pg_publication_tables t
        WHERE t.schemaname = n.nspname AND t.tablename = c.relname AND t.pubname = ANY ($1::name[]))
        """
      parameters = [arrayLiteral(publications)]
    }
    let rows = try connection.execute(
      """
      SELECT c.oid, n.nspname, c.relname, c.relkind, c.relreplident, c.relispartition, c.reltuples::bigint AS rows,
        (SELECT x.relname FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
          WHERE i.indrelid = c.oid AND i.indisreplident) AS index, rn.nspname AS rootschema, rc.relname AS rootname
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_catalog.pg_class rc ON c.relispartition AND rc.oid = pg_catalog.pg_partition_root(c.oid)
      LEFT JOIN pg_catalog.pg_namespace rn ON rn.oid = rc.relnamespace
      WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p' AND n.nspname <> 'information_schema'
        AND n.nspname !~ '^pg_'\(condition)
      """, parameters)
    return rows.rows.indices.compactMap { table(rows, $0) }.sorted { $0.name < $1.name }
  }

  private static func table(_ rows: Rows, _ row: Int) -> CatalogTable? {
    guard let schema = rows[row, "nspname"], let name = rows[row, "relname"],
      let kind = rows[row, "relkind"].flatMap(CatalogRelation.Kind.init),
      let identity = ReplicaIdentity(letter: rows[row, "relreplident"], index: rows[row, "index"])
    else { return nil }
    var root: TableName?
    if let rootSchema = rows[row, "rootschema"], let rootName = rows[row, "rootname"] {
      root = TableName(schema: rootSchema, name: rootName)
    }
    let estimate = rows[row, "rows"].flatMap { Int64($0) }.flatMap { $0 >= 0 ? $0 : nil }
    return CatalogTable(
      oid: rows.oid(row, "oid"), name: TableName(schema: schema, name: name), kind: kind, replicaIdentity: identity,
      estimatedRows: estimate, isPartition: rows[row, "relispartition"] == "t", partitionRoot: root)
  }

  /// PostgreSQL's text form of a one-dimensional array, for parameters.
  static func arrayLiteral(_ values: [String]) -> String {
    let quoted = values.map { value in
      var text = "\""
      for scalar in value.unicodeScalars {
        if scalar == "\"" || scalar == "\\" { text.append("\\") }
        text.unicodeScalars.append(scalar)
      }
      return text + "\""
    }
    return "{" + quoted.joined(separator: ",") + "}"
  }
}

extension Rows {
  /// An OID at a row and a column's name; 0, which is no object's, where there is none.
  func oid(_ row: Int, _ column: String) -> UInt32 { self[row, column].flatMap { UInt32($0) } ?? 0 }
}
