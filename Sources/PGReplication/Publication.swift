/// How a publication comes about: Debezium's `publication.autocreate.mode`.
public enum PublicationAutocreateMode: String, Sendable, CaseIterable {
  /// One for all tables is created when there is none.
  case allTables = "all_tables"
  /// It must exist already.
  case disabled
  /// One for the captured tables is created, and altered when they changed.
  case filtered
  /// One without tables is created when there is none; somebody else adds them.
  case noTables = "no_tables"
}

/// A publication as `pg_publication` shows it.
public struct Publication: Sendable, Hashable {
  /// What it publishes.
  public enum Operation: String, Sendable, CaseIterable {
    /// New rows.
    case insert
    /// Changed rows.
    case update
    /// Removed rows.
    case delete
    /// Emptied tables.
    case truncate
  }

  /// A table of a publication, as subscribers see it.
  public struct Table: Sendable, Hashable {
    /// The table; a partition's root when `viaRoot` says so.
    public let table: TableName
    /// The published columns; nil before 15, where it is always all of them.
    public let columns: [String]?
    /// The row filter; nil without one.
    public let rowFilter: String?
  }

  /// What `ensure` did.
  public enum Outcome: Sendable, Hashable {
    /// It was as wanted.
    case unchanged
    /// It was created.
    case created
    /// Tables were added and dropped.
    case altered(added: [TableName], dropped: [TableName])
  }

  /// Its name.
  public let name: String
  /// Whether it was created for all tables.
  public let allTables: Bool
  /// What it publishes.
  public let operations: Set<Operation>
  /// Whether changes of partitions come under their root's name.
  public let viaRoot: Bool

  /// Reads a publication; nil when there is none.
  public static func read(_ name: String, on connection: borrowing Connection) throws(PostgresError) -> Publication? {
    let rows = try connection.execute(
      """
      SELECT puballtables, pubinsert, pubupdate, pubdelete, pubtruncate, pubviaroot
      FROM pg_catalog.pg_publication WHERE pubname = $1
      """, [name])
    guard rows.count > 0 else { return nil }
    return Publication(
      name: name, allTables: rows[0, "puballtables"] == "t",
      operations: Set(Operation.allCases.filter { rows[0, "pub\($0.rawValue)"] == "t" }),
      viaRoot: rows[0, "pubviaroot"] == "t")
  }

  /// Sees to it that a publication is there as `mode` wants it; never drops one.
  ///
  /// `tables` counts for `filtered` alone; `operations` are what a new publication publishes, nil for all. Throws `42704` when the mode is `disabled` and there is none, `42501` when a
  /// privilege is missing (all tables: superuser; a list: owner of each).
  public static func ensure(
    _ name: String, mode: PublicationAutocreateMode, tables: [TableName], publishViaPartitionRoot: Bool = false,
    operations: Set<Operation>? = nil, on connection: borrowing Connection
  ) throws(PostgresError) -> Outcome {
    if let existing = try read(name, on: connection) {
      guard mode == .filtered, !existing.allTables else { return .unchanged }
      return try alter(name, to: tables, on: connection)
    }
    var options: [String] = []
    if publishViaPartitionRoot { options.append("publish_via_partition_root = true") }
    if let operations {
      let names = Operation.allCases.filter(operations.contains).map(\.rawValue)
      options.append("publish = '\(names.joined(separator: ","))'")
    }
    let with = options.isEmpty ? "" : " WITH (\(options.joined(separator: ", ")))"
    let quoted = try Identifier.quoteIdentifier(name)
    switch mode {
    case .allTables: try connection.execute("CREATE PUBLICATION \(quoted) FOR ALL TABLES\(with)")
    case .noTables: try connection.execute("CREATE PUBLICATION \(quoted)\(with)")
    case .filtered:
      let list = tables.isEmpty ? "" : " FOR TABLE \(try quotedList(tables))"
      try connection.execute("CREATE PUBLICATION \(quoted)\(list)\(with)")
    case .disabled:
      throw PostgresError(
        .server(.undefinedObject),
        message: "publication \"\(name)\" does not exist, and publication.autocreate.mode is "
          + "disabled", statement: "CREATE PUBLICATION", connection: connection.endpoint,
        hint: "CREATE PUBLICATION \(quoted) FOR ALL TABLES, or another publication.autocreate.mode")
    }
    return .created
  }

  /// Adds and drops the difference, so that nobody ever sees the publication without its tables.
  private static func alter(
    _ name: String, to tables: [TableName], on connection: borrowing Connection
  ) throws(PostgresError) -> Outcome {
    let members = Set(try self.members(of: name, on: connection))
    let wanted = Set(tables)
    let added = wanted.subtracting(members).sorted()
    let dropped = members.subtracting(wanted).sorted()
    let quoted = try Identifier.quoteIdentifier(name)
    if !added.isEmpty { try connection.execute("ALTER PUBLICATION \(quoted) ADD TABLE \(try quotedList(added))") }
    if !dropped.isEmpty { try connection.execute("ALTER PUBLICATION \(quoted) DROP TABLE \(try quotedList(dropped))") }
    return added.isEmpty && dropped.isEmpty ? .unchanged : .altered(added: added, dropped: dropped)
  }

  /// `ONLY`, because a parent's name would take its children along.
  private static func quotedList(_ tables: [TableName]) throws(PostgresError) -> String {
    var parts: [String] = []
    for table in tables.sorted() { parts.append("ONLY \(try table.quoted())") }
    return parts.joined(separator: ", ")
  }

  /// The tables that were named when it was made or altered; not those of schemas, not partitions.
  public static func members(
    of name: String, on connection: borrowing Connection
  ) throws(PostgresError) -> [TableName] {
    let rows = try connection.execute(
      """
      SELECT n.nspname, c.relname FROM pg_catalog.pg_publication_rel r
      JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid
      JOIN pg_catalog.pg_class c ON c.oid = r.prrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE p.pubname = $1
      """, [name])
    return rows.rows.map { TableName(schema: $0[0] ?? "", name: $0[1] ?? "") }.sorted()
  }

  /// What is published, tables of schemas and partitions included; column lists and row filters on 15 and later.
  public func tables(on connection: borrowing Connection) throws(PostgresError) -> [Table] {
    let offersLists = connection.serverVersion >= 150_000
    let rows = try connection.execute(
      offersLists
        ? """
        SELECT t.schemaname, t.tablename, t.rowfilter, a.name
        FROM pg_catalog.pg_publication_tables t
        LEFT JOIN LATERAL pg_catalog.unnest(t.attnames) WITH ORDINALITY AS a (name, place) ON true
        WHERE t.pubname = $1 ORDER BY t.schemaname, t.tablename, a.place
        """
        : """
        SELECT schemaname, tablename, NULL, NULL FROM pg_catalog.pg_publication_tables
        WHERE pubname = $1 ORDER BY schemaname, tablename
        """, [name])
    var found: [TableName: (columns: [String], filter: String?)] = [:]
    for row in rows.rows {
      let table = TableName(schema: row[0] ?? "", name: row[1] ?? "")
      found[table, default: ([], row[2])].columns += row[3].map { [$0] } ?? []
    }
    return found.sorted { $0.key < $1.key }.map {
      Table(table: $0.key, columns: offersLists ? $0.value.columns : nil, rowFilter: $0.value.filter)
    }
  }
}
