internal import Decoder
internal import PGReplication

/// Some rows of a table, in the order of its key: what one window of an incremental snapshot holds.
struct SnapshotChunk: Sendable {
  /// The table; its plan has all columns, and each row a value for each of them.
  let table: ChunkTable
  /// The rows.
  let rows: RowBatch
  /// The last row's key as text; nil without rows.
  let last: ChunkKey?
}

/// The values of a key's columns as text; nil for NULL.
typealias ChunkKey = [String?]

/// A table that an incremental snapshot reads.
struct ChunkTable: Sendable {
  /// Its name.
  let name: TableName
  /// Its plan, of all its columns.
  let plan: RelationPlan
  /// What the catalogue says of it.
  let facts: RelationFacts
  /// The columns that its rows are ordered by, by their place in the plan; empty when there is no key.
  let key: [Int]
  /// Whether rows after a given key can be asked for.
  let comparesKeys: Bool
}
