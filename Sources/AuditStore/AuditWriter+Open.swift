public import Pipeline
public import WAL
internal import Executors
internal import PGReplication

extension AuditWriter {
  /// Connects, brings the schema up to date or checks it, and reads this source's offset.
  ///
  /// - Throws: `Failure`, among others `foreignOffset` when only another server or database has an offset for this slot.
  public func open(_ source: SourceIdentity) async throws -> StoredOffset? {
    session = nil
    interrupt.silence()
    let runner = try MigrationRunner(schema: settings.schema)
    let names = try AuditNames(schema: settings.schema)
    let session = AuditSession(
      try settings.connect(role: "sink", interrupt: interrupt), names: names, source: source)
    try checkEncoding(session)
    if settings.migrates { try runner.apply(session.connection) } else { try runner.verify(session.connection) }
    let stored = try reporting(session) { session throws(PostgresError) in
      try session.prepare()
      return try Self.find(session, sink: settings.sink)
    }
    if stored?.offset == nil { try lookForForeignOffset(session) }
    let row = try reporting(session) { session throws(PostgresError) -> OffsetRow? in
      if let stored { return stored }
      return try Self.register(session, sink: settings.sink)
    }
    guard let row else {
      throw Failure(.unexpected, "the row of replication_offset vanished", at: place(session))
    }
    session.sourceID = row.sourceID
    partitionsDue = .now
    ensurePartitionsWhenDue(session)
    self.session = session
    return row.offset
  }

  /// Takes the epoch: from here on no other instance can commit.
  public func claim() async throws -> StoredOffset? {
    let session = try opened()
    let rows = try failing(session) { session throws(PostgresError) in
      try Self.endFormerSessions(session)
      return try session.connection.execute(
        """
        UPDATE \(session.names.offsets) SET epoch = epoch + 1, holder = $2, held_since = pg_catalog.clock_timestamp()
        WHERE source_id = $1 RETURNING source_id, position, timeline, epoch
        """, [String(session.sourceID), holder])
    }
    guard let row = OffsetRow(rows, 0) else {
      self.session = nil
      throw Failure(.fenced, "the row of replication_offset for this source is gone", at: place(session))
    }
    session.epoch = row.epoch
    return row.offset
  }

  // MARK: Inside

  /// Ends the sessions of whoever held the slot before, and marks this one as the holder's.
  ///
  /// A process that hangs, or a connection that was lost without the server's knowledge, leaves its COPY open: the same
  /// rows would wait for that transaction's end in the unique index for ever, as an open COPY is not idle. A role may
  /// end sessions of its own; those of another role are left, and the lock's time limit tells of them.
  private static func endFormerSessions(_ session: AuditSession) throws(PostgresError) {
    let keys = [session.names.offsets, String(session.sourceID)]
    try session.connection.execute(
      """
      SELECT pg_catalog.pg_terminate_backend(l.pid, 5000)
      FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid AND a.datid = l.database
      WHERE l.locktype = 'advisory' AND l.classid = (pg_catalog.hashtext($1)::bigint & 4294967295)::oid
        AND l.objid = $2::oid AND l.objsubid = 2 AND l.granted AND l.pid <> pg_catalog.pg_backend_pid()
        AND a.datname = pg_catalog.current_database() AND a.usename = current_user
      """, keys)
    try session.connection.execute(
      "SELECT pg_catalog.pg_advisory_lock_shared(pg_catalog.hashtext($1), $2::integer)", keys)
  }

  private func reporting<R>(_ session: AuditSession, _ body: (AuditSession) throws(PostgresError) -> R) throws -> R {
    do { return try body(session) } catch { throw Failure.audit(error, at: place(session)) }
  }

  private func checkEncoding(_ session: AuditSession) throws {
    let encoding = session.connection.parameter("server_encoding") ?? "unknown"
    guard encoding != "UTF8" else { return }
    throw Failure(
      .serverError, "the audit database's encoding is \(encoding), which cannot hold every value", at: place(session),
      advice: "create it with ENCODING 'UTF8' TEMPLATE template0")
  }

  private static func find(_ session: AuditSession, sink: String) throws(PostgresError) -> OffsetRow? {
    let source = session.source
    let rows = try session.connection.execute(
      """
      SELECT source_id, position, timeline, epoch FROM \(session.names.offsets)
      WHERE system_identifier = $1 AND database_name = $2 AND slot_name = $3 AND sink = $4
      """, [String(source.system), source.database, source.slot, sink])
    return OffsetRow(rows, 0)
  }

  private static func register(_ session: AuditSession, sink: String) throws(PostgresError) -> OffsetRow? {
    let source = session.source
    try session.connection.execute(
      """
      INSERT INTO \(session.names.offsets) (system_identifier, timeline, database_name, slot_name, sink)
      VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
      """, [String(source.system), String(source.timeline), source.database, source.slot, sink])
    return try find(session, sink: sink)
  }

  private func lookForForeignOffset(_ session: AuditSession) throws {
    let offsets = try reporting(session) { session throws(PostgresError) in
      try OffsetStatus.read(session.names, on: session.connection)
    }
    guard let foreign = ForeignOffset.find(in: offsets, source: session.source, sink: settings.sink) else { return }
    let failure = foreign.failure(at: place(session), table: session.names.offsets)
    guard settings.acceptsForeignOffset else { throw failure }
    session.foreign = failure
  }

  /// Makes partitions ahead, at the start and once a day. A failure costs nothing: the default partition takes the rows.
  func ensurePartitionsWhenDue(_ session: AuditSession) {
    guard ContinuousClock.now >= partitionsDue else { return }
    partitionsDue = .now.advanced(by: .seconds(86_400))
    do {
      try session.connection.execute(
        session.names.ensurePartitions, [settings.partitionUnit.rawValue, String(settings.partitionsAhead)])
      partitionFailure = nil
    } catch {
      partitionsDue = .now.advanced(by: .seconds(3600))
      partitionFailure = Failure.audit(error, at: place(session))
    }
  }
}

/// A row of `replication_offset`.
struct OffsetRow {
  let sourceID: Int32
  let epoch: Int64
  let offset: StoredOffset?

  init?(_ rows: Rows, _ row: Int) {
    guard let id = rows[row, "source_id"].flatMap({ Int32($0) }), let epoch = rows[row, "epoch"].flatMap({ Int64($0) })
    else { return nil }
    sourceID = id
    self.epoch = epoch
    offset = rows[row, "position"].flatMap { LSN($0) }.map {
      StoredOffset(position: $0, timeline: rows[row, "timeline"].flatMap { UInt32($0) } ?? 0, epoch: epoch)
    }
  }
}
