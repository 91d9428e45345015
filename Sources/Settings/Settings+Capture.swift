extension Settings {
  /// Kinds of changes, in Debezium's letters.
  public enum Operation: String, Sendable, CaseIterable {
    /// INSERT.
    case create = "c"
    /// UPDATE.
    case update = "u"
    /// DELETE.
    case delete = "d"
  }

  /// What is captured.
  public struct Capture: Sendable, Hashable {
    /// Schemas to capture; empty for all.
    public let schemaInclude: PatternList
    /// Schemas to leave out.
    public let schemaExclude: PatternList
    /// Tables to capture, as `schema.table`; empty for all. Their order is also the snapshot's.
    public let tableInclude: PatternList
    /// Tables to leave out, as `schema.table`.
    public let tableExclude: PatternList
    /// Columns to keep, as `schema.table.column`; empty for all. Key columns stay whatever it says.
    public let columnInclude: PatternList
    /// Columns to leave out, as `schema.table.column`.
    public let columnExclude: PatternList
    /// Whether PostgreSQL's own tables are left out.
    public let ignoresBuiltin: Bool
    /// Operations that are not recorded; never TRUNCATE.
    public let skippedOperations: Set<Operation>

    /// Whether the table's changes are captured.
    public func includes(schema: String, table: String) -> Bool {
      if ignoresBuiltin, Self.isBuiltin(schema: schema, table: table) { return false }
      if !schemaInclude.isEmpty, !schemaInclude.matches(schema) { return false }
      if schemaExclude.matches(schema) { return false }
      let name = "\(schema).\(table)"
      if !tableInclude.isEmpty, !tableInclude.matches(name) { return false }
      return !tableExclude.matches(name)
    }

    /// Whether the column is recorded; a key column is, whatever this says.
    public func includes(schema: String, table: String, column: String) -> Bool {
      let name = "\(schema).\(table).\(column)"
      if !columnInclude.isEmpty { return columnInclude.matches(name) }
      return !columnExclude.matches(name)
    }

    /// The table's place in the snapshot's order: of the first expression of `table.include.list` that matches it.
    public func rank(schema: String, table: String) -> Int? { tableInclude.firstMatch("\(schema).\(table)") }

    private static func isBuiltin(schema: String, table: String) -> Bool {
      schema == "pg_catalog" || schema == "information_schema" || schema.hasPrefix("pg_temp")
        || schema.hasPrefix("pg_toast") || table == "spatial_ref_sys"
    }

    init(_ values: Values) {
      schemaInclude = values.patterns("schema.include.list")
      schemaExclude = values.patterns("schema.exclude.list")
      tableInclude = values.patterns("table.include.list")
      tableExclude = values.patterns("table.exclude.list")
      columnInclude = values.patterns("column.include.list")
      columnExclude = values.patterns("column.exclude.list")
      ignoresBuiltin = values.boolean("table.ignore.builtin")
      skippedOperations = Set(values.list("skipped.operations").compactMap { Operation(rawValue: $0.lowercased()) })
    }
  }
}
