internal import PGReplication

/// A row that COPY refused, read from the server's error.
struct CopyRefusal: Hashable, Sendable {
  /// The row's place in its COPY, from 0.
  let row: Int
  /// What the server said, without what it quoted.
  let reason: String
  /// The SQLSTATE.
  let code: String

  /// The refusal of one row; nil when the error is about something else than that row's values.
  ///
  /// A unique violation is never a refusal: it means that the row is stored already.
  init?(_ error: PostgresError, table: String = "audit_log") {
    guard let state = error.sqlState, Self.isAboutValues(state, error.message),
      let row = Self.row(in: error.context ?? "", table: table)
    else { return nil }
    self.row = row
    code = state.rawValue
    reason = Self.withoutQuotations(error.message) + Self.column(in: error.context ?? "", table: table)
  }

  /// Data exceptions, program limits, features that are not there, checks and NOT NULL; and a value that is too large for
  /// the server's memory blocks, which it reports as an internal error.
  private static func isAboutValues(_ state: SQLState, _ message: String) -> Bool {
    switch state.class {
    case "22", "54", "0A": true
    case "23": state != .uniqueViolation
    default: state.rawValue == "XX000" && message.hasPrefix("invalid memory alloc request size")
    }
  }

  /// The server's own line, `COPY audit_log, line 3, column new_data`. Lines before it may quote data.
  private static func line(in context: String, table: String) -> Substring? {
    context.split(separator: "\n").last { $0.hasPrefix("COPY \(table), ") }
  }

  private static func row(in context: String, table: String) -> Int? {
    // The word for "line" may be in the server's language, so the first number counts.
    guard let line = line(in: context, table: table)?.dropFirst("COPY \(table), ".count) else { return nil }
    let number = line.drop { !("0"..."9").contains($0) }.prefix { ("0"..."9").contains($0) }
    guard let value = Int(number), value > 0 else { return nil }
    return value - 1
  }

  private static func column(in context: String, table: String) -> String {
    guard let line = line(in: context, table: table) else { return "" }
    let parts = line.split(separator: ",")
    guard parts.count > 2, let name = parts[2].split(separator: ":").first?.split(separator: " ").last else {
      return ""
    }
    return " (column \(name))"
  }

  /// What stands between double quotes may be a value.
  static func withoutQuotations(_ message: String) -> String {
    let parts = message.split(separator: "\"", omittingEmptySubsequences: false)
    return parts.enumerated().map { $0.isMultiple(of: 2) ? String($1) : "\"…\"" }.joined()
  }
}
