internal import Decoder
internal import PGReplication

/// What one snapshot of events reads, in which order.
///
/// Source: Debezium's `RelationalSnapshotChangeEventSource`, `PostgresSnapshotChangeEventSource`.
struct EventSnapshot: Sendable {
  /// The tables that are read, in order.
  let tables: [SnapshotTable]
  /// The tables that notifications name: those that are read, and the signal table if it is captured.
  let captured: [TableName]
  /// Statements to run in the snapshot's transaction before it reads; throw when a lock is not had in time.
  let locks: [String]

  /// The captured tables in order: of the first pattern that matches, by name within a pattern.
  static func ordered(_ tables: [TableName], by patterns: [@Sendable (String) -> Bool]) -> [TableName] {
    let sorted = tables.sorted()
    guard !patterns.isEmpty else { return sorted }
    var seen: Set<TableName> = []
    return patterns.flatMap { pattern in sorted.filter { pattern($0.description) && seen.insert($0).inserted } }
  }
}

extension Connection {
  /// What the snapshot at the start reads.
  borrowing func eventSnapshot(
    _ settings: EventSnapshotSettings, _ capture: Selection
  ) throws(PostgresError) -> EventSnapshot {
    try eventSnapshot(settings, capture, queries: settings.queries, settings.includes)
  }

  /// What a blocking snapshot reads that a signal asked for: tables of the request among those captured, whatever
  /// `snapshot.include.collection.list` says, with the request's own queries alone.
  borrowing func eventSnapshot(
    _ settings: EventSnapshotSettings, _ capture: Selection, for request: SnapshotRequest
  ) throws(PostgresError) -> EventSnapshot {
    try eventSnapshot(settings, capture, queries: request.queries) {
      request.includes(TableName(schema: $0, name: $1))
    }
  }

  private borrowing func eventSnapshot(
    _ settings: EventSnapshotSettings, _ capture: Selection, queries: [TableName: String],
    _ includes: (String, String) -> Bool
  ) throws(PostgresError) -> EventSnapshot {
    let signals = settings.signalTable
    let found = try readableTables().filter { table in
      let name = table.name
      return (capture.includes(schema: name.schema, table: name.name) || name == signals)
        && includes(name.schema, name.name)
    }
    let byName = Dictionary(found.map { ($0.name, $0) }) { first, _ in first }
    // The signal table's own name is the last pattern.
    let patterns = settings.order.isEmpty ? [] : settings.order + [{ $0 == signals?.description }]
    let captured = EventSnapshot.ordered(found.map(\.name), by: patterns)
    var tables: [SnapshotTable] = []
    var locks: [String] = []
    if settings.locksTables { locks.append("SET LOCAL lock_timeout = \(milliseconds(settings.lockLimit))") }
    for name in captured {
      if settings.locksTables { locks.append("LOCK TABLE \(try name.quoted()) IN ACCESS SHARE MODE") }
      guard name != signals, let table = byName[name], let columns = try snapshotColumns(table, capture)
      else { continue }
      tables.append(try snapshotTable(table, columns, query: queries[name]))
    }
    return EventSnapshot(tables: tables, captured: captured, locks: locks)
  }

  private borrowing func snapshotTable(
    _ table: ReadableTable, _ columns: SnapshotColumns, query: String?
  ) throws(PostgresError) -> SnapshotTable {
    var select = "SELECT \(try SnapshotColumns.projection(columns.plan)) FROM \(try table.name.quoted())"
    if let query { select = try overriding(query, columns.plan, table.name) }
    return SnapshotTable(
      name: table.name, estimatedRows: table.estimatedRows, query: "COPY (\(select)) TO STDOUT", plan: columns.plan,
      facts: columns.facts)
  }

  /// The rows of a query with a value for each column of the table, by name: NULL for those it does not give.
  private borrowing func overriding(
    _ query: String, _ plan: RelationPlan, _ table: TableName
  ) throws(PostgresError) -> String {
    var query = Substring(query)
    while let last = query.last, last == ";" || last.isWhitespace { query.removeLast() }
    let given = try execute("SELECT * FROM (\(query)) AS q LIMIT 0").columns
    let names = plan.relation.columns.map(\.name)
    if given == names { return String(query) }
    for name in given where !names.contains(name) {
      throw PostgresError(
        .configuration, message: "the query for \(table) gives a column \"\(name)\", which the table has not",
        statement: "SELECT", connection: endpoint, hint: "see snapshot.select.statement.overrides")
    }
    var list: [String] = []
    for name in names { list.append(given.contains(name) ? try Identifier.quoteIdentifier(name) : "NULL") }
    return "SELECT \(list.joined(separator: ", ")) FROM (\(query)) AS q"
  }

  private func milliseconds(_ duration: Duration) -> Int64 {
    let parts = duration.components
    return parts.seconds.multipliedReportingOverflow(by: 1000).partialValue
      &+ parts.attoseconds / 1_000_000_000_000_000
  }
}
