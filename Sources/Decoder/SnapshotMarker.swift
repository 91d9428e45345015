/// Where a row stands in the snapshot that it was read by.
///
/// Source: Debezium documentation, PostgreSQL connector, "Change event values", field `source.snapshot`.
public enum SnapshotMarker: UInt8, BitwiseCopyable, Sendable {
  /// It was not read by a snapshot.
  case none
  /// The very first row.
  case first
  /// The first row of a table.
  case firstInTable
  /// A row between others.
  case middle
  /// The last row of a table.
  case lastInTable
  /// The very last row.
  case last
  /// A row of an incremental snapshot, read while the stream goes on.
  case incremental
}
