public import Executors

/// A slot's snapshot and the session that keeps it: the snapshot ends with the session's next command, so this owns
/// the session and gives it nothing to do.
public struct ExportedSnapshot: ~Copyable {
  /// The slot that was created with it.
  public let slot: CreatedSlot
  /// For SET TRANSACTION SNAPSHOT in REPEATABLE READ transactions of the same database.
  public let name: String
  private let connection: Connection

  /// Opens a replication session and creates a slot together with a snapshot as of its start.
  public init(
    creating slot: String, _ options: SlotOptions, on conninfo: Conninfo, within limit: Duration,
    interrupt: WakePipe? = nil
  ) throws(PostgresError) {
    var options = options
    options.exportSnapshot = true
    let connection = try Connection(conninfo.replication, interrupt: interrupt)
    let created = try connection.createSlot(slot, options, within: limit)
    guard let name = created.snapshotName else {
      throw connection.failure(.unexpectedResult, "the server exported no snapshot", "CREATE_REPLICATION_SLOT")
    }
    self.slot = created
    self.name = name
    self.connection = connection
  }

  /// The statements that put a session's new transaction on this snapshot.
  public func importStatement() throws(PostgresError) -> String {
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT \(try Identifier.quoteLiteral(name))"
  }

  /// Whether the session that keeps the snapshot still stands, as far as libpq has heard.
  public var isAlive: Bool { connection.isAlive }
}
