public import WAL

/// What CREATE_REPLICATION_SLOT answers.
public struct CreatedSlot: Sendable, Hashable {
  /// The slot's name.
  public let name: String
  /// Changes committed after this position come from the slot; everything before is in the exported snapshot.
  public let consistentPoint: LSN
  /// The exported snapshot, for SET TRANSACTION SNAPSHOT; valid until this connection's next command.
  public let snapshotName: String?
  /// Whether the slot is synchronised to standbys; servers before 17 cannot, whatever was asked for.
  public let failover: Bool
}

/// What a new logical slot shall be.
public struct SlotOptions: Sendable, Hashable {
  /// Dropped at the end of the session.
  public var temporary = false
  /// Keeps a snapshot as of the slot's start for other sessions.
  public var exportSnapshot = false
  /// Synchronised to standbys (17 and later; left out before).
  public var failover = false
  /// Decodes prepared transactions at PREPARE.
  public var twoPhase = false

  /// A permanent slot without a snapshot.
  public init() {}

  /// Options by their values.
  public init(temporary: Bool = false, exportSnapshot: Bool = false, failover: Bool = false, twoPhase: Bool = false) {
    self.temporary = temporary
    self.exportSnapshot = exportSnapshot
    self.failover = failover
    self.twoPhase = twoPhase
  }

  /// The command in the words of the server's version.
  ///
  /// Source: PostgreSQL documentation, 55.4, CREATE_REPLICATION_SLOT; the list in parentheses came with 15.
  func command(creating name: String, serverVersion: Int) throws(PostgresError) -> String {
    var text = "CREATE_REPLICATION_SLOT \(try Identifier.quoteIdentifier(name))"
    if temporary { text += " TEMPORARY" }
    text += " LOGICAL pgoutput"
    guard serverVersion >= 150_000 else {
      return text + (exportSnapshot ? " EXPORT_SNAPSHOT" : " NOEXPORT_SNAPSHOT") + (twoPhase ? " TWO_PHASE" : "")
    }
    var options = ["SNAPSHOT '\(exportSnapshot ? "export" : "nothing")'"]
    if twoPhase { options.append("TWO_PHASE true") }
    if failover && serverVersion >= 170_000 { options.append("FAILOVER true") }
    return text + " (\(options.joined(separator: ", ")))"
  }
}

extension Connection {
  /// Creates a logical slot for pgoutput. For replication sessions.
  ///
  /// The server first waits for every transaction that was running when it began, however long that takes, and
  /// `statement_timeout` does not bound it; `limit` does. Throws `timedOut` with that explanation, `42710` when the
  /// slot exists, `53400` when no slot is free, `55000` when `wal_level` is too low.
  public borrowing func createSlot(
    _ name: String, _ options: SlotOptions = SlotOptions(), within limit: Duration
  ) throws(PostgresError) -> CreatedSlot {
    let command = try options.command(creating: name, serverVersion: serverVersion)
    let rows: Rows
    do {
      rows = try execute(command, within: limit)
    } catch  where error.code == .timedOut {
      throw PostgresError(
        .timedOut, message: "the slot was not created within \(limit): it waits for transactions that are still open",
        statement: "CREATE_REPLICATION_SLOT", connection: endpoint,
        hint: "SELECT pid, xact_start, state FROM pg_stat_activity WHERE backend_xid IS NOT NULL ORDER BY xact_start; "
          + "and pg_prepared_xacts; end or wait for the oldest ones")
    }
    guard let point = rows[0, "consistent_point"].flatMap(LSN.init) else {
      throw failure(.unexpectedResult, "the answer lacks consistent_point", "CREATE_REPLICATION_SLOT")
    }
    return CreatedSlot(
      name: name, consistentPoint: point, snapshotName: rows[0, "snapshot_name"],
      failover: options.failover && serverVersion >= 170_000)
  }

  /// Drops a slot. For replication sessions. Throws `42704` when there is none, `55006` when it is in use.
  public borrowing func dropSlot(_ name: String) throws(PostgresError) {
    try execute("DROP_REPLICATION_SLOT \(try Identifier.quoteIdentifier(name))")
  }
}
