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

  /// Nil for what is no name: no part, more than three, a quote that does not end, or something after a space.
  ///
  /// Read as `io.debezium.relational.TableIdParser` does: a part with a space wants quotes, of any of the three kinds, and
  /// a quote inside is doubled.
  init?(parsing name: String) {
    var parts: [String] = []
    var rest = Substring(name).drop(while: \.isWhitespace)
    while true {
      guard let part = TableIdentifier.takePart(&rest), !part.isEmpty else { return nil }
      parts.append(part)
      rest = rest.drop(while: \.isWhitespace)
      guard let next = rest.popFirst() else { break }
      guard next == "." else { return nil }
      rest = rest.drop(while: \.isWhitespace)
    }
    guard parts.count <= 3 else { return nil }
    text = parts.joined(separator: ".")
    table = parts.count == 2 ? TableName(schema: parts[0], name: parts[1]) : nil
  }

  private static func takePart(_ rest: inout Substring) -> String? {
    guard let quote = rest.first, "\"'`".contains(quote) else {
      let part = rest.prefix { $0 != "." && !$0.isWhitespace }
      rest = rest[part.endIndex...]
      return String(part)
    }
    rest.removeFirst()
    var part = ""
    while let character = rest.popFirst() {
      if character == quote {
        guard rest.first == quote else { return part }
        rest.removeFirst()
      }
      part.append(character)
    }
    return nil
  }
}
