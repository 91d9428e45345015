public import PGReplication
public import Pipeline

extension Failure {
  /// What an error of the audit database means for the program: whether it heals by itself, and the next step.
  ///
  /// Source: PostgreSQL documentation, appendix A "PostgreSQL Error Codes".
  /// - Parameter place: the server and schema; nil takes what the error itself names.
  public static func audit(_ error: PostgresError, at place: String? = nil) -> Failure {
    let kind = auditKind(error)
    return Failure(kind, error.description, at: place ?? error.connection, advice: auditAdvice(kind, error))
  }

  private static func auditKind(_ error: PostgresError) -> Kind {
    switch error.code {
    case .connectionFailed, .connectionLost, .timedOut, .interrupted: return .auditUnreachable
    // No session without a password, a certificate, TLS or an option that makes sense.
    case .configuration: return .authentication
    case .unexpectedResult: return .serverError
    case .server(let state):
      if error.isOfPooler { return .serverError }
      switch state.class {
      case "28": return .authentication
      case "3D": return .databaseMissing
      // Connection exceptions, and a server that starts, stops or ends sessions.
      case "08", "57":
        return state == .queryCanceled ? .auditBusy : .auditUnreachable
      // Insufficient resources, rolled-back transactions, input and output errors of the server.
      case "53", "40", "58": return .auditBusy
      default: return auditKind(of: state.rawValue, error)
      }
    }
  }

  private static func auditKind(of state: String, _ error: PostgresError) -> Kind {
    switch state {
    case "42501": .privilegeMissing
    case "3F000", "42P01", "42703", "42883": .auditSchemaMissing
    // Locks, objects in use, sessions that were idle for too long, a server that became a standby or read-only.
    case "55P03", "55006", "25P03", "25P04", "25006": .auditBusy
    case "23505": .unexpected
    default: error.isConnectionLoss ? .auditUnreachable : error.isTransient ? .auditBusy : .serverError
    }
  }

  private static func auditAdvice(_ kind: Kind, _ error: PostgresError) -> String? {
    switch kind {
    case .serverError where error.isOfPooler:
      "point audit.url at the server itself, or let the pooler work in session mode with ignore_startup_parameters = options"
    case .authentication: "check user, password and certificate in audit.url, and the audit server's pg_hba.conf"
    case .databaseMissing: "check the database's name in audit.url, or create it"
    case .privilegeMissing: "give the role of audit.url its rights with sql/grants/writer_role.sql"
    case .unexpected where error.sqlState == .uniqueViolation:
      "the change is stored already: was replication_offset changed by hand, or restored without audit_log?"
    default: nil
    }
  }
}
