internal import PGReplication

/// A table that waits to be read by an incremental snapshot.
struct SnapshotCollection: Sendable, Hashable {
  /// The table as it was named.
  let table: TableIdentifier
  /// A condition of SQL; nil for all rows.
  let condition: String?
  /// The column to order by in place of the key.
  let surrogateKey: String?
}
