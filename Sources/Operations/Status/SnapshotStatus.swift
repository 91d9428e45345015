/// How far the snapshot is, for a status report.
public struct SnapshotStatus: Sendable, Hashable, Codable {
  /// Its tables.
  public var tables: UInt64
  /// Its tables that are done.
  public var tablesDone: UInt64
  /// Rows that its tables are thought to hold.
  public var rowsExpected: UInt64
  /// Rows read so far.
  public var rowsRead: UInt64

  /// The snapshot of a reading; nil when none was taken.
  public init?(_ pipeline: PipelineReading) {
    guard pipeline.snapshotTables > 0 else { return nil }
    tables = pipeline.snapshotTables
    tablesDone = pipeline.snapshotTablesDone
    rowsExpected = pipeline.snapshotRowsExpected
    rowsRead = pipeline.snapshotRowsRead
  }
}
