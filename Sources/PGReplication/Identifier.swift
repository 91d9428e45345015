/// Quotes names and literals for SQL: the only place where text becomes part of a statement.
///
/// Source: PostgreSQL documentation, 4.1.1 and 4.1.2.
public enum Identifier {
  /// A name between double quotes. Throws when it holds a NUL or is empty, which no name can.
  public static func quoteIdentifier(_ name: String) throws(PostgresError) -> String {
    guard !name.isEmpty, !name.utf8.contains(0) else { throw refused("a name is empty or holds a NUL character") }
    return "\"" + doubled(name, "\"") + "\""
  }

  /// A string constant; `E''` form where it holds a backslash, so that it means the same under any
  /// `standard_conforming_strings`. Throws when it holds a NUL.
  public static func quoteLiteral(_ text: String) throws(PostgresError) -> String {
    guard !text.utf8.contains(0) else { throw refused("a literal holds a NUL character") }
    let quoted = "'" + doubled(text, "'") + "'"
    guard text.utf8.contains(UInt8(ascii: "\\")) else { return quoted }
    return "E" + doubled(quoted, "\\")
  }

  /// A string constant for the replication command language, which has no escapes but doubled quotes.
  static func quoteReplicationLiteral(_ text: String) throws(PostgresError) -> String {
    guard !text.utf8.contains(0) else { throw refused("a literal holds a NUL character") }
    return "'" + doubled(text, "'") + "'"
  }

  /// Works on scalars, not characters: a quote followed by a combining mark is still a quote to the server.
  private static func doubled(_ text: String, _ special: Unicode.Scalar) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar == special { result.append(scalar) }
      result.append(scalar)
    }
    return String(result)
  }

  private static func refused(_ why: String) -> PostgresError {
    PostgresError(.configuration, message: why, statement: "quoting", connection: "(none)")
  }
}
