/// What `message.key.columns` says: `tables:column,column;…`.
///
/// Source: Debezium's `Key.CustomKeyMapper`: each column's name is joined to the tables' expression by a dot, and what comes
/// of it is an expression that must match the whole of `schema.table.column`, without regard to case. So both parts are
/// expressions, several rules may name columns of one table, and the key's columns come in the order of the rules.
public struct KeyColumns: Sendable, Hashable {
  /// A text that is no such list.
  struct Malformed: Error {}

  /// One column of one rule.
  private struct Column: Sendable, Hashable {
    let tables: PatternList
    let name: String
    /// Of `schema.table.column`.
    let pattern: PatternList
  }

  private let columns: [Column]

  /// No rule.
  public static let none = KeyColumns(columns: [])

  /// Whether there is no rule.
  public var isEmpty: Bool { columns.isEmpty }

  /// The key's columns among a table's own, in the order of the rules; nil where no rule names one of them: then the
  /// primary key holds.
  public func columns(of columns: [String], schema: String, table: String) -> [String]? {
    let named = self.columns.flatMap { rule in
      columns.filter { rule.pattern.matches("\(schema).\(table).\($0)") }
    }
    return named.isEmpty ? nil : named
  }

  private init(columns: [Column]) { self.columns = columns }

  init(_ text: String) throws {
    var columns: [Column] = []
    for rule in Values.trimmed(text).split(separator: ";") {
      let parts = rule.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2 else { throw Malformed() }
      let tables = String(parts[0].drop(while: \.isWhitespace))
      let names = parts[1].split(separator: ",", omittingEmptySubsequences: false)
      guard !tables.isEmpty, names.allSatisfy({ !$0.isEmpty }) else { throw Malformed() }
      for name in names.map({ Values.trimmed(String($0)) }) {
        columns.append(
          Column(tables: try PatternList(tables), name: name, pattern: try PatternList("\(tables).\(name)")))
      }
    }
    self.columns = columns
  }
}
