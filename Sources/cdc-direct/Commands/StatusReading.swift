internal import AuditStore
internal import Operations
internal import PGReplication
internal import Pipeline
internal import WAL

/// Where a source and its trail stand, read from the two databases; no running instance is needed.
struct StatusReading: Sendable {
  /// The source side; nil when it cannot be reached.
  var source: SourceSide?
  /// Why the source side could not be read.
  var sourceFailure: Failure?
  /// The audit side; nil when it cannot be reached.
  var audit: AuditSide?
  /// Why the audit side could not be read.
  var auditFailure: Failure?

  /// What the source says.
  struct SourceSide: Sendable {
    let endpoint: String
    let system: String
    let timeline: UInt32
    let database: String
    let reading: SourceReading
    /// The walsender's own measure of how long confirmation takes; nil where the role may not see it.
    let flushLag: Double?
    /// Now, by the source's clock, in seconds since the Unix epoch.
    let now: Double
  }

  /// What the audit database says.
  struct AuditSide: Sendable {
    let endpoint: String
    let offset: OffsetStatus?
    /// Seconds since the Unix epoch at which the newest stored change was committed.
    let newestChange: Double?
    let gaps: Int64
    let openErrors: Int64
  }

  /// Reads both sides; `pause` lies between two looks at the source, from which the pace of its log is told.
  init(_ source: SourceSettings, _ store: AuditSettings, pause: Duration) async {
    do { self.source = try await StatusReading.read(source, pause: pause) } catch {
      sourceFailure = StatusReading.failure(error, source.conninfo.endpoint)
    }
    do { audit = try StatusReading.read(store, self.source, slot: source.slot) } catch {
      auditFailure = StatusReading.failure(error, store.conninfo.endpoint)
    }
  }

  private static func failure(_ error: any Error, _ place: String) -> Failure {
    if let error = error as? PostgresError { return Failure.source(error) }
    return error as? Failure ?? Failure(.unexpected, "\(error)", at: place)
  }

  // MARK: The source

  private static func read(_ source: SourceSettings, pause: Duration) async throws -> SourceSide {
    let connection = try source.session()
    let identity =
      try connection.execute(
        """
        SELECT (SELECT system_identifier FROM pg_catalog.pg_control_system()),
          (SELECT timeline_id FROM pg_catalog.pg_control_checkpoint()), pg_catalog.current_database()
        """
      ).rows.first ?? []
    let first = try end(connection)
    var slot = try SlotState.read(source.slot, on: connection)
    var last = first
    if slot?.safeWALSize != nil, pause > .zero {
      try await Task.sleep(for: pause)
      last = try end(connection)
      slot = try SlotState.read(source.slot, on: connection)
    }
    let seconds = last.time - first.time
    let pace = seconds > 0.05 ? Double(last.position.distance(from: first.position)) / seconds : nil
    let lag = try connection.execute(
      """
      SELECT pg_catalog.date_part('epoch', coalesce(flush_lag, '0')) FROM pg_catalog.pg_stat_replication
      WHERE pid = $1::int AND state IS NOT NULL
      """, [slot?.activePID.map { "\($0)" }])
    return SourceSide(
      endpoint: connection.endpoint, system: (identity.first ?? nil) ?? "",
      timeline: (identity.dropFirst().first ?? nil).flatMap { UInt32($0) } ?? 0, database: (identity.last ?? nil) ?? "",
      reading: SourceReading(
        slot: slot.map { SlotReading($0) }, flushed: last.position, walBytesPerSecond: pace),
      flushLag: lag.scalar.flatMap { Double($0) }, now: last.time)
  }

  private static func end(_ connection: borrowing Connection) throws(PostgresError) -> (position: LSN, time: Double) {
    let row =
      try connection.execute(
        """
        SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
          ELSE pg_catalog.pg_current_wal_flush_lsn() END, pg_catalog.date_part('epoch', pg_catalog.clock_timestamp())
        """
      ).rows.first ?? []
    return ((row.first ?? nil).flatMap { LSN($0) } ?? .zero, (row.last ?? nil).flatMap { Double($0) } ?? 0)
  }

  // MARK: The audit database

  private static func read(_ store: AuditSettings, _ source: SourceSide?, slot: String) throws -> AuditSide {
    let offset = try Trail(store).offsets().first { offset in
      guard offset.slot == slot, offset.sink == store.sink else { return false }
      return source.map { $0.system == offset.system && $0.database == offset.database } ?? true
    }
    let connection = try store.session()
    return try Failure.ofAudit { () throws(PostgresError) in
      let schema = try Identifier.quoteIdentifier(store.schema)
      let id = offset.map { "\($0.sourceID)" }
      let rows = try connection.execute(
        """
        SELECT (SELECT pg_catalog.count(*) FROM \(schema).gap WHERE $1::int IS NULL OR source_id = $1::int) AS gaps,
          (SELECT pg_catalog.count(*) FROM \(schema).processing_error
            WHERE status = 'open' AND ($1::int IS NULL OR source_id = $1::int)) AS errors,
          (SELECT pg_catalog.date_part('epoch', change_timestamp) FROM \(schema).audit_log
            WHERE source_id = $1::int ORDER BY commit_lsn DESC, ordinal DESC LIMIT 1) AS newest
        """, [id])
      func number(_ column: String) -> Int64 { rows[0, column].flatMap { Int64($0) } ?? 0 }
      return AuditSide(
        endpoint: connection.endpoint, offset: offset, newestChange: rows[0, "newest"].flatMap { Double($0) },
        gaps: number("gaps"), openErrors: number("errors"))
    }
  }

  // MARK: What follows from both

  /// Bytes of log between the source's end and the stored offset.
  var lagBytes: UInt64? {
    guard let end = source?.reading.flushed, let position = audit?.offset?.position else { return nil }
    return end.distance(from: position)
  }

  /// Seconds by which the trail is behind: 0 when caught up, the walsender's own measure where it may be seen, otherwise
  /// at most the age of the newest stored change.
  var lagSeconds: Double? {
    guard let source, let bytes = lagBytes else { return nil }
    if bytes == 0 { return 0 }
    if let measured = source.flushLag { return measured }
    return audit?.newestChange.map { max(0, source.now - $0) }
  }
}
