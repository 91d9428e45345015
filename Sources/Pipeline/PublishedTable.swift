internal import Decoder
internal import PGReplication

/// A published table whose updates and deletes PostgreSQL refuses because no replica identity tells the old row.
enum PublishedTable {
  static func withoutIdentity(
    _ publication: String, on connection: borrowing Connection
  ) throws(PostgresError) -> [TableName] {
    let rows = try connection.execute(
      """
      SELECT n.nspname, c.relname FROM pg_catalog.pg_publication_tables t
      JOIN pg_catalog.pg_publication p ON p.pubname = t.pubname AND (p.pubupdate OR p.pubdelete)
      JOIN pg_catalog.pg_namespace n ON n.nspname = t.schemaname
      JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = t.tablename
      WHERE t.pubname = $1 AND (c.relreplident = 'n' OR c.relreplident = 'd' AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND i.indisprimary))
      ORDER BY 1, 2
      """, [publication])
    return rows.rows.map { TableName(schema: $0[0] ?? "", name: $0[1] ?? "") }
  }
}

extension Connection {
  /// What the catalogue says of a relation and its columns' types.
  /// - Parameter known: types that were looked up before and are not asked for again.
  borrowing func relationFacts(
    _ oid: UInt32, types: [UInt32], known: [UInt32: CatalogType] = [:]
  ) throws(PostgresError) -> RelationFacts {
    let unknown = types.filter { ValueShape.builtIn($0) == nil && known[$0] == nil }
    let found = unknown.isEmpty ? [:] : try Catalog.types(unknown, on: self)
    return RelationFacts(
      relation: try Catalog.describe(relation: oid, on: self),
      types: found.isEmpty ? known : known.merging(found) { known, _ in known })
  }
}

extension RelationFacts {
  /// What the facts add to a Relation message.
  func detail(of message: Relation) -> RelationDetail {
    let wanted = Set(message.columns.map(\.type)).union(relation?.columns.map(\.typeOID) ?? [])
    let shapes = TypeShapes(wanted, among: types)
    guard let relation else { return RelationDetail(primaryKey: [], columns: [:], shapes: shapes.shapes) }
    let columns = relation.columns.map { column in
      (
        column.name,
        RelationDetail.Column(
          type: column.typeOID, typeName: column.typeName, isNotNull: column.isNotNull,
          defaultExpression: column.defaultExpression, enumLabels: shapes.labels[column.typeOID] ?? [])
      )
    }
    return RelationDetail(
      primaryKey: relation.primaryKey, columns: Dictionary(columns) { first, _ in first }, shapes: shapes.shapes)
  }
}
