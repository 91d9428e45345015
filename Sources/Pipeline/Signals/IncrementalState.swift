internal import PGReplication

/// What an incremental snapshot needs to go on after a restart; it is stored with the offset.
struct IncrementalState: Sendable, Hashable {
  /// The tables to be read, the current one first; empty when no snapshot is under way.
  var collections: [SnapshotCollection] = []
  /// The key of the last row of the current table that was sent.
  var lastSent: ChunkKey?
  /// The greatest key of the current table when its reading began.
  var maximum: ChunkKey?
  /// The id of the latest signal that asked for tables.
  var correlation: String?

  init() {}

  /// As JSON; empty when no snapshot is under way.
  var bytes: [UInt8] {
    guard !collections.isEmpty else { return [] }
    func key(_ key: ChunkKey?) -> SignalDocument {
      key.map { .array($0.map { $0.map(SignalDocument.string) ?? .null }) } ?? .null
    }
    func optional(_ text: String?) -> SignalDocument { text.map(SignalDocument.string) ?? .null }
    let tables = collections.map { collection in
      SignalDocument.object([
        "schema": optional(collection.table.table?.schema), "table": optional(collection.table.table?.name),
        "name": .string(collection.table.text), "condition": optional(collection.condition),
        "surrogate_key": optional(collection.surrogateKey),
      ])
    }
    let document = SignalDocument.object([
      "collections": .array(tables), "last_sent": key(lastSent), "maximum": key(maximum),
      "correlation": optional(correlation),
    ])
    return Array(document.text.utf8)
  }

  /// Reads back `bytes`; nil for what was not written by it.
  init?(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    guard let document = try? SignalDocument(parsing: bytes), let tables = document["collections"]?.array else {
      return nil
    }
    for entry in tables {
      guard let table = IncrementalState.identifier(entry) else { return nil }
      collections.append(
        SnapshotCollection(
          table: table, condition: entry["condition"]?.string, surrogateKey: entry["surrogate_key"]?.string))
    }
    lastSent = document["last_sent"]?.array?.map(\.string)
    maximum = document["maximum"]?.array?.map(\.string)
    correlation = document["correlation"]?.string
  }

  private static func identifier(_ entry: SignalDocument) -> TableIdentifier? {
    if let schema = entry["schema"]?.string, let name = entry["table"]?.string {
      return TableIdentifier(TableName(schema: schema, name: name))
    }
    return entry["name"]?.string.flatMap { TableIdentifier(parsing: $0) }
  }
}
