internal import AuditStore
internal import Logging
internal import Operations
internal import PGReplication
internal import Settings

extension Settings {
  /// How the audit database is reached and written.
  func auditStore() throws(PostgresError) -> AuditSettings {
    var store = AuditSettings(conninfo: try audit.connection.conninfo)
    store.schema = audit.schema
    if let limit = audit.lockTimeout { store.lockTimeout = limit }
    if let limit = audit.statementTimeout { store.statementTimeout = limit }
    store.synchronousCommit = AuditSettings.SynchronousCommit(rawValue: audit.synchronousCommit.rawValue) ?? .on
    store.partitionUnit = AuditSettings.PartitionUnit(rawValue: audit.partitionInterval.rawValue) ?? .month
    store.partitionsAhead = audit.partitionsAhead
    return store
  }

  /// How the program logs; once, before the first logger is made.
  func bootstrapLogs() {
    func level(_ word: LogLevel) -> Logger.Level { Logger.Level(rawValue: word.rawValue) ?? .info }
    let components = log.componentLevels.map { ($0.key.rawValue, level($0.value)) }
    bootstrapLogging(
      format: Operations.LogFormat(rawValue: log.format.rawValue) ?? .auto, level: level(log.level),
      componentLevels: Dictionary(components) { _, last in last })
  }
}
