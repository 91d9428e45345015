/// What a PostgreSQL server or the connection to it reported.
///
/// `description` holds no row data and no secrets; `debugDescription` holds all that the server said.
public struct PostgresError: Error, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  /// Where the error comes from.
  public enum Code: Hashable, Sendable {
    /// The server answered with an error that has this state.
    case server(SQLState)
    /// No session came about: the host cannot be reached, or the server refused without a state.
    case connectionFailed
    /// The session ended: the server went away, or the network did.
    case connectionLost
    /// Nothing was heard before the deadline that the caller set.
    case timedOut
    /// The connection's interrupt was rung.
    case interrupted
    /// The settings of the connection make no sense or cannot lead to a session (unknown option, TLS, no password).
    case configuration
    /// The server answered with something that does not fit the statement.
    case unexpectedResult
  }

  /// Where the error comes from.
  public let code: Code
  /// `ERROR`, `FATAL` or `PANIC`, never translated; nil unless the server sent it.
  public let severity: String?
  /// The primary message. It may quote a value when the state's class is 22 or 23.
  public let message: String
  /// The server's second message; may hold row data.
  public let detail: String?
  /// What the server suggests.
  public let hint: String?
  /// Where in the server, for instance `COPY audit_log, line 17, column new_data: "…"`; may hold row data.
  public let context: String?
  /// The constraint that was violated.
  public let constraint: String?
  /// The kind of statement, such as `CREATE_REPLICATION_SLOT`; never its values.
  public let statement: String
  /// `host:port/database`.
  public let connection: String

  /// An error by its parts.
  public init(
    _ code: Code, message: String, statement: String, connection: String, severity: String? = nil,
    detail: String? = nil, hint: String? = nil, context: String? = nil, constraint: String? = nil
  ) {
    self.code = code
    self.message = message
    self.statement = statement
    self.connection = connection
    self.severity = severity
    self.detail = detail
    self.hint = hint
    self.context = context
    self.constraint = constraint
  }

  /// The server's state; nil when the error did not come from the server.
  public var sqlState: SQLState? {
    guard case .server(let state) = code else { return nil }
    return state
  }

  /// Whether the session is gone and only a new one can go on.
  public var isConnectionLoss: Bool {
    switch code {
    case .connectionLost, .connectionFailed: true
    case .server(let state):
      severity == "FATAL" || severity == "PANIC" || state.class == "08"
        || [.adminShutdown, .crashShutdown, .cannotConnectNow].contains(state)
    case .timedOut, .interrupted, .configuration, .unexpectedResult: false
    }
  }

  /// Whether the same attempt may succeed later without anybody changing anything.
  public var isTransient: Bool {
    switch code {
    case .connectionFailed, .connectionLost, .timedOut: true
    case .interrupted, .configuration, .unexpectedResult: false
    case .server(let state): PostgresError.canHeal(state)
    }
  }

  private static func canHeal(_ state: SQLState) -> Bool {
    switch state.class {
    // connection exception, insufficient resources, system error (I/O), transaction rollback
    case "08", "53": state != .configurationLimitExceeded
    case "40", "58": state != .undefinedFile
    default:
      [
        .adminShutdown, .crashShutdown, .cannotConnectNow, .queryCanceled, .objectInUse, .lockNotAvailable,
      ].contains(state)
    }
  }

  /// Whether the primary message may quote values of a row.
  private var mayQuoteValues: Bool {
    guard let state = sqlState else { return false }
    return ["22", "23", "P0", "44"].contains(state.class)
  }

  /// One line without row data or secrets.
  public var description: String {
    var text = "\(statement) on \(connection): "
    if let severity { text += "\(severity) " }
    if let sqlState { text += "\(sqlState) " }
    text += mayQuoteValues ? "(the message may quote data; see the debug log)" : message
    if let hint, !mayQuoteValues { text += " (hint: \(hint))" }
    return text
  }

  /// All that the server said, row data included.
  public var debugDescription: String {
    var text = "\(statement) on \(connection): \(severity ?? "\(code)") \(sqlState?.rawValue ?? "") \(message)"
    for (name, value) in [("detail", detail), ("hint", hint), ("context", context), ("constraint", constraint)] {
      if let value { text += "; \(name): \(value)" }
    }
    return text
  }
}
