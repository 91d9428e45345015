internal import Decoder
internal import Executors
internal import PGReplication
internal import WAL

/// Asks the source what an incremental snapshot needs, over one session that blocks its thread.
struct ChunkReader: ~Copyable, ChunkSource {
  private let connection: Connection
  private let settings: SignalSettings
  private let capture: Selection
  private var openedAt = ""
  private var current: (collection: SnapshotCollection, table: ChunkTable)?

  init(_ source: SourceSettings, _ settings: SignalSettings, interrupt: WakePipe) throws(PostgresError) {
    let conninfo = ReplicationStream.valueConninfo(source.conninfo.role("signals"))
    var connection = try Connection(conninfo, interrupt: interrupt)
    connection.timeout = source.queryLimit
    for statement in source.initialStatements { try connection.execute(statement) }
    self.connection = connection
    self.settings = settings
    capture = source.capture
  }

  // MARK: Watermarks

  private func signalTable() throws(PostgresError) -> String {
    guard let table = settings.table else {
      throw PostgresError(
        .configuration, message: "there is no signal table to write watermarks to", statement: "INSERT",
        connection: connection.endpoint, hint: "set signal.data.collection, or read.only=true")
    }
    return try table.quoted()
  }

  mutating func openWindow(_ chunk: String) throws(PostgresError) {
    openedAt = WatermarkTime.now()
    try connection.execute(
      "INSERT INTO \(try signalTable()) VALUES ($1, $2, $3)",
      [chunk + "-open", "snapshot-window-open", "{\"openWindowTimestamp\": \"\(openedAt)\"}"])
  }

  mutating func closeWindow(_ chunk: String) throws(PostgresError) {
    switch settings.watermarking {
    case .insertDelete:
      try connection.execute("DELETE FROM \(try signalTable()) WHERE id = $1", [chunk + "-open"])
    case .insertInsert:
      let times = "{\"openWindowTimestamp\": \"\(openedAt)\", \"closeWindowTimestamp\": \"\(WatermarkTime.now())\"}"
      try connection.execute(
        "INSERT INTO \(try signalTable()) VALUES ($1, $2, $3)", [chunk + "-close", "snapshot-window-close", times])
    }
  }

  mutating func watermark() throws(PostgresError) -> TransactionSnapshot {
    let text = try connection.execute("SELECT pg_catalog.pg_current_snapshot()").scalar ?? ""
    guard let snapshot = TransactionSnapshot(text) else {
      throw PostgresError(
        .unexpectedResult, message: "pg_current_snapshot() gave \"\(text)\"", statement: "SELECT",
        connection: connection.endpoint)
    }
    return snapshot
  }

  // MARK: Tables

  mutating func capturedTables() throws(PostgresError) -> [TableName] {
    let (capture, signals) = (capture, settings.table)
    return try connection.readableTables().map(\.name).filter {
      capture.includes(schema: $0.schema, table: $0.name) || $0 == signals
    }
  }

  mutating func table(_ collection: SnapshotCollection, isNew: Bool) throws(PostgresError) -> ChunkTable? {
    if !isNew, let current, current.collection == collection { return current.table }
    let found = try describe(collection)
    current = found.map { (collection, $0) }
    return found
  }

  private func describe(_ collection: SnapshotCollection) throws(PostgresError) -> ChunkTable? {
    guard let name = collection.table.table,
      capture.includes(schema: name.schema, table: name.name) || name == settings.table,
      let found = try connection.readableTables(named: name).first,
      let columns = try connection.snapshotColumns(found, capture)
    else { return nil }
    let relation = columns.relation
    var keys = relation.primaryKey.isEmpty ? relation.uniqueKey : relation.primaryKey
    if let named = settings.keyColumns(name.schema, name.name, relation.columns.map(\.name)) { keys = named }
    if let surrogate = collection.surrogateKey { keys = [surrogate] }
    var places: [Int] = []
    for key in keys {
      guard let place = relation.columns.firstIndex(where: { $0.name == key }) else {
        throw PostgresError(
          .configuration, message: "table \(name) has no column \"\(key)\" to be ordered by", statement: "SELECT",
          connection: connection.endpoint)
      }
      places.append(place)
    }
    let incomparable = places.contains { ChunkReader.incomparable.contains(relation.columns[$0].typeOID) }
    return ChunkTable(
      name: name, plan: columns.plan, facts: columns.facts, key: places,
      comparesKeys: !(settings.quirks && incomparable))
  }

  /// timestamptz, timestamp, time, timetz, money, bit: Debezium hands their values over as another type.
  private static let incomparable: Set<UInt32> = [1184, 1114, 1083, 1266, 790, 1560]

  // MARK: Rows

  mutating func maximumKey(of table: ChunkTable, _ condition: String?) throws(PostgresError) -> ChunkKey? {
    let rows = try connection.execute(try query(table, condition).maximum)
    return rows.rows.first.map { key in key.indices.map { readable(key[$0], table, $0) } }
  }

  mutating func rows(
    of table: ChunkTable, after key: ChunkKey?, through maximum: ChunkKey, _ condition: String?
  ) throws(PostgresError) -> SnapshotChunk {
    guard key == nil || table.comparesKeys else {
      throw PostgresError(
        .configuration, message: "keys of this type are not compared, as Debezium does not", statement: "SELECT",
        connection: connection.endpoint, hint: "use another surrogate-key, or set compat.debezium.quirks=false")
    }
    var batch = RowBatch()
    let select = try query(table, condition).rows(after: key, through: maximum, limit: settings.chunkSize)
    try connection.beginCopyOut("COPY (\(select)) TO STDOUT")
    do {
      while try connection.nextCopyRow({ batch.append($0) }) {}
    } catch let error as PostgresError {
      throw error
    } catch {
      throw failure("\(error)")
    }
    return SnapshotChunk(table: table, rows: batch, last: try lastKey(batch, table))
  }

  private func lastKey(_ batch: RowBatch, _ table: ChunkTable) throws(PostgresError) -> ChunkKey? {
    guard batch.count > 0 else { return nil }
    var row = CopyRow()
    do throws(DecodeError) {
      try batch.withRow(batch.count - 1) { line throws(DecodeError) in
        try row.read(line, columns: table.plan.columns.count)
      }
    } catch {
      throw failure("\(error)")
    }
    return table.key.indices.map { place in
      let cell = row.cells[table.key[place]]
      guard cell.kind == .text else { return nil }
      let bytes = row.bytes[Int(cell.offset)..<(Int(cell.offset) + Int(cell.count))]
      return readable(String(decoding: bytes, as: UTF8.self), table, place)
    }
  }

  /// Notifications show keys: a boolean in words, which PostgreSQL understands as well.
  private func readable(_ value: String?, _ table: ChunkTable, _ place: Int) -> String? {
    guard table.plan.relation.columns[table.key[place]].type == 16 else { return value }
    return value.map { $0 == "t" ? "true" : "false" }
  }

  private func query(_ table: ChunkTable, _ condition: String?) throws(PostgresError) -> ChunkQuery {
    let columns = table.plan.relation.columns
    var key: [(name: String, isNullable: Bool)] = []
    for place in table.key {
      let name = columns[place].name
      let isNullable = !(table.facts.relation?.columns[place].isNotNull ?? false)
      key.append((try Identifier.quoteIdentifier(name), isNullable))
    }
    return ChunkQuery(
      table: try table.name.quoted(), projection: try SnapshotColumns.projection(table.plan, keeping: table.key),
      key: key, condition: condition)
  }

  private func failure(_ message: String) -> PostgresError {
    PostgresError(.unexpectedResult, message: message, statement: "COPY", connection: connection.endpoint)
  }
}
