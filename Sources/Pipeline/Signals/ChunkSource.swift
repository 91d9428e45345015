internal import PGReplication

/// What an incremental snapshot asks of the source's database.
protocol ChunkSource: ~Copyable {
  /// Writes the low watermark of a chunk.
  mutating func openWindow(_ chunk: String) throws(PostgresError)
  /// Writes the high watermark of a chunk, or takes the low one away.
  mutating func closeWindow(_ chunk: String) throws(PostgresError)
  /// Which transactions are over.
  mutating func watermark() throws(PostgresError) -> TransactionSnapshot
  /// The captured tables, in any order.
  mutating func capturedTables() throws(PostgresError) -> [TableName]
  /// A captured table; nil when there is none of that name.
  /// - Parameter isNew: whether its reading begins; later chunks keep the shape that it had then.
  mutating func table(_ collection: SnapshotCollection, isNew: Bool) throws(PostgresError) -> ChunkTable?
  /// The greatest key of the rows; nil when there are none.
  mutating func maximumKey(of table: ChunkTable, _ condition: String?) throws(PostgresError) -> ChunkKey?
  /// The next rows after a key, from the first on without one, up to the maximum.
  mutating func rows(
    of table: ChunkTable, after key: ChunkKey?, through maximum: ChunkKey, _ condition: String?
  ) throws(PostgresError) -> SnapshotChunk
}
