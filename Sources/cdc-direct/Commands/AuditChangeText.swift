internal import AuditStore

/// One change of the trail in words that fit a line.
struct ChangeText {
  private let row: TrailRow

  init(_ row: TrailRow) { self.row = row }

  /// The header that goes with `cells`.
  static let header = ["TIME (UTC)", "OPERATION", "TABLE", "KEY", "CHANGE", "USER"]

  /// Time, operation, table, key, change, user.
  var cells: [String] {
    [time, row.operation, "\(row.schema).\(row.table)", key, change, row.user ?? ""].map(ChangeText.printable)
  }

  /// The commit time to milliseconds, without its zone, which is UTC.
  var time: String {
    var text = row.changeTimestamp
    if text.hasSuffix("+00") { text.removeLast(3) }
    guard let dot = text.lastIndex(of: ".") else { return text }
    return String(text[..<(text.index(dot, offsetBy: 4, limitedBy: text.endIndex) ?? text.endIndex)])
  }

  /// The key as `id=7`.
  var key: String { ChangeText.list(JSONMembers(row.rowKey).members) }

  /// What changed: new values, for an update with the old ones where they were sent.
  var change: String {
    switch row.operation {
    case "TRUNCATE": return "all rows removed"
    case "DELETE":
      let old = others(row.oldData)
      return old.isEmpty ? "row removed" : "was " + ChangeText.list(old)
    case "UPDATE": return update
    default: return ChangeText.list(others(row.newData))
    }
  }

  private var update: String {
    let old = JSONMembers(row.oldData)
    let new = JSONMembers(row.newData)
    let names = ChangeText.names(row.changedColumns)
    guard !names.isEmpty else {
      // Without the whole old row, PostgreSQL sends the old key alone, and only when it changed.
      let moved = old.members.filter { new[$0.name] != $0.value }.map(\.name)
      return moved.isEmpty ? ChangeText.list(others(row.newData)) : differences(moved, old, new)
    }
    return differences(names, old, new)
  }

  private func differences(_ names: [String], _ old: JSONMembers, _ new: JSONMembers) -> String {
    names.map { name in
      let value = JSONMembers.plain(new[name] ?? "…")
      guard let before = old[name] else { return "\(name)=\(value)" }
      return "\(name): \(JSONMembers.plain(before)) → \(value)"
    }.joined(separator: ", ")
  }

  private func others(_ data: String?) -> [(name: String, value: String)] {
    let keys = JSONMembers(row.rowKey)
    return JSONMembers(data).members.filter { keys[$0.name] == nil }
  }

  private static func list(_ members: [(name: String, value: String)]) -> String {
    members.map { "\($0.name)=\(JSONMembers.plain($0.value))" }.joined(separator: ", ")
  }

  /// The names in a JSON array of strings.
  private static func names(_ array: String?) -> [String] {
    guard let array, array.hasPrefix("["), array.hasSuffix("]") else { return [] }
    // As members of an object, whose scanner knows quotes.
    return array.dropFirst().dropLast().split(separator: "\",").map { part in
      var name = part.drop { $0 == " " }
      if name.hasPrefix("\"") { name = name.dropFirst() }
      if name.hasSuffix("\"") { name = name.dropLast() }
      return String(name)
    }
  }

  /// Control characters would move a terminal's cursor.
  private static func printable(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }
}
