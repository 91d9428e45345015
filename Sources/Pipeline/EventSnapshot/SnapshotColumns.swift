internal import Decoder
internal import PGReplication

/// A table's columns as a snapshot of events reads them: all of them, generated ones too.
struct SnapshotColumns: Sendable {
  /// The table in the catalogue.
  let relation: CatalogRelation
  /// The plan of all columns; those that are left out are not captured.
  let plan: RelationPlan
  /// What the catalogue says.
  let facts: RelationFacts

  /// What to select so that each row has a value for each column of the plan: NULL for those left out, even in the key,
  /// but for the columns that are kept. A table whose columns are all left out is read whole.
  static func projection(_ plan: RelationPlan, keeping kept: [Int] = []) throws(PostgresError) -> String {
    let readsAll = !plan.columns.contains(where: \.isCaptured)
    var list: [String] = []
    for (index, column) in plan.relation.columns.enumerated() {
      let reads = readsAll || plan.columns[index].isCaptured || kept.contains(index)
      list.append(reads ? try Identifier.quoteIdentifier(column.name) : "NULL")
    }
    return list.joined(separator: ", ")
  }
}

extension Connection {
  /// Tables that can be read: ordinary ones, unlogged too, partitioned ones and their partitions, outside of the system's
  /// schemas.
  borrowing func readableTables(named name: TableName? = nil) throws(PostgresError) -> [ReadableTable] {
    let rows = try execute(
      """
      SELECT c.oid, n.nspname, c.relname, c.reltuples::bigint AS rows
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND n.nspname <> 'information_schema'
        AND n.nspname !~ '^pg_' AND ($1::name IS NULL OR n.nspname = $1::name AND c.relname = $2::name)
      """, [name?.schema, name?.name])
    return rows.rows.indices.compactMap { row in
      guard let oid = rows[row, "oid"].flatMap({ UInt32($0) }), let schema = rows[row, "nspname"],
        let name = rows[row, "relname"]
      else { return nil }
      let estimate = rows[row, "rows"].flatMap { Int64($0) }.flatMap { $0 >= 0 ? $0 : nil }
      return ReadableTable(oid: oid, name: TableName(schema: schema, name: name), estimatedRows: estimate)
    }
  }

  /// The columns of a table; nil when it is gone.
  borrowing func snapshotColumns(
    _ table: ReadableTable, _ capture: Selection
  ) throws(PostgresError) -> SnapshotColumns? {
    guard let relation = try Catalog.describe(relation: table.oid, on: self) else { return nil }
    let facts = try relationFacts(table.oid, types: relation.columns.map(\.typeOID))
    let shape = Relation(
      oid: table.oid, schema: table.name.schema, name: table.name.name,
      replicaIdentity: relation.primaryKey.isEmpty ? .nothing : .primaryKey,
      columns: relation.columns.map {
        Relation.Column(
          name: $0.name, type: $0.typeOID, modifier: $0.typeModifier,
          isIdentity: relation.primaryKey.contains($0.name))
      })
    return SnapshotColumns(relation: relation, plan: capture.plan(shape, detail: facts.detail(of: shape)), facts: facts)
  }
}

/// A table that can be read.
struct ReadableTable: Sendable, Hashable {
  /// Its OID.
  let oid: UInt32
  /// Its name.
  let name: TableName
  /// Rows as the planner last estimated them; nil before the first ANALYZE.
  let estimatedRows: Int64?
}
