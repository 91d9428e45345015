public import Executors
public import Pipeline
public import WAL
internal import Decoder
internal import Glibc
internal import PGReplication

/// Writes rendered changes into the audit database, and the offset with them.
///
/// It owns its connection and the thread it blocks on. Any error ends the session; `open` begins a new one. Errors are
/// `Failure`, or `ChangeRefused` for one change that the database cannot store.
public actor AuditWriter: SinkWriter {
  /// Ends the call that is under way, for a program that wants to stop now; `open` silences it.
  public nonisolated let interrupt = WakePipe()
  nonisolated let settings: AuditSettings
  nonisolated let holder: String
  private nonisolated let thread = ThreadExecutor(name: "audit")
  var session: AuditSession?
  var partitionsDue = ContinuousClock.now
  /// Why the last attempt to make partitions failed; changes go to the default partition then.
  public internal(set) var partitionFailure: Failure?

  /// A writer that is not connected.
  public init(_ settings: AuditSettings) {
    self.settings = settings
    holder = AuditWriter.processName()
  }

  deinit { thread.stop() }

  /// The thread of its own.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  /// Ends the call that is under way with `auditUnreachable`; from any thread.
  public nonisolated func interruptNow() { interrupt.ring() }

  /// The source's number in the audit schema; nil before `open`. The encoder needs it.
  public var sourceID: Int32? { session?.sourceID }

  /// The refusal of another source's offset beside which this one begins, with `acceptsForeignOffset`; nil before `open`.
  public var foreignOffset: Failure? { session?.foreign }

  /// The server process of the session, as in `pg_stat_activity`; nil before `open`.
  public var backendPID: Int32? { session?.connection.backendPID }

  /// An encoder of rows for this source.
  public func makeEncoder() async throws -> any ChangeEncoder & ~Copyable {
    AuditEncoder(sourceID: try opened().sourceID)
  }

  /// Takes a batch: its rows go to the server, its set-aside changes wait for the commit.
  public func write(_ batch: consuming sending EncodedBatch) async throws -> sending EncodedBatch {
    let session = try opened()
    try failing(session) { session throws(PostgresError) in
      session.noteQuarantined(batch)
      if batch.changes > 0 {
        try session.beginCopy()
        // Counted first: the server may refuse a row before all of them are sent.
        session.copyRows += batch.changes
        try session.connection.putCopyData(batch.bytes.bytes)
      }
      if session.quarantinedBytes > Self.quarantineBound {
        try session.flushQuarantined()
        // An open COPY is not idle: the server's limit on idle transactions does not run.
        try session.beginCopy()
      }
    }
    batch.clear()
    return batch
  }

  /// Ends the COPY, moves the offset under the epoch and commits, all in one transaction.
  @discardableResult
  public func commit(through end: LSN, batch: String) async throws -> LSN {
    let session = try opened()
    guard let epoch = session.epoch else {
      throw Failure(.unexpected, "a commit before the epoch was taken", at: session.connection.endpoint)
    }
    let mark = Self.comment(batch)
    let hasRows = session.isCopying
    try failing(session) { session throws(PostgresError) in try session.flushQuarantined() }
    if hasRows { try Failpoint.afterCopy.pass() }
    let moved = try failing(session) { session throws(PostgresError) in
      // Positions of two servers cannot be compared, so such a gap has no length.
      if let foreign = session.foreign { session.gaps.append(.init(from: end, to: end, reason: foreign.what)) }
      try session.flushGaps()
      if !session.isInTransaction { try session.connection.execute("\(mark)BEGIN") }
      session.isInTransaction = true
      let moved = try session.connection.executePrepared(
        "advance", [String(session.sourceID), String(epoch), end.description, String(session.source.timeline)])
      guard moved.commandTuples == 1 else {
        try session.connection.execute("ROLLBACK")
        return false
      }
      return true
    }
    guard moved else { throw fenced(session, epoch) }
    try Failpoint.beforeCommit.pass()
    try failing(session) { session throws(PostgresError) in try session.connection.execute("\(mark)COMMIT") }
    try Failpoint.afterCommit.pass()
    session.transactionEnded()
    ensurePartitionsWhenDue(session)
    return end
  }

  /// Records in the next commit that a stretch of the log was never read. When that commit fails, it must be said again.
  public func recordGap(from: LSN, to: LSN, reason: String) async throws {
    try opened().gaps.append(AuditSession.Gap(from: from, to: to, reason: reason))
  }

  /// Leaves: what was not committed is rolled back by the server.
  public func close() async { session = nil }

  // MARK: Inside

  /// Set-aside changes are held back to this many bytes, so that the COPY need not be interrupted for each.
  static let quarantineBound = 4 << 20

  func opened() throws -> AuditSession {
    guard let session else {
      throw Failure(.unexpected, "the audit database is not open", at: settings.conninfo.endpoint)
    }
    return session
  }

  /// Runs `body`; an error ends the session and is told as what it means for the program.
  @discardableResult
  func failing<R>(_ session: AuditSession, _ body: (AuditSession) throws(PostgresError) -> R) throws -> R {
    do { return try body(session) } catch {
      self.session = nil
      if session.isCopying, let refusal = CopyRefusal(error), refusal.row < session.copyRows {
        throw ChangeRefused(index: session.place(ofRow: refusal.row), reason: refusal.reason, code: refusal.code)
      }
      throw Failure.audit(error, at: place(session))
    }
  }

  func place(_ session: AuditSession) -> String { "\(session.connection.endpoint), schema \(settings.schema)" }

  func fenced(_ session: AuditSession, _ epoch: Int64) -> Failure {
    self.session = nil
    return Failure(
      .fenced, "another instance took over slot \(session.source.slot) from epoch \(epoch) of \(holder)",
      at: place(session))
  }

  /// The batch's id as a comment, which the server's log and `pg_stat_activity` show; only letters that cannot end it.
  static func comment(_ batch: String) -> String {
    let safe = batch.unicodeScalars.filter { scalar in
      scalar.isASCII
        && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "-_.:#".unicodeScalars.contains(scalar))
    }
    guard !safe.isEmpty else { return "" }
    return "/* batch \(String(String.UnicodeScalarView(safe.prefix(64)))) */ "
  }

  private static func processName() -> String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "unknown:\(getpid())" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) + ":\(getpid())"
  }
}
