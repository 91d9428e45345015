public import WAL

/// Where a server's log stands, asked through an ordinary connection.
public struct ServerPosition: Sendable, Hashable {
  /// The end of the flushed log; on a standby, of the replayed log.
  public let flushed: LSN
  /// Whether the server is a standby.
  public let isInRecovery: Bool

  /// Reads it. Throws what the server says.
  public static func read(on connection: borrowing Connection) throws(PostgresError) -> ServerPosition {
    let rows = try connection.execute(
      """
      SELECT pg_catalog.pg_is_in_recovery() AS standby, CASE WHEN pg_catalog.pg_is_in_recovery()
      THEN pg_catalog.pg_last_wal_replay_lsn() ELSE pg_catalog.pg_current_wal_flush_lsn() END AS flushed
      """)
    guard let flushed = rows[0, "flushed"].flatMap(LSN.init) else {
      throw connection.failure(.unexpectedResult, "the server has no log position yet", "SELECT")
    }
    return ServerPosition(flushed: flushed, isInRecovery: rows[0, "standby"] == "t")
  }
}
