public import WAL

/// What IDENTIFY_SYSTEM says of a server.
///
/// Source: PostgreSQL documentation, 55.4 "Streaming Replication Protocol".
public struct SystemIdentification: Sendable, Hashable {
  /// The cluster's identifier, the same on all its physical standbys.
  public let system: UInt64
  /// The timeline that the server is on.
  public let timeline: UInt32
  /// The end of the flushed log; on a standby, of the replayed log.
  public let position: LSN
  /// The database that the session is connected to; nil for a physical session.
  public let database: String?
}

extension Connection {
  /// Asks the server who it is. For replication sessions.
  public borrowing func identifySystem() throws(PostgresError) -> SystemIdentification {
    let rows = try execute("IDENTIFY_SYSTEM")
    guard let system = rows[0, "systemid"].flatMap({ UInt64($0) }),
      let timeline = rows[0, "timeline"].flatMap({ UInt32($0) }), let position = rows[0, "xlogpos"].flatMap(LSN.init)
    else { throw failure(.unexpectedResult, "the answer lacks a field", "IDENTIFY_SYSTEM") }
    return SystemIdentification(system: system, timeline: timeline, position: position, database: rows[0, "dbname"])
  }

  /// The history of a timeline; empty for timeline 1, which has none. For replication sessions.
  public borrowing func timelineHistory(_ timeline: UInt32) throws(PostgresError) -> TimelineHistory {
    guard timeline > 1 else { return TimelineHistory(entries: []) }
    let rows = try execute("TIMELINE_HISTORY \(timeline)")
    guard let content = rows[0, "content"], let history = TimelineHistory(parsing: content) else {
      throw failure(.unexpectedResult, "the history of timeline \(timeline) cannot be read", "TIMELINE_HISTORY")
    }
    return history
  }
}
