internal import _StringProcessing
public import PGReplication

/// Which tables a signal wants to be read again, and which of their rows.
public struct SnapshotRequest: Sendable, Hashable {
  /// Rows of the tables whose name matches.
  public struct Condition: Sendable, Hashable {
    /// A regular expression of whole names.
    public let tables: String
    /// For an incremental snapshot a condition of SQL; for a blocking one a whole query.
    public let filter: String

    /// A condition by its parts.
    public init(tables: String, filter: String) {
      self.tables = tables
      self.filter = filter
    }
  }

  /// The signal's id.
  public let id: String
  /// Regular expressions of whole table names.
  public let tables: [String]
  /// Conditions.
  public let conditions: [Condition]
  /// The column that incremental snapshots order a table by in place of its key.
  public let surrogateKey: String?

  /// A request by its parts.
  public init(id: String, tables: [String], conditions: [Condition] = [], surrogateKey: String? = nil) {
    self.id = id
    self.tables = tables
    self.conditions = conditions
    self.surrogateKey = surrogateKey
  }

  /// The filter of the first condition whose expression matches a table's name.
  func filter(of table: String) -> String? {
    conditions.first { SnapshotRequest.matches($0.tables, table, ignoringCase: true) }?.filter
  }

  /// Whether a blocking snapshot of this request reads the table: its name, plain or quoted, matches an expression.
  public func includes(_ table: TableName) -> Bool {
    let names = [table.description, "\"\(table.schema)\".\"\(table.name)\""]
    return tables.contains { list in
      SnapshotRequest.expressions(list).contains { expression in
        names.contains { SnapshotRequest.matches(expression, $0, ignoringCase: true) }
      }
    }
  }

  /// The queries of a blocking snapshot, by the table's name as the signal spelled it.
  public var queries: [TableName: String] {
    var queries: [TableName: String] = [:]
    for condition in conditions {
      if let table = TableIdentifier(parsing: condition.tables)?.table { queries[table] = condition.filter }
    }
    return queries
  }

  /// A list of expressions taken apart at commas; one after a backslash belongs to its expression.
  private static func expressions(_ list: String) -> [String] {
    var found: [String] = [""]
    var escaped = false
    for scalar in list.unicodeScalars {
      if scalar == ",", !escaped {
        found.append("")
      } else {
        found[found.count - 1].unicodeScalars.append(scalar)
      }
      escaped = scalar == "\\" && !escaped
    }
    return found.map { String($0.drop(while: \.isWhitespace)) }.filter { !$0.isEmpty }
  }

  /// Whether an expression matches a whole name; one that cannot be understood matches nothing.
  static func matches(_ expression: String, _ name: String, ignoringCase: Bool = false) -> Bool {
    guard let regex = try? Regex(expression) else { return false }
    let exact = regex.matchingSemantics(.unicodeScalar)
    return (try? (ignoringCase ? exact.ignoresCase() : exact).wholeMatch(in: name)) != nil
  }
}
