public import Decoder
public import PGReplication

extension Failure {
  /// What a server's or libpq's error on the source's side means.
  public static func source(_ error: PostgresError) -> Failure {
    Failure(sourceKind(error), text(error), at: error.connection, advice: sourceAdvice(error))
  }

  private static func text(_ error: PostgresError) -> String {
    // The advice carries the hint, the place the connection.
    var text = error.description
    if let hint = error.hint { text = text.replacing(" (hint: \(hint))", with: "") }
    return text.replacing(" on \(error.connection)", with: "")
  }

  private static func sourceAdvice(_ error: PostgresError) -> String? {
    // A hint that the error's own description keeps to itself may quote a row.
    if let hint = error.hint, error.description.contains(hint) { return hint }
    if error.isOfPooler {
      return "a connection pooler answers there: set database.hostname and database.port to the server itself, as "
        + "replication does not pass through poolers"
    }
    guard error.sqlState == .configurationLimitExceeded else { return nil }
    return "free a slot (SELECT * FROM pg_replication_slots) or raise max_replication_slots and max_wal_senders"
  }

  private static func sourceKind(_ error: PostgresError) -> Kind {
    guard let state = error.sqlState else {
      switch error.code {
      case .connectionFailed, .connectionLost, .timedOut: return .sourceUnreachable
      case .configuration: return .authentication
      case .server, .interrupted, .unexpectedResult: return error.isTransient ? .sourceUnreachable : .serverError
      }
    }
    if error.isOfPooler { return .serverError }
    switch state {
    case .objectInUse: return .slotInUse
    case .invalidCatalogName: return .databaseMissing
    case .insufficientPrivilege: return .privilegeMissing
    case .undefinedObject:
      if error.message.contains("publication") { return .publicationMissing }
      return concernsSlot(error) ? .slotMissing : .serverError
    case .objectNotInPrerequisiteState:
      if error.message.contains("wal_level") { return .walLevel }
      return concernsSlot(error) ? .slotInvalidated : .serverError
    case .undefinedFile: return .slotInvalidated
    default: break
    }
    if state.class == "28" { return error.message.contains("REPLICATION") ? .privilegeMissing : .authentication }
    return error.isTransient || error.isConnectionLoss ? .sourceUnreachable : .serverError
  }

  /// By the statement, as the message may be in the server's own language.
  private static func concernsSlot(_ error: PostgresError) -> Bool {
    error.statement.contains("REPLICATION") || error.message.contains("replication slot")
  }

  /// What the end of a replication stream means.
  public static func stream(_ error: StreamError, at place: String) -> Failure {
    let kind: Kind =
      switch error {
      case .stale: .wireStale
      case .endedByServer, .stopped, .notRunning: .sourceUnreachable
      case .malformedFrame: .malformedStream
      }
    return Failure(kind, "\(error)", at: place)
  }

  /// What a message that cannot be decoded means.
  public static func decode(_ error: DecodeError, at place: String) -> Failure {
    Failure(.malformedStream, error.description, at: place)
  }
}

extension PostgresError {
  /// PgBouncer's refusal of a startup parameter that it does not know, `replication` and `options` among them. The class
  /// of its code is that of lost connections, but no time heals it.
  public var isOfPooler: Bool {
    sqlState?.rawValue == "08P01" && message.contains("unsupported startup parameter")
  }
}

extension Failure {
  /// A walsender reads the slot.
  static func slotInUse(_ slot: SlotState, advice: String? = nil) -> Failure {
    Failure(
      .slotInUse, "slot \"\(slot.name)\" is read by process \(slot.activePID.map { String($0) } ?? "unknown")",
      at: "slot \(slot.name)", advice: advice)
  }
}
