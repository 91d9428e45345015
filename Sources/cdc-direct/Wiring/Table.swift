internal import FoundationEssentials

/// Columns for people.
enum Table {
  /// Rows under a header, columns as wide as their widest cell.
  static func text(_ rows: [[String]], header: [String]) -> String {
    var widths = header.map(\.count)
    for row in rows {
      for (index, cell) in row.enumerated() where index < widths.count {
        widths[index] = max(widths[index], cell.count)
      }
    }
    return ([header] + rows).map { row in
      let cells = row.enumerated().map { index, cell in
        index + 1 < row.count ? cell + String(repeating: " ", count: max(0, widths[index] - cell.count)) : cell
      }
      return cells.joined(separator: "  ")
    }.joined(separator: "\n")
  }

  /// Rows as RFC 4180 has them.
  static func csv(_ rows: [[String]], header: [String]) -> String {
    ([header] + rows).map { $0.map(cell).joined(separator: ",") }.joined(separator: "\n")
  }

  private static func cell(_ text: String) -> String {
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}

/// JSON for programs.
enum JSONLines {
  /// A value as indented JSON with sorted keys.
  static func pretty(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
