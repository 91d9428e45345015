internal import PGReplication
internal import WAL

/// An incremental snapshot: tables are read chunk by chunk beside the stream, and a watermark before and after each
/// chunk tells which changes of the stream are newer than its rows.
///
/// Without I/O of its own: what it needs of the database it asks of a `ChunkSource`, and it returns what the loop has to
/// do. It follows Debezium step by step, oddities included, as order and number of watermarks and notifications show.
///
/// Source: Debezium documentation, "Incremental snapshots"; its `AbstractIncrementalSnapshotChangeEventSource`.
struct IncrementalSnapshot {
  /// How a window is bounded.
  enum Watermarks: Sendable {
    /// By rows of the signal table.
    case signalTable
    /// By transaction ids, without writing.
    case transactions
  }

  let watermarks: Watermarks
  /// After an error of SQL, Debezium's transaction is over and so is this call, at the next table; false to go on.
  let stopsAtErrors: Bool
  /// What a restart needs.
  var state: IncrementalState
  /// Whether no further chunk is read.
  private(set) var isPaused = false
  /// The id of the chunk whose window was written last.
  private(set) var chunk: String?
  /// The key of the last row that was read.
  private var position: ChunkKey?
  /// The key of the last row in the window.
  private var inWindow: ChunkKey?
  /// Whether rows wait in the window.
  var hasWindow: Bool { inWindow != nil }
  private var current: TableIdentifier?
  private var rowsScanned = 0
  private var toStop: [String] = []
  var windowIsOpen = false
  var low: TransactionSnapshot?
  var high: TransactionSnapshot?
  var previousLow: TransactionSnapshot?
  var previousHigh: TransactionSnapshot?

  init(_ watermarks: Watermarks, state: IncrementalState = IncrementalState(), stopsAtErrors: Bool = true) {
    self.watermarks = watermarks
    self.state = state
    self.stopsAtErrors = stopsAtErrors
    position = state.lastSent
  }

  /// Whether tables are still to be read.
  var isRunning: Bool { !state.collections.isEmpty }

  // MARK: Signals

  /// Adds the tables of a request; begins to read when no snapshot is under way.
  mutating func execute(
    _ request: SnapshotRequest, _ source: inout some ChunkSource & ~Copyable
  ) throws(PostgresError) -> [SnapshotStep] {
    let wasRunning = isRunning
    for name in expand(request.tables, try source.capturedTables()) {
      guard let table = TableIdentifier(parsing: name) else { continue }
      let filter = request.filter(of: table.text).flatMap { $0.isEmpty ? nil : $0 }
      state.collections.append(
        SnapshotCollection(table: table, condition: filter, surrogateKey: request.surrogateKey))
    }
    state.correlation = request.id
    guard !wasRunning else { return [] }
    return [notify(.started, [collections])] + (try readChunk(&source))
  }

  /// Remembers which tables not to read any more; that is done before the next chunk.
  mutating func stop(_ tables: [String]) {
    guard isRunning else { return }
    toStop += tables.isEmpty ? [".*"] : tables
  }

  /// Reads no chunk after this one.
  mutating func pause() -> [SnapshotStep] {
    guard isRunning, !isPaused else { return [] }
    isPaused = true
    return [notify(.paused, [collections])]
  }

  /// Reads on.
  mutating func resume(_ source: inout some ChunkSource & ~Copyable) throws(PostgresError) -> [SnapshotStep] {
    guard isRunning, isPaused else { return [] }
    isPaused = false
    return [notify(.resumed, [collections])] + (try readChunk(&source))
  }

  /// Goes on after a restart.
  mutating func restart(_ source: inout some ChunkSource & ~Copyable) throws(PostgresError) -> [SnapshotStep] {
    isRunning ? try readChunk(&source) : []
  }

  /// A low watermark came in the stream.
  mutating func opened(_ id: String) -> [SnapshotStep] {
    guard isExpected(id) else { return [] }
    windowIsOpen = true
    return [.openWindow]
  }

  /// A high watermark came in the stream: the window's rows are sent, the next chunk is read.
  mutating func closed(
    _ id: String, _ source: inout some ChunkSource & ~Copyable
  ) throws(PostgresError) -> [SnapshotStep] {
    guard isExpected(id) else { return [] }
    return emit() + (try readChunk(&source))
  }

  private func isExpected(_ id: String) -> Bool { chunk.map { id.hasPrefix($0) } ?? false }

  /// Shuts the window. What the loop is told to send counts as sent.
  mutating func emit() -> [SnapshotStep] {
    windowIsOpen = false
    if let inWindow { state.lastSent = inWindow }
    inWindow = nil
    return [.emit]
  }

  // MARK: Reading

  /// Reads the next chunk between two watermarks, passing over tables that give none.
  ///
  /// Throws when the connection is lost: the snapshot then goes on from the stored state.
  mutating func readChunk(_ source: inout some ChunkSource & ~Copyable) throws(PostgresError) -> [SnapshotStep] {
    var steps = try applyStops(&source)
    guard isRunning, !isPaused else { return steps }
    let id = RandomIdentifier.make()
    chunk = id
    do throws(PostgresError) {
      try open(id, &source)
    } catch {
      return steps + (try skip(error))
    }
    var failed = false
    reading: while let collection = state.collections.first {
      current = collection.table
      switch next(collection, afterError: failed && stopsAtErrors, &source) {
      case .rows(let rows):
        inWindow = rows.last
        steps += [.fill(rows), inProgress]
        break reading
      case .done(let status): steps += finish(status)
      case .failed(let error):
        steps += try skip(error)
        failed = true
      case .abandoned(let error):
        steps += try skip(error)
        if stopsAtErrors { return steps }
      }
    }
    // Debezium's high watermark fails with the transaction.
    guard !(failed && stopsAtErrors) else { return steps }
    do throws(PostgresError) {
      try close(id, &source)
    } catch {
      steps += isRunning ? try skip(error) : [.warn("\(error)")]
    }
    return steps
  }

  /// What a table gave.
  private enum Reading {
    case rows(SnapshotChunk)
    case done(SnapshotNotification.ScanStatus)
    /// The table is passed over.
    case failed(PostgresError)
    /// The table is passed over, and nothing more is read for now.
    case abandoned(PostgresError?)
  }

  private mutating func next(
    _ collection: SnapshotCollection, afterError: Bool, _ source: inout some ChunkSource & ~Copyable
  ) -> Reading {
    let table: ChunkTable
    do throws(PostgresError) {
      let isNew = position == nil && state.maximum == nil
      guard let found = try source.table(collection, isNew: isNew) else { return .done(.unknownSchema) }
      table = found
    } catch {
      return .abandoned(error)
    }
    guard !table.key.isEmpty else { return .done(.noPrimaryKey) }
    guard !afterError else { return .abandoned(nil) }
    do throws(PostgresError) {
      if state.maximum == nil { state.maximum = try source.maximumKey(of: table, collection.condition) }
      guard let maximum = state.maximum else { return .done(.empty) }
      let rows = try source.rows(of: table, after: position, through: maximum, collection.condition)
      position = rows.last
      rowsScanned += rows.rows.count
      return rows.rows.count > 0 ? .rows(rows) : .done(.succeeded)
    } catch {
      return .failed(error)
    }
  }

  private mutating func open(_ id: String, _ source: inout some ChunkSource & ~Copyable) throws(PostgresError) {
    switch watermarks {
    case .signalTable: try source.openWindow(id)
    case .transactions: low = try source.watermark()
    }
  }

  private mutating func close(_ id: String, _ source: inout some ChunkSource & ~Copyable) throws(PostgresError) {
    switch watermarks {
    case .signalTable: try source.closeWindow(id)
    case .transactions: high = try source.watermark()
    }
  }

  // MARK: From table to table

  /// The current table is over.
  private mutating func finish(_ status: SnapshotNotification.ScanStatus) -> [SnapshotStep] {
    let scanned = notify(
      .tableScanCompleted,
      [
        .init("scanned_collection", current?.text ?? ""), .init("total_rows_scanned", String(rowsScanned)),
        .init("status", status.rawValue), collections,
      ])
    // Debezium counts on over a table that was not read to its end.
    if status == .succeeded { rowsScanned = 0 }
    return [scanned] + advance()
  }

  /// The current table is left out, unless the connection is lost and with it nothing but time.
  private mutating func skip(_ error: PostgresError?) throws(PostgresError) -> [SnapshotStep] {
    if let error, error.isConnectionLoss || error.code == .interrupted || error.code == .timedOut { throw error }
    current = state.collections.first?.table
    let why = error.map { "\($0)" } ?? "it came after the one that failed"
    return [.warn("incremental snapshot: table \(current?.text ?? "") was left out: \(why)")] + finish(.sqlException)
  }

  private mutating func advance() -> [SnapshotStep] {
    if isRunning { state.collections.removeFirst() }
    state.lastSent = nil
    state.maximum = nil
    position = nil
    inWindow = nil
    guard !isRunning else { return [] }
    defer { state.correlation = nil }
    return [notify(.completed, [])]
  }

  private mutating func applyStops(
    _ source: inout some ChunkSource & ~Copyable
  ) throws(PostgresError) -> [SnapshotStep] {
    guard !toStop.isEmpty else { return [] }
    let expressions = toStop
    toStop = []
    guard isRunning else {
      state.correlation = nil
      return []
    }
    let captured = try source.capturedTables()
    var stopped: [String] = []
    var stopsCurrent = false
    for name in expand(expressions, captured) {
      guard let table = TableIdentifier(parsing: name) else { continue }
      if table == current {
        stopsCurrent = true
      } else if state.collections.contains(where: { $0.table == table }) {
        state.collections.removeAll { $0.table == table }
        stopped.append(name)
      }
    }
    var steps: [SnapshotStep] = []
    if stopsCurrent, let current {
      rowsScanned = 0
      stopped.append(current.text)
      steps += advance()
    }
    steps.append(notify(.aborted, [.init("data_collections", stopped.joined(separator: ","))]))
    if !isRunning { state.correlation = nil }
    return steps
  }

  /// Expressions expanded to the tables that match, each once; one that matches none stands for itself.
  private func expand(_ expressions: [String], _ captured: [TableName]) -> [String] {
    let known = HashedOrder.concurrentMap(captured.sorted().map(\.description))
    var seen: Set<String> = []
    return expressions.flatMap { expression in
      let matching = known.filter { SnapshotRequest.matches(expression, $0) }
      return matching.isEmpty ? [expression] : matching
    }.filter { seen.insert($0).inserted }
  }

  // MARK: Notifications

  private var collections: SnapshotNotification.Detail {
    .init("data_collections", state.collections.map(\.table.text).joined(separator: ","))
  }

  private var inProgress: SnapshotStep {
    func text(_ key: ChunkKey?) -> String { (key ?? []).map { $0 ?? "<null>" }.joined(separator: ",") }
    return notify(
      .inProgress,
      [
        .init("current_collection_in_progress", current?.text ?? ""), .init("maximum_key", text(state.maximum)),
        .init("last_processed_key", text(position)), collections,
      ])
  }

  private func notify(
    _ kind: SnapshotNotification.Kind, _ details: [SnapshotNotification.Detail]
  ) -> SnapshotStep {
    .notify(
      SnapshotNotification(
        id: state.correlation ?? RandomIdentifier.make(), aggregate: .incremental, kind: kind, details: details,
        time: MonotonicClock.wall()))
  }
}
