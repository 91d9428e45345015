import PGReplication

/// Errors as a server would send them.
enum PGError {
  static func make(_ state: String, _ message: String, _ context: String? = nil) -> PostgresError {
    PostgresError(
      SQLState(rawValue: state).map { .server($0) } ?? .unexpectedResult, message: message, statement: "COPY",
      connection: "test", severity: "ERROR", context: context)
  }
}
