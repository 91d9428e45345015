internal import Executors
public import PGReplication
internal import Pipeline

/// How the audit database is reached and written.
public struct AuditSettings: Sendable {
  /// When a commit counts as durable.
  ///
  /// Source: PostgreSQL documentation, 20.5 "Write Ahead Log", `synchronous_commit`.
  public enum SynchronousCommit: String, Sendable, CaseIterable {
    /// Once the server's own disk has it, and its synchronous standbys where there are any.
    case on
    /// Once the server's own disk has it.
    case local
    /// Once synchronous standbys have written it.
    case remoteWrite = "remote_write"
    /// Once synchronous standbys show it.
    case remoteApply = "remote_apply"
  }

  /// How long a partition of the trail is.
  public enum PartitionUnit: String, Sendable, CaseIterable {
    case day, week, month, year
  }

  /// The audit database.
  public var conninfo: Conninfo
  /// The schema of the trail.
  public var schema = "cdc"
  /// The sink's name in `replication_offset`.
  public var sink = "audit"
  /// The longest wait for a lock in the audit database.
  public var lockTimeout: Duration = .seconds(30)
  /// The longest wait for any one answer of the server. A COPY is not bounded by it as long as it moves.
  public var statementTimeout: Duration = .seconds(300)
  /// When a commit counts as durable.
  public var synchronousCommit: SynchronousCommit = .on
  /// How long a partition is.
  public var partitionUnit: PartitionUnit = .month
  /// How many partitions are made ahead of the current one.
  public var partitionsAhead = 2
  /// Whether missing tables are made and older ones brought up to date; otherwise they must be there.
  public var migrates = true
  /// Whether a source without an offset begins one beside that of another server or database under the same slot's name;
  /// the first commit records that nothing is known of what lies between. Otherwise it is refused.
  public var acceptsForeignOffset = false

  /// Settings for a database, the defaults for the rest.
  public init(conninfo: Conninfo) { self.conninfo = conninfo }

  /// Opens a session; an error says what it means for the program.
  func connect(role: String, interrupt: WakePipe? = nil) throws -> Connection {
    let conninfo = sessionConninfo(role: role)
    do throws(PostgresError) {
      var connection = try Connection(conninfo, interrupt: interrupt)
      connection.timeout = statementTimeout
      return connection
    } catch {
      throw Failure.audit(error, at: conninfo.endpoint)
    }
  }

  /// How sessions of the audit database start. Server settings that could bend values or names are pinned.
  func sessionConninfo(role: String) -> Conninfo {
    conninfo.role(role).pinning([
      ("search_path", ""), ("client_encoding", "UTF8"), ("DateStyle", "ISO"), ("IntervalStyle", "postgres"),
      ("TimeZone", "UTC"), ("standard_conforming_strings", "on"), ("statement_timeout", "0"),
      ("lock_timeout", String(lockTimeout.milliseconds)), ("idle_in_transaction_session_timeout", "60000"),
      ("synchronous_commit", synchronousCommit.rawValue), ("tcp_keepalives_idle", "30"),
      ("tcp_keepalives_interval", "10"), ("tcp_keepalives_count", "3"),
    ])
  }
}

extension Duration {
  /// Whole milliseconds, within what a server setting holds.
  var milliseconds: Int {
    let (seconds, attoseconds) = components
    return Int(max(0, min(seconds, 2_000_000))) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
  }
}
