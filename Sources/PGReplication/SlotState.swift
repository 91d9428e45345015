public import WAL

/// A slot as `pg_replication_slots` shows it; what a server's version lacks is nil.
///
/// Source: PostgreSQL documentation, 54.19 "pg_replication_slots", versions 14 to 18.
public struct SlotState: Sendable, Hashable {
  /// How much of the log that the slot needs is still there.
  public enum WALStatus: String, Sendable {
    /// Within `max_wal_size`.
    case reserved
    /// Beyond `max_wal_size`, but kept.
    case extended
    /// The next checkpoint may remove it.
    case unreserved
    /// Removed: the slot is of no use any more.
    case lost
  }

  /// The slot's name.
  public let name: String
  /// The output plugin; nil for a physical slot.
  public let plugin: String?
  /// The database; nil for a physical slot.
  public let database: String?
  /// Whether it ends with its session.
  public let temporary: Bool
  /// Whether a walsender holds it.
  public let active: Bool
  /// That walsender's process.
  public let activePID: Int32?
  /// The oldest log that the slot keeps; nil when it was invalidated.
  public let restartLSN: LSN?
  /// What the consumer has confirmed.
  public let confirmedFlushLSN: LSN?
  /// Nil when the slot keeps no log.
  public let walStatus: WALStatus?
  /// Bytes that may still be written before the slot is in danger; nil without `max_slot_wal_keep_size`.
  public let safeWALSize: Int64?
  /// Whether prepared transactions are decoded at PREPARE.
  public let twoPhase: Bool
  /// 17 and later: whether it is synchronised to standbys.
  public let failover: Bool?
  /// 17 and later: whether it was synchronised from a primary.
  public let synced: Bool?
  /// Why it was invalidated: the server's word on 17 and later, `conflicting` on 16, `wal_removed` where `wal_status`
  /// is `lost`; nil for a good slot.
  public let invalidationReason: String?
  /// 17 and later: since when nobody has used it, ISO form.
  public let inactiveSince: String?

  /// A slot by its fields; by default a good logical slot of `pgoutput` that nobody reads.
  public init(
    name: String, plugin: String? = "pgoutput", database: String?, temporary: Bool = false, activePID: Int32? = nil,
    restartLSN: LSN? = nil, confirmedFlushLSN: LSN? = nil, walStatus: WALStatus? = .reserved, safeWALSize: Int64? = nil,
    twoPhase: Bool = false, failover: Bool? = nil, synced: Bool? = nil, invalidationReason: String? = nil,
    inactiveSince: String? = nil
  ) {
    self.name = name
    self.plugin = plugin
    self.database = database
    self.temporary = temporary
    active = activePID != nil
    self.activePID = activePID
    self.restartLSN = restartLSN
    self.confirmedFlushLSN = confirmedFlushLSN
    self.walStatus = walStatus
    self.safeWALSize = safeWALSize
    self.twoPhase = twoPhase
    self.failover = failover
    self.synced = synced
    self.invalidationReason = invalidationReason
    self.inactiveSince = inactiveSince
  }

  /// Whether it can never be read again.
  public var isInvalidated: Bool { walStatus == .lost || invalidationReason != nil }

  /// Reads a slot's state through an ordinary connection; nil when there is no such slot.
  public static func read(_ name: String, on connection: borrowing Connection) throws(PostgresError) -> SlotState? {
    let version = connection.serverVersion
    var columns = """
      slot_name, plugin, database, temporary, active, active_pid, restart_lsn, confirmed_flush_lsn, wal_status, \
      safe_wal_size, two_phase
      """
    if version >= 160_000 { columns += ", conflicting" }
    if version >= 170_000 { columns += ", failover, synced, invalidation_reason, inactive_since" }
    let rows = try connection.execute(
      "SELECT \(columns) FROM pg_catalog.pg_replication_slots WHERE slot_name = $1", [name])
    return rows.count == 0 ? nil : SlotState(rows)
  }

  private init(_ rows: Rows) {
    func flag(_ column: String) -> Bool? { rows[0, column].map { $0 == "t" } }
    name = rows[0, "slot_name"] ?? ""
    plugin = rows[0, "plugin"]
    database = rows[0, "database"]
    temporary = flag("temporary") ?? false
    active = flag("active") ?? false
    activePID = rows[0, "active_pid"].flatMap { Int32($0) }
    restartLSN = rows[0, "restart_lsn"].flatMap(LSN.init)
    confirmedFlushLSN = rows[0, "confirmed_flush_lsn"].flatMap(LSN.init)
    walStatus = rows[0, "wal_status"].flatMap(WALStatus.init)
    safeWALSize = rows[0, "safe_wal_size"].flatMap { Int64($0) }
    twoPhase = flag("two_phase") ?? false
    failover = flag("failover")
    synced = flag("synced")
    inactiveSince = rows[0, "inactive_since"]
    invalidationReason =
      rows[0, "invalidation_reason"] ?? (flag("conflicting") == true ? "conflicting" : nil)
      ?? (walStatus == .lost ? "wal_removed" : nil)
  }
}
