/// Names a statement for messages by its leading keywords, never by its values.
enum StatementKind {
  private static let twoWords: Set<String> = ["CREATE", "ALTER", "DROP"]

  static func name(of sql: String) -> String {
    let words = sql.prefix(200).split(maxSplits: 2, whereSeparator: \.isWhitespace).map { word in
      String(word.prefix { $0.isLetter || $0 == "_" }).uppercased()
    }
    guard let first = words.first, !first.isEmpty else { return "statement" }
    guard twoWords.contains(first), words.count > 1 else { return first }
    return "\(first) \(words[1])"
  }
}
