internal import Decoder
public import PGReplication

/// A table that a snapshot reads: its published columns and rows, as the stream would show them.
public struct SnapshotTable: Sendable {
  /// The table.
  public let name: TableName
  /// How many rows it is thought to hold; nil when it was never analysed.
  public let estimatedRows: Int64?
  /// The query that reads it.
  let query: String
  /// Its plan, as for a Relation message of the same columns.
  let plan: RelationPlan
  /// What the catalogue says of it.
  var facts = RelationFacts.none
}

extension Connection {
  /// The captured and published tables in the order of their names, which is Debezium's.
  borrowing func snapshotTables(_ settings: SourceSettings) throws(PostgresError) -> [SnapshotTable] {
    guard let publication = try Publication.read(settings.publication, on: self) else { return [] }
    let tables = try Catalog.tables(publishedBy: [settings.publication], on: self)
    let published = try publication.tables(on: self)
    var found: [SnapshotTable] = []
    for table in tables {
      let (schema, name) = (table.name.schema, table.name.name)
      guard settings.capture.includes(schema: schema, table: name), settings.snapshotIncludes(schema, name),
        let entry = published.first(where: { $0.table == table.name }),
        let description = try Catalog.describe(relation: table.oid, on: self)
      else { continue }
      found.append(try snapshotTable(table, entry, description, settings.capture))
    }
    return found
  }

  private borrowing func snapshotTable(
    _ table: CatalogTable, _ entry: Publication.Table, _ description: CatalogRelation, _ capture: Selection
  ) throws(PostgresError) -> SnapshotTable {
    // The stream leaves generated columns out unless the publication lists them.
    let columns = description.columns.filter { column in
      if let list = entry.columns, !list.isEmpty { return list.contains(column.name) }
      return column.generation != .stored && column.generation != .virtual
    }
    let relation = Relation(
      oid: table.oid, schema: table.name.schema, name: table.name.name,
      replicaIdentity: description.primaryKey.isEmpty ? .nothing : .primaryKey,
      columns: columns.map {
        Relation.Column(
          name: $0.name, type: $0.typeOID, modifier: $0.typeModifier,
          isIdentity: description.primaryKey.contains($0.name))
      })
    let facts = try relationFacts(table.oid, types: columns.map(\.typeOID))
    var list: [String] = []
    for column in columns { list.append(try Identifier.quoteIdentifier(column.name)) }
    let only = table.kind == .partitioned ? "" : "ONLY "
    let filter = entry.rowFilter.map { " WHERE \($0)" } ?? ""
    return SnapshotTable(
      name: table.name, estimatedRows: table.estimatedRows,
      query: "COPY (SELECT \(list.joined(separator: ", ")) FROM \(only)\(try table.name.quoted())\(filter)) TO STDOUT",
      plan: capture.plan(relation, detail: facts.detail(of: relation)), facts: facts)
  }
}
