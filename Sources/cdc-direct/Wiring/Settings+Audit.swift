internal import AuditStore
internal import Logging
internal import Operations
internal import PGReplication
internal import Pipeline
internal import Settings

extension Settings {
  /// How the audit database is reached and written.
  func auditStore() throws(Failure) -> AuditSettings {
    let conninfo: Conninfo
    do { conninfo = try audit.connection.conninfo } catch { throw .audit(error) }
    var store = AuditSettings(conninfo: conninfo)
    store.schema = audit.schema
    let unbounded = Duration.seconds(365 * 86_400)
    store.lockTimeout = audit.lockTimeout ?? .zero
    store.statementTimeout = audit.statementTimeout ?? unbounded
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
