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
      if try pin(connection) { return connection }
    } catch {
      throw Failure.audit(error, at: conninfo.endpoint)
    }
    throw Failure(
      .serverError, "a connection pooler gives each transaction another session of the server", at: conninfo.endpoint,
      advice: "let the pooler work in session mode, or point audit.url at the server itself")
  }

  /// How sessions of the audit database start. Server settings that could bend values or names are pinned.
  func sessionConninfo(role: String) -> Conninfo { conninfo.role(role).pinning(pins + [(Self.mark, "on")]) }

  /// Shows that the settings of the connection string arrived.
  private static let mark = "cdc_direct.pinned"

  private var pins: [(name: String, value: String)] {
    [
      ("search_path", ""), ("client_encoding", "UTF8"), ("DateStyle", "ISO"), ("IntervalStyle", "postgres"),
      ("TimeZone", "UTC"), ("standard_conforming_strings", "on"), ("statement_timeout", "0"),
      ("lock_timeout", String(lockTimeout.milliseconds)), ("idle_in_transaction_session_timeout", "60000"),
      ("synchronous_commit", synchronousCommit.rawValue), ("tcp_keepalives_idle", "30"),
      ("tcp_keepalives_interval", "10"), ("tcp_keepalives_count", "3"),
    ]
  }

  /// Sets what a pooler has left out: PgBouncer with `ignore_startup_parameters = options` drops the settings of the
  /// connection string silently, `synchronous_commit` among them.
  /// - Returns: whether the session is one session of the server.
  private func pin(_ connection: borrowing Connection) throws(PostgresError) -> Bool {
    let isPinned = try connection.execute("SELECT pg_catalog.current_setting($1, true)", [Self.mark]).scalar == "on"
    guard !isPinned else { return true }
    for pin in pins {
      // Keepalives are between the pooler and the server, which only a session of its own could set.
      guard !pin.name.hasPrefix("tcp_") else { continue }
      try connection.execute("SELECT pg_catalog.set_config($1, $2, false)", [pin.name, pin.value])
    }
    try connection.execute("SELECT pg_catalog.set_config($1, 'on', false)", [Self.mark])
    return try !isPooledByTransaction(connection)
  }

  /// Whether two transactions of a client may run in two sessions of the server: while another client is in a
  /// transaction of its own, a pooler gives away the session that was used last.
  private func isPooledByTransaction(_ connection: borrowing Connection) throws(PostgresError) -> Bool {
    let other = try Connection(conninfo.role("pooler probe"))
    let process = "SELECT pg_catalog.pg_backend_pid()"
    try connection.execute("BEGIN")
    let first = try connection.execute(process).scalar
    try other.execute("BEGIN")
    try other.execute(process)
    try connection.execute("COMMIT")
    try other.execute("COMMIT")
    return try connection.execute(process).scalar != first
  }
}

extension Duration {
  /// Whole milliseconds, within what a server setting holds.
  var milliseconds: Int {
    let (seconds, attoseconds) = components
    return Int(max(0, min(seconds, 2_000_000))) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
  }
}
