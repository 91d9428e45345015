internal import Decoder
internal import Executors
internal import Glibc
internal import PGReplication
internal import WAL

/// Reads tables as of an exported snapshot, by COPY: rows are pulled a batch at a time, as the stream's frames are.
///
/// An actor on a thread of its own, as libpq blocks.
actor SnapshotReader {
  private let executor = ThreadExecutor(name: "snapshot")
  private let wake = WakePipe()
  private var connection: Connection?
  private var snapshot: ExportedSnapshot?

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  deinit { executor.stop() }

  /// Where and when the snapshot was taken.
  struct Point: Sendable {
    /// Everything that committed before is in the snapshot, everything later in the stream.
    let position: LSN
    /// The source's clock.
    let time: PostgresTime
    /// A transaction that is not in the snapshot, nor is any later one.
    let transaction: TransactionID
  }

  /// Creates a slot with its snapshot and puts a session on that snapshot.
  /// - Parameter slot: a slot to keep; nil for a temporary one that only serves the snapshot.
  func open(_ settings: SourceSettings, slot: String?) throws(Failure) -> Point {
    do throws(PostgresError) {
      let options = SlotOptions(temporary: slot == nil, failover: slot != nil && settings.slotFailover)
      let exported = try ExportedSnapshot(
        creating: slot ?? "cdc_direct_snapshot_\(getpid())_\(UInt32.random(in: 0 ... .max))", options,
        on: settings.conninfo.role("reader"), within: settings.slotCreationLimit, interrupt: wake)
      let position = exported.slot.consistentPoint
      let statement = try exported.importStatement()
      snapshot = consume exported
      let (time, transaction) = try join(settings, statement)
      return Point(position: position, time: time, transaction: transaction)
    } catch {
      throw .source(error)
    }
  }

  /// Puts a new session on the same snapshot, to read the tables once more: in the same order, as nothing moves there.
  func reopen(_ settings: SourceSettings) throws(Failure) {
    do throws(PostgresError) {
      guard let statement = try snapshot?.importStatement() else { return }
      _ = try join(settings, statement)
    } catch {
      throw .source(error)
    }
  }

  private func join(
    _ settings: SourceSettings, _ statement: String
  ) throws(PostgresError) -> (PostgresTime, TransactionID) {
    connection = nil
    let lockLimit = Int64((settings.snapshotLockLimit ?? .zero).seconds * 1000)
    // Scans that share their reading would begin anywhere in the table.
    let conninfo = ReplicationStream.valueConninfo(settings.conninfo.role("snapshot"))
      .pinning([("synchronize_seqscans", "off"), ("lock_timeout", String(lockLimit))])
    let connection = try Connection(conninfo, interrupt: wake)
    for statement in settings.initialStatements { try connection.execute(statement) }
    try connection.execute(statement)
    let rows = try connection.execute(
      """
      SELECT (EXTRACT(EPOCH FROM pg_catalog.transaction_timestamp()) * 1000000)::bigint,
        pg_catalog.txid_snapshot_xmax(pg_catalog.txid_current_snapshot()) % 4294967296
      """)
    self.connection = consume connection
    let unix = rows.scalar.flatMap { Int64($0) } ?? 0
    let transaction = rows.rows.first?[1].flatMap { UInt32($0) } ?? 0
    return (PostgresTime(unixMicroseconds: unix) ?? PostgresTime(microseconds: 0), TransactionID(transaction))
  }

  /// Begins a transaction that shares no slot's snapshot, to read while the stream waits.
  func open(_ settings: SourceSettings, beginning statement: String) throws(Failure) -> Point {
    do throws(PostgresError) {
      let (time, transaction) = try join(settings, statement)
      let position = try connection?.execute("SELECT pg_catalog.pg_current_wal_lsn()").scalar.flatMap { LSN($0) }
      return Point(position: position ?? .zero, time: time, transaction: transaction)
    } catch {
      throw .source(error)
    }
  }

  /// Runs statements in the snapshot's transaction.
  func run(_ statements: [String]) throws(Failure) {
    do throws(PostgresError) {
      for statement in statements { try connection?.execute(statement) }
    } catch {
      throw .source(error)
    }
  }

  /// Starts to read a table.
  func begin(_ table: SnapshotTable) throws(Failure) {
    do { try connection?.beginCopyOut(table.query) } catch { throw .source(error) }
  }

  /// Fills the batch with the table's next rows; whether any were left.
  func next(into batch: consuming sending RowBatch) throws(Failure) -> sending (batch: RowBatch, more: Bool) {
    var filled = batch
    filled.removeAll()
    do {
      while filled.byteCount < RowBatch.targetBytes {
        guard let more = try connection?.nextCopyRow({ filled.append($0) }), more else { return (filled, false) }
      }
      return (filled, true)
    } catch let error as PostgresError {
      throw .source(error)
    } catch {
      throw Failure(.unexpected, "\(error)", at: "snapshot")
    }
  }

  /// Ends the sessions and with them the snapshot; a temporary slot goes too.
  nonisolated func close() async {
    wake.ring()
    await end()
  }

  private func end() {
    connection = nil
    snapshot = nil
  }
}
