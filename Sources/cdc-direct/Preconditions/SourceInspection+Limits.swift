internal import PGReplication
internal import Pipeline

extension SourceInspection {
  /// Slots, senders and connections that are left, and the settings that decide how long a slot lives.
  mutating func checkLimits(_ connection: borrowing Connection) throws(PostgresError) {
    let settings = try ServerSettings(
      [
        "max_replication_slots", "max_wal_senders", "max_connections", "superuser_reserved_connections",
        "max_slot_wal_keep_size", "wal_sender_timeout", "idle_replication_slot_timeout",
      ], on: connection)
    let used = try connection.execute(
      """
      SELECT (SELECT count(*) FROM pg_catalog.pg_replication_slots) AS slots,
        (SELECT count(*) FROM pg_catalog.pg_stat_replication) AS senders,
        (SELECT pg_catalog.sum(numbackends) FROM pg_catalog.pg_stat_database) AS connections
      """)
    func count(_ column: String) -> Int64 { used[0, column].flatMap { Int64($0) } ?? 0 }
    let isMissing = slot == nil
    checkRoom(
      "max_replication_slots", settings, used: count("slots"), needed: isMissing ? 1 : 0,
      full: "SELECT slot_name, active FROM pg_replication_slots; drop one that nobody needs, or raise")
    // One that streams, and one that asks at the start.
    checkRoom(
      "max_wal_senders", settings, used: count("senders"), needed: slot?.active == true ? 1 : 2,
      full: "SELECT pid, application_name FROM pg_stat_replication; end one, or raise")
    let most = settings.integer("max_connections") ?? 0
    let free = most - (settings.integer("superuser_reserved_connections") ?? 0) - count("connections")
    if free < 5 {
      findings.warn(
        "source.max_connections", "\(free) of \(most) connections are left; cdc-direct uses up to three",
        "ALTER SYSTEM SET max_connections = \(most + 20); then restart the source server")
    } else {
      findings.ok("source.max_connections", "\(free) of \(most) connections are left")
    }
    checkLife(settings)
  }

  private mutating func checkRoom(
    _ name: String, _ settings: ServerSettings, used: Int64, needed: Int64, full: String
  ) {
    let most = settings.integer(name) ?? 0
    guard most - used < needed else {
      return findings.ok("source.\(name)", "\(used) of \(most) used (\(name))")
    }
    findings.error(
      .serverError, "source.\(name)", "\(used) of \(most) used (\(name)), \(needed) needed",
      "\(full): ALTER SYSTEM SET \(name) = \(most + 10); then restart the source server")
  }

  private mutating func checkLife(_ settings: ServerSettings) {
    let name = "max_slot_wal_keep_size"
    switch settings.integer(name) {
    case nil: break
    case .some(..<0):
      findings.warn(
        "source.\(name)",
        "\(name) is unlimited: while cdc-direct is stopped, the slot's log can fill the source's disk",
        "ALTER SYSTEM SET \(name) = '50GB'; SELECT pg_reload_conf(); -- less than what the disk has to spare")
    case .some(..<1024):
      findings.warn(
        "source.\(name)", "\(name) is \(settings.text(name)): a short stop of cdc-direct can cost the slot",
        "ALTER SYSTEM SET \(name) = '50GB'; SELECT pg_reload_conf();")
    case .some: findings.ok("source.\(name)", "\(name) is \(settings.text(name))")
    }
    switch settings.integer("wal_sender_timeout") {
    case .some(0) where !setsSenderTimeout:
      findings.warn(
        "source.wal_sender_timeout", "wal_sender_timeout is off: a dead client keeps the slot",
        "set database.wal.sender.timeout.ms, or ALTER SYSTEM SET wal_sender_timeout = '60s'; SELECT pg_reload_conf();")
    default:
      findings.ok(
        "source.wal_sender_timeout",
        setsSenderTimeout ? "our session sets its own" : "wal_sender_timeout is \(settings.text("wal_sender_timeout"))")
    }
    if let idle = settings.integer("idle_replication_slot_timeout"), idle > 0 {
      let shown = settings.text("idle_replication_slot_timeout")
      findings.warn(
        "source.idle_replication_slot_timeout",
        "idle_replication_slot_timeout is \(shown): a longer stop of cdc-direct costs the slot",
        "ALTER SYSTEM SET idle_replication_slot_timeout = 0; SELECT pg_reload_conf();")
    }
  }
}
