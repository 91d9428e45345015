internal import PGReplication
internal import Pipeline
internal import WAL

/// Looks at everything that `run` needs of the source, changing nothing.
struct SourceInspection {
  let source: SourceSettings
  /// The server's own `wal_sender_timeout` holds where the settings give none.
  let setsSenderTimeout: Bool
  var findings = Findings()
  /// The source as it identifies itself; nil when no replication session came about.
  private(set) var system: SystemIdentification?
  /// Its timeline's history.
  private(set) var history: TimelineHistory?
  /// The slot, where it exists.
  var slot: SlotState?
  /// What is published; nil without a publication.
  var publication: Publication?
  /// The tables that are selected.
  var tables: [CapturedTable] = []
  /// Seconds that the source's clock is ahead of ours.
  private(set) var clock: Double?

  init(_ source: SourceSettings, setsSenderTimeout: Bool) {
    self.source = source
    self.setsSenderTimeout = setsSenderTimeout
  }

  /// Looks at all of it; an error of one part does not keep the others from being looked at.
  mutating func run() {
    do { look(try source.session()) } catch { findings.error(Failure.source(error), "source.connect") }
  }

  private mutating func look(_ connection: borrowing Connection) {
    findings.ok("source.connect", "connected to \(connection.endpoint)\(connection.usesTLS ? " over TLS" : "")")
    do { try checkServer(connection) } catch { findings.error(Failure.source(error), "source.version") }
    do { try checkRole(connection) } catch { findings.error(Failure.source(error), "source.role") }
    do { try checkReplication() } catch { findings.error(Failure.source(error), "source.replication") }
    do { try checkSlot(connection) } catch { findings.error(Failure.source(error), "source.slot") }
    do { try checkLimits(connection) } catch { findings.error(Failure.source(error), "source.limits") }
    do { try checkTables(connection) } catch { findings.error(Failure.source(error), "source.publication") }
  }

  private mutating func checkServer(_ connection: borrowing Connection) throws(PostgresError) {
    let version = connection.serverVersion
    switch version {
    case ..<140_000:
      findings.error(
        .serverError, "source.version", "PostgreSQL \(version / 10_000) is older than 14", "upgrade the source server")
    case 190_000...:
      findings.warn(
        "source.version", "PostgreSQL \(version / 10_000) is newer than what this version was tested with",
        "look for a newer cdc-direct")
    default: findings.ok("source.version", "PostgreSQL \(connection.parameter("server_version") ?? "\(version)")")
    }
    let own = try connection.execute("SELECT pg_catalog.pg_backend_pid()").scalar.flatMap { Int32($0) }
    if own != connection.backendPID {
      findings.warn(
        "source.pooler", "a connection pooler answers at \(connection.endpoint): it hides the server's own process",
        "set database.hostname and database.port to the server itself; replication does not pass through poolers")
    }
    let level = try connection.execute("SHOW wal_level").scalar ?? ""
    if level == "logical" {
      findings.ok("source.wal_level", "wal_level is logical")
    } else {
      findings.error(
        .walLevel, "source.wal_level", "wal_level is \(level), not logical",
        "ALTER SYSTEM SET wal_level = 'logical'; then restart the source server")
    }
    if try connection.execute("SELECT pg_catalog.pg_is_in_recovery()").scalar == "t", version < 160_000 {
      findings.error(
        .serverError, "source.standby", "the source is a standby, which can decode from PostgreSQL 16 on only",
        "connect to the primary")
    }
    clock = try ServerClock.seconds(ahead: connection)
  }

  private mutating func checkRole(_ connection: borrowing Connection) throws(PostgresError) {
    let rows = try connection.execute(
      """
      SELECT r.rolname, r.rolsuper, r.rolreplication, EXISTS (SELECT FROM pg_catalog.pg_roles m
        WHERE m.rolname IN ('rds_replication', 'rds_superuser') AND pg_catalog.pg_has_role(r.oid, m.oid, 'MEMBER')) AS managed
      FROM pg_catalog.pg_roles r WHERE r.rolname = current_user
      """)
    let role = rows[0, "rolname"] ?? "?"
    let quoted = (try? Identifier.quoteIdentifier(role)) ?? role
    if rows[0, "rolreplication"] == "t" || rows[0, "managed"] == "t" {
      findings.ok("source.role", "role \(role) may replicate")
    } else if rows[0, "rolsuper"] == "t" {
      findings.ok("source.role", "role \(role) is a superuser")
    } else {
      findings.error(
        .privilegeMissing, "source.role", "role \(role) may not replicate",
        "ALTER ROLE \(quoted) REPLICATION; -- on Amazon RDS: GRANT rds_replication TO \(quoted);")
    }
    if rows[0, "rolsuper"] == "t" {
      findings.info(
        "source.role", "role \(role) is a superuser; REPLICATION and SELECT are enough",
        "see sql/grants/source_role.sql")
    }
  }

  private mutating func checkReplication() throws(PostgresError) {
    do {
      let walsender = try Connection(source.conninfo.replication.role("metadata"))
      let system = try walsender.identifySystem()
      history = try walsender.timelineHistory(system.timeline)
      self.system = system
      findings.ok(
        "source.replication",
        "replication session opened; system \(system.system), timeline \(system.timeline), position \(system.position)")
    } catch {
      // Which right is missing was said where the role was looked at.
      if error.sqlState == .insufficientPrivilege, findings.firstError == .privilegeMissing { return }
      guard SourceInspection.isPooler(error) else { throw error }
      findings.error(
        .serverError, "source.pooler", "a connection pooler refuses replication: \(error.message)",
        "set database.hostname and database.port to the server itself, not to PgBouncer or its like")
    }
  }

  /// PgBouncer refuses the startup parameter; others pass the command on as SQL.
  private static func isPooler(_ error: PostgresError) -> Bool {
    error.message.contains("unsupported startup parameter") || error.sqlState?.rawValue == "42601"
      || error.message.contains("syntax error")
  }

  private mutating func checkSlot(_ connection: borrowing Connection) throws(PostgresError) {
    slot = try SlotState.read(source.slot, on: connection)
    guard let slot else {
      return findings.ok("source.slot", "slot \"\(source.slot)\" does not exist yet; init or the first run makes it")
    }
    let drop = "SELECT pg_drop_replication_slot('\(slot.name)');"
    if slot.isInvalidated {
      return findings.error(
        .slotInvalidated, "source.slot",
        "slot \"\(slot.name)\" is invalid: \(slot.invalidationReason ?? "its log is gone")",
        "\(drop) then run with snapshot.mode=when_needed, which records the gap")
    }
    let end = try connection.execute(
      """
      SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
        ELSE pg_catalog.pg_current_wal_flush_lsn() END
      """
    ).scalar.flatMap { LSN($0) }
    let behind = end.map { $0.distance(from: slot.confirmedFlushLSN ?? slot.restartLSN ?? $0) } ?? 0
    if slot.walStatus == .unreserved {
      findings.warn(
        "source.slot", "slot \"\(slot.name)\" loses its log at the next checkpoint (wal_status unreserved)",
        "ALTER SYSTEM SET max_slot_wal_keep_size = '…'; SELECT pg_reload_conf(); and start cdc-direct")
    } else {
      let status = slot.walStatus?.rawValue ?? "unknown"
      findings.ok("source.slot", "slot \"\(slot.name)\" is \(ByteText.text(behind)) behind, wal_status \(status)")
    }
    guard slot.active, let pid = slot.activePID else { return }
    let name =
      try connection.execute(
        "SELECT application_name FROM pg_catalog.pg_stat_activity WHERE pid = $1", ["\(pid)"]
      ).scalar ?? ""
    findings.info(
      "source.slot", "process \(pid) (\(name.isEmpty ? "unnamed" : name)) reads the slot now",
      "a second instance waits until it ends; SELECT pg_terminate_backend(\(pid)); ends it")
  }
}
