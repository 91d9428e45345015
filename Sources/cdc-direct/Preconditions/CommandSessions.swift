internal import AuditStore
internal import PGReplication
internal import Pipeline

extension SourceSettings {
  /// An ordinary session on the source, for a command that asks a few questions and ends.
  func session() throws(PostgresError) -> Connection {
    var connection = try Connection(conninfo.metadata)
    connection.timeout = .seconds(60)
    return connection
  }
}

extension AuditSettings {
  /// A session on the audit database. Throws `Failure`.
  func session() throws -> Connection {
    try Failure.ofAudit { () throws(PostgresError) in
      var connection = try Connection(conninfo.metadata)
      connection.timeout = .seconds(60)
      return connection
    }
  }
}

extension Failure {
  /// Runs `body`; an error is told as one of the audit database.
  static func ofAudit<R: ~Copyable>(_ body: () throws(PostgresError) -> R) throws -> R {
    do throws(PostgresError) { return try body() } catch { throw Failure.audit(error) }
  }
}
