public import WAL

/// News of a snapshot's progress.
///
/// Source: Debezium documentation, "Receiving Debezium notifications".
public struct SnapshotNotification: Sendable, Hashable {
  /// Which kind of snapshot is meant.
  public enum Aggregate: String, Sendable {
    /// One that the stream waits for: at the start or by a blocking signal.
    case initial = "Initial Snapshot"
    /// One beside the stream.
    case incremental = "Incremental Snapshot"
  }

  /// What happened.
  public enum Kind: String, Sendable {
    case started = "STARTED"
    case inProgress = "IN_PROGRESS"
    case tableScanCompleted = "TABLE_SCAN_COMPLETED"
    case completed = "COMPLETED"
    case aborted = "ABORTED"
    case skipped = "SKIPPED"
    case paused = "PAUSED"
    case resumed = "RESUMED"
  }

  /// How the reading of a table ended.
  public enum ScanStatus: String, Sendable {
    case succeeded = "SUCCEEDED"
    case empty = "EMPTY"
    case noPrimaryKey = "NO_PRIMARY_KEY"
    case unknownSchema = "UNKNOWN_SCHEMA"
    case sqlException = "SQL_EXCEPTION"
  }

  /// A detail.
  public struct Detail: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// Its value.
    public let value: String

    init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// A random identifier, or that of the signal that began the snapshot.
  public let id: String
  /// `aggregate_type`.
  public let aggregate: Aggregate
  /// `type`.
  public let kind: Kind
  /// `additional_data`, but for `connector_name`, which the sender of the notification adds.
  public let details: [Detail]
  /// When it was made.
  public let time: PostgresTime
}
