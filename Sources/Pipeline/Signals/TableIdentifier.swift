internal import PGReplication

/// A table as a signal names it: up to three parts, each of which may stand in double quotes.
struct TableIdentifier: Hashable, Sendable {
  /// The parts joined by dots, without quotes: what notifications call the table.
  let text: String
  /// The table; nil when the name has no schema, or names another database too.
  let table: TableName?

  /// The identifier of a table of the catalogue.
  init(_ table: TableName) {
    text = table.description
    self.table = table
  }

  /// Nil for what is no name: no part, more than three, or a quote that does not end.
  init?(parsing name: String) {
    var parts: [String] = [""]
    var quoted = false
    for scalar in name.unicodeScalars {
      switch scalar {
      case "\"": quoted.toggle()
      case "." where !quoted: parts.append("")
      default: parts[parts.count - 1].unicodeScalars.append(scalar)
      }
    }
    guard !quoted, parts.count <= 3, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    text = parts.joined(separator: ".")
    table = parts.count == 2 ? TableName(schema: parts[0], name: parts[1]) : nil
  }
}
