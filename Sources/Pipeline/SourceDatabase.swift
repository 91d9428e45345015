public import Decoder
public import PGReplication
public import WAL
internal import Executors

/// The source's ordinary side: its catalogue, publication and slot, asked over a session that is no walsender.
///
/// An actor on a thread of its own, as libpq blocks.
public actor SourceDatabase {
  private let executor = ThreadExecutor(name: "source-catalog")
  private let settings: SourceSettings
  private var connection: Connection?
  /// Types as they were when the session began or, made later, when they were first seen; where the settings want that.
  private var types: [UInt32: CatalogType] = [:]

  /// The thread of its own.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// A source that is not connected yet.
  public init(_ settings: SourceSettings) { self.settings = settings }

  deinit { executor.stop() }

  /// What a session finds at its start.
  public struct Findings: Sendable {
    /// The source as it identifies itself.
    public let identity: SourceIdentity
    /// The end of its flushed log.
    public let serverEnd: LSN
    /// The history of its timeline.
    public let history: TimelineHistory
    /// The slot, if there is one.
    public let slot: SlotState?
    /// Published tables whose updates and deletes PostgreSQL refuses, as they have no replica identity.
    public let withoutIdentity: [TableName]
    /// Replica identities that were set.
    public let identitiesSet: [String]
    /// What happened to the publication.
    public let publication: Publication.Outcome
  }

  /// Connects, makes sure of the publication and collects what the start is decided by.
  public func prepare() throws(Failure) -> Findings {
    do {
      let walsender = try Connection(settings.conninfo.replication.role("metadata"))
      let system = try walsender.identifySystem()
      let history = try walsender.timelineHistory(system.timeline)
      let connection = try open()
      let level = try connection.execute("SHOW wal_level").scalar ?? ""
      guard level == "logical" else {
        throw Failure(.walLevel, "wal_level is \(level), not logical", at: connection.endpoint)
      }
      let outcome = try preparePublication(connection)
      let published = try publishedTables(connection)
      try check(published, connection)
      let changed = try settings.replicaIdentities?.apply(to: published.map(\.name), on: connection) ?? []
      let findings = Findings(
        identity: SourceIdentity(
          system: system.system, timeline: system.timeline, database: system.database ?? "", slot: settings.slot),
        serverEnd: system.position, history: history, slot: try SlotState.read(settings.slot, on: connection),
        withoutIdentity: try PublishedTable.withoutIdentity(settings.publication, on: connection),
        identitiesSet: changed.map { "\($0.table) \($0.identity)" }, publication: outcome)
      types = settings.remembersTypes ? try Catalog.typesOfDatabase(on: connection) : [:]
      self.connection = consume connection
      return findings
    } catch let error as PostgresError {
      throw .source(error)
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure(.unexpected, "\(error)", at: settings.conninfo.endpoint)
    }
  }

  private func open() throws(PostgresError) -> Connection {
    var connection = try Connection(settings.conninfo.metadata)
    connection.timeout = settings.queryLimit
    for statement in settings.initialStatements { try connection.execute(statement) }
    return connection
  }

  private func preparePublication(_ connection: borrowing Connection) throws(PostgresError) -> Publication.Outcome {
    var wanted: [TableName] = []
    if settings.publicationMode == .filtered {
      let captured = try Catalog.tables(on: connection).filter {
        settings.capture.includes(schema: $0.name.schema, table: $0.name.name)
      }
      // A partitioned table's publication covers its partitions.
      let names = Set(captured.map(\.name))
      wanted = captured.filter { $0.partitionRoot.map { !names.contains($0) } ?? true }.map(\.name)
    }
    return try Publication.ensure(
      settings.publication, mode: settings.publicationMode, tables: wanted,
      publishViaPartitionRoot: settings.publishViaPartitionRoot, operations: settings.publishedOperations,
      on: connection)
  }

  private func publishedTables(_ connection: borrowing Connection) throws(PostgresError) -> [CatalogTable] {
    try Catalog.tables(publishedBy: [settings.publication], on: connection)
  }

  private func check(_ published: [CatalogTable], _ connection: borrowing Connection) throws {
    try refuseOwn(published)
    guard settings.namesTables else { return }
    let names = Set(published.map(\.name))
    let missing = try Catalog.tables(on: connection).filter { table in
      settings.capture.includes(schema: table.name.schema, table: table.name.name) && !names.contains(table.name)
        && !(table.partitionRoot.map { names.contains($0) } ?? false) && table.kind != .partitioned
    }
    guard missing.isEmpty else {
      let list = missing.map(\.name.description).joined(separator: ", ")
      throw Failure(
        .publicationIncomplete, "publication \"\(settings.publication)\" does not include \(list)", at: place)
    }
  }

  /// Whether a table is the sink's own: its rows would make rows without end.
  private func isOwn(schema: String, table: String) -> Bool {
    schema == settings.ownSchema && table.hasPrefix("audit_log")
  }

  /// Makes sure that the publication does not take along what the sink has just made.
  public func checkPublication() throws(Failure) {
    guard settings.ownSchema != nil else { return }
    try refuseOwn(try asking { connection throws(PostgresError) in try publishedTables(connection) })
  }

  private func refuseOwn(_ published: [CatalogTable]) throws(Failure) {
    guard let table = published.first(where: { isOwn(schema: $0.name.schema, table: $0.name.name) }) else { return }
    throw Failure(
      .publicationFeedsItself, "publication \"\(settings.publication)\" includes the audit table \(table.name)",
      at: place)
  }

  private var place: String { "publication \(settings.publication), \(settings.conninfo.endpoint)" }

  // MARK: Relations

  /// The plan of a relation that the stream introduced, and what the catalogue says of it.
  public func plan(_ relation: Relation) throws(Failure) -> (plan: RelationPlan, facts: RelationFacts) {
    // The sink's own tables may have come into the publication since the start.
    guard !isOwn(schema: relation.schema, table: relation.name) else {
      return (RelationPlan(relation, detail: .unknown, captures: nil), .none)
    }
    guard settings.capture.includes(schema: relation.schema, table: relation.name) else {
      return (settings.capture.plan(relation, detail: .unknown), .none)
    }
    let facts = try asking { connection throws(PostgresError) in
      try connection.relationFacts(relation.oid, types: relation.columns.map(\.type), known: types)
    }
    if settings.remembersTypes { types = facts.types }
    return (settings.capture.plan(relation, detail: facts.detail(of: relation)), facts)
  }

  // MARK: Slot and snapshot

  /// The end of the server's flushed log as it stands now.
  public func serverEnd() throws(Failure) -> LSN {
    try asking { connection throws(PostgresError) in try ServerPosition.read(on: connection).flushed }
  }

  /// The walsender that reads the slot; nil for none.
  func slotHolder() throws(Failure) -> Int32? {
    try asking { connection throws(PostgresError) in try SlotState.read(settings.slot, on: connection) }?.activePID
  }

  /// The slot's `catalog_xmin`: the oldest transaction whose rows of the catalogue the server keeps for it.
  func slotXmin() throws(Failure) -> UInt64? {
    try asking { connection throws(PostgresError) in
      try connection.execute(
        "SELECT catalog_xmin FROM pg_catalog.pg_replication_slots WHERE slot_name = $1", [settings.slot]
      ).scalar.flatMap { UInt64($0) }
    }
  }

  /// Which parts of a transaction that committed were rolled back, as the server's own record of commits has it; nil when
  /// that does not reach back so far, which the slot keeps from happening.
  ///
  /// The stream says so itself, but not of each: a part of more than 4,096 changes that the server had written to disk
  /// before it streamed them is not remembered as streamed, and its end not told (14 to 18).
  ///
  /// Source: PostgreSQL documentation, 9.27.6 "Transaction ID and Snapshot Information Functions".
  func rolledBack(among parts: [UInt32]) throws(Failure) -> Set<UInt32>? {
    var found: Set<UInt32> = []
    for start in stride(from: 0, to: parts.count, by: 10_000) {
      let some = parts[start..<min(start + 10_000, parts.count)]
      let list = "{" + some.map { String($0) }.joined(separator: ",") + "}"
      // A number of 32 bits is the one of 64 that lies nearest to those given out now. A commit that others cannot see
      // yet is still in progress.
      let answer = try asking { connection throws(PostgresError) in
        try connection.execute(
          """
          SELECT part, status FROM (
            SELECT part, pg_catalog.pg_xact_status((next + distance - (distance >> 31) * 4294967296)::text::xid8) AS status
            FROM (SELECT part, next, (part - next) & 4294967295 AS distance
              FROM pg_catalog.unnest($1::bigint[]) AS part,
                (SELECT pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text::bigint AS next) AS now) AS near) AS parts
          WHERE status IS NULL OR status NOT IN ('committed', 'in progress')
          """, [list])
      }
      for row in answer.rows {
        guard row[1] == "aborted", let part = row[0].flatMap({ UInt32($0) }) else { return nil }
        found.insert(part)
      }
    }
    return found
  }

  /// Makes sure that the slot, which is held by now, has not been moved past the offset since it was looked at.
  public func checkSlot(isBehind offset: LSN) throws(Failure) {
    let slot = try asking { connection throws(PostgresError) in try SlotState.read(settings.slot, on: connection) }
    guard let confirmed = slot?.confirmedFlushLSN, confirmed > offset else { return }
    throw Failure(
      .gap, "slot \"\(settings.slot)\" was moved to \(confirmed), ahead of the stored offset \(offset)",
      at: settings.conninfo.endpoint)
  }

  /// What a snapshot reads, in Debezium's order.
  /// - Parameter request: the signal that asks for it; nil for the one at the start.
  func snapshotContents(for request: SnapshotRequest? = nil) throws(Failure) -> EventSnapshot {
    try asking { connection throws(PostgresError) in
      guard let settings = settings.eventSnapshot else {
        let tables = try connection.snapshotTables(self.settings)
        return EventSnapshot(tables: tables, captured: tables.map(\.name), locks: [])
      }
      guard let request else { return try connection.eventSnapshot(settings, self.settings.capture) }
      return try connection.eventSnapshot(settings, self.settings.capture, for: request)
    }
  }

  /// The captured tables as they are now.
  public func capturedRelations() throws(Failure) -> [(plan: RelationPlan, facts: RelationFacts)] {
    try snapshotContents().tables.map { ($0.plan, $0.facts) }
  }

  /// Drops the slot, if it exists and nobody reads it.
  public func dropSlot() throws(Failure) {
    try asking { connection throws(PostgresError) in
      _ = try connection.execute(
        "SELECT pg_catalog.pg_drop_replication_slot(slot_name) FROM pg_catalog.pg_replication_slots WHERE slot_name = $1",
        [settings.slot])
    }
  }

  /// Makes the slot, without a snapshot; where it begins.
  public func createSlot() throws(Failure) -> LSN {
    do throws(PostgresError) {
      let walsender = try Connection(settings.conninfo.replication.role("metadata"))
      let options = SlotOptions(failover: settings.slotFailover)
      return try walsender.createSlot(settings.slot, options, within: settings.slotCreationLimit).consistentPoint
    } catch {
      throw .source(error)
    }
  }

  /// Closes the session; the next question opens another.
  public func close() { connection = nil }

  /// Asks over the session, which is opened when there is none; after an error the next question opens another.
  private func asking<R>(_ question: (borrowing Connection) throws(PostgresError) -> R) throws(Failure) -> R {
    do throws(PostgresError) {
      if !(connection?.isAlive ?? false) { connection = try open() }
      guard let answer = try connection?.answer(question) else {
        throw PostgresError(
          .connectionLost, message: "the session is closed", statement: "CONNECT",
          connection: settings.conninfo.endpoint)
      }
      return answer
    } catch {
      connection = nil
      throw .source(error)
    }
  }
}

extension Connection {
  /// Lends the session: an optional one cannot be lent otherwise.
  fileprivate borrowing func answer<R>(
    _ question: (borrowing Connection) throws(PostgresError) -> R
  ) throws(PostgresError) -> R { try question(self) }
}
