public import PGReplication

/// How signals arrive and how incremental snapshots are read.
///
/// Source: Debezium documentation, PostgreSQL connector, the properties named at each.
public struct SignalSettings: Sendable {
  /// `incremental.snapshot.watermarking.strategy`.
  public enum Watermarking: String, Sendable {
    /// A row before a chunk and a row after it.
    case insertInsert = "insert_insert"
    /// A row before a chunk that is deleted after it.
    case insertDelete = "insert_delete"
  }

  /// `signal.data.collection`; nil for none.
  public var table: TableName?
  /// `signal.file`; nil when the channel is off.
  public var file: String?
  /// Whether rows of the signal table are signals: `source` in `signal.enabled.channels`. Watermarks always are.
  public var readsTable = true
  /// `signal.poll.interval.ms`: how often the loop should call `poll`.
  public var pollInterval: Duration = .seconds(5)
  /// `incremental.snapshot.chunk.size`, in rows.
  public var chunkSize = 1024
  /// `incremental.snapshot.watermarking.strategy`.
  public var watermarking = Watermarking.insertInsert
  /// `read.only`: watermarks are transaction ids, and nothing is written.
  public var readOnly = false
  /// `message.key.columns`: columns that a table is ordered by in place of its key; nil where none are named.
  public var keyColumns: @Sendable (_ schema: String, _ table: String, _ columns: [String]) -> [String]? = { _, _, _ in
    nil
  }
  /// Debezium's oddities are imitated: a key of dates with time, of money or bits ends the table after its first chunk,
  /// and an error ends the reading of what comes after it.
  public var quirks = true

  /// Debezium's defaults, with signals from a table.
  public init(table: TableName? = nil) { self.table = table }
}
