public import Logging

/// The names of metadata in log lines: one spelling each, so that lines can be searched. None of them carries a secret
/// or a row's values.
public enum LogKey: String, Sendable, CaseIterable {
  /// What was made durable in one transaction of the audit database; the same text stands there.
  case batch
  /// How many changes.
  case changes
  /// How many transactions of the source.
  case transactions
  /// How many bytes.
  case bytes
  /// A position in the log, PostgreSQL's text form.
  case lsn
  /// A replication slot's name.
  case slot
  /// A publication's name.
  case publication
  /// `schema.table`.
  case table
  /// `host:port/database`.
  case endpoint
  /// A `Failure.Kind`.
  case failure
  /// What failed, without row data.
  case error
  /// The next step.
  case advice
  /// Which attempt this is, from 1.
  case attempt
  /// Seconds until the next attempt.
  case retryIn = "retry_in_seconds"
  /// Seconds that something took.
  case duration = "duration_seconds"
  /// What the pipeline is doing.
  case phase
  /// The instance's epoch.
  case epoch
  /// How much of the slot's log is still there: `wal_status`.
  case walStatus = "wal_status"
  /// The HTTP server's address.
  case host
  /// The HTTP server's port.
  case port
  /// The program's version.
  case version
  /// A settings key.
  case setting
}

extension Logger.Metadata {
  /// Metadata under the project's own names, for instance `logger.info("committed", metadata: .keyed([.batch: "…"]))`.
  public static func keyed(_ pairs: KeyValuePairs<LogKey, Logger.MetadataValue>) -> Logger.Metadata {
    Dictionary(pairs.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: { _, last in last })
  }
}
