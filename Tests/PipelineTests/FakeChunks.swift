import Decoder
import PGReplication

@testable import Pipeline

/// A source of chunks whose tables are lists of numbers.
struct FakeChunks: ChunkSource {
  var tables: [String: [Int]]
  var chunkSize = 2
  var failing: Set<String> = []
  var lost = false
  var watermarks: [String] = ["10:10:"]
  /// What was written: `open` and `close`.
  var written: [String] = []

  init(_ tables: [String: [Int]]) { self.tables = tables }

  static func name(_ table: String) -> TableName { TableName(schema: "public", name: table) }

  static func table(_ name: String, hasKey: Bool = true) -> ChunkTable {
    let relation = Relation(
      oid: 1, schema: "public", name: name, replicaIdentity: .primaryKey,
      columns: [Relation.Column(name: "id", type: 23, isIdentity: true)])
    return ChunkTable(
      name: FakeChunks.name(name), plan: Selection().plan(relation, detail: .unknown), facts: .none,
      key: hasKey ? [0] : [], comparesKeys: true)
  }

  static func chunk(_ table: String, _ lines: [String]) -> SnapshotChunk {
    var rows = RowBatch()
    for line in lines { rows.append(Array(line.utf8).span.bytes) }
    return SnapshotChunk(table: FakeChunks.table(table), rows: rows, last: lines.last.map { [$0] })
  }

  private var error: PostgresError {
    PostgresError(lost ? .connectionLost : .unexpectedResult, message: "no", statement: "SELECT", connection: "here")
  }

  mutating func openWindow(_ chunk: String) { written.append("open") }
  mutating func closeWindow(_ chunk: String) { written.append("close") }

  mutating func watermark() throws(PostgresError) -> TransactionSnapshot {
    let text = watermarks.count > 1 ? watermarks.removeFirst() : watermarks[0]
    guard let snapshot = TransactionSnapshot(text) else { throw error }
    return snapshot
  }

  mutating func capturedTables() -> [TableName] { tables.keys.map(FakeChunks.name) }

  mutating func table(_ collection: SnapshotCollection, isNew: Bool) throws(PostgresError) -> ChunkTable? {
    guard let name = collection.table.table?.name, tables[name] != nil else { return nil }
    if let key = collection.surrogateKey, key != "id" { throw error }
    return FakeChunks.table(name, hasKey: !name.hasPrefix("keyless"))
  }

  mutating func maximumKey(of table: ChunkTable, _ condition: String?) throws(PostgresError) -> ChunkKey? {
    if condition == "no" { throw error }
    return tables[table.name.name]?.max().map { ["\($0)"] }
  }

  mutating func rows(
    of table: ChunkTable, after key: ChunkKey?, through maximum: ChunkKey, _ condition: String?
  ) throws(PostgresError) -> SnapshotChunk {
    let name = table.name.name
    if key != nil, failing.contains(name) { throw error }
    let last = key?[0].flatMap { Int($0) } ?? .min
    let end = maximum[0].flatMap { Int($0) } ?? .max
    let rows = (tables[name] ?? []).filter { $0 > last && $0 <= end }.sorted().prefix(chunkSize)
    return FakeChunks.chunk(name, rows.map(String.init))
  }
}
