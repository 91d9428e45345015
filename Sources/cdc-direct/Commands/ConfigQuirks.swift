internal import Events

extension Quirk {
  /// Debezium's oddities and what stands in their place without them, as the Markdown table of `docs/debezium.md`.
  static var table: String {
    let head = "| what | Debezium, and here | `compat.debezium.quirks=false` |\n|---|---|---|\n"
    return all.reduce(into: head) { text, quirk in
      text += "| \(cell(quirk.name)) | \(cell(quirk.debezium)) | \(cell(quirk.without)) |\n"
    }
  }

  private static func cell(_ text: String) -> String {
    text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }
}
