internal import CLibpq
internal import Glibc

extension Connection {
  /// libpq copies what it is given into a buffer that only grows: so much of it at once.
  private static var copyChunk: Int { 64 << 10 }

  /// Begins `COPY … FROM STDIN`.
  public borrowing func beginCopyIn(_ sql: String) throws(PostgresError) {
    try begin(sql, expecting: PGRES_COPY_IN)
  }

  /// Sends bytes of the copy; blocks while the server is slower. Rows may be split over calls.
  ///
  /// When the server has already refused a row, its error is thrown here, and the copy is over.
  public borrowing func putCopyData(_ bytes: RawSpan) throws(PostgresError) {
    var offset = 0
    let deadline = self.deadline
    while offset < bytes.byteCount {
      if hasInput { try throwIfRefused() }
      let size = min(Connection.copyChunk, bytes.byteCount - offset)
      let accepted = bytes.withUnsafeBytes { all in
        let chunk = all[offset..<(offset + size)]
        return PQputCopyData(
          raw, UnsafeRawBufferPointer(rebasing: chunk).bindMemory(to: CChar.self).baseAddress, Int32(size))
      }
      guard accepted == 1 else { throw libpqError("COPY") }
      offset += size
      try pushCopy(until: deadline)
    }
  }

  /// Sends what libpq holds, and listens meanwhile.
  private borrowing func pushCopy(until deadline: ContinuousClock.Instant?) throws(PostgresError) {
    while true {
      let left = PQflush(raw)
      guard left >= 0 else { throw libpqError("COPY") }
      if left == 0 { return }
      let revents = try wait(POLLIN | POLLOUT, "COPY", deadline)
      if revents & ~Int16(POLLOUT) != 0 { try throwIfRefused() }
    }
  }

  private var hasInput: Bool {
    guard case .ready = SocketWait.wait(PQsocket(raw), Int16(POLLIN), interrupt: nil, deadline: .now) else {
      return false
    }
    return true
  }

  /// While rows go in, the server says nothing but notices unless it has refused one, and libpq tells of an error only
  /// when the copy is ended. So bytes that are no notice end the copy as failed, which brings the server's error out.
  private borrowing func throwIfRefused() throws(PostgresError) {
    let before = notices.pointee
    try consume("COPY")
    _ = PQisBusy(raw)  // parses, and so counts notices
    guard notices.pointee == before else { return }
    throw try endRefused("the server spoke while rows were sent")
  }

  /// Ends the copy; returns the number of rows. Throws what the server says, with the row in `context`.
  @discardableResult
  public borrowing func endCopyIn() throws(PostgresError) -> Int {
    guard PQputCopyEnd(raw, nil) == 1 else { throw libpqError("COPY") }
    return try collect("COPY", deadline).commandTuples
  }

  /// Ends the copy as failed, so that none of its rows stay; the surrounding transaction is then failed too.
  public borrowing func abortCopyIn(reason: String) throws(PostgresError) {
    let error = try endRefused(reason)
    guard error.sqlState == .queryCanceled else { throw error }
  }

  private borrowing func endRefused(_ reason: String) throws(PostgresError) -> PostgresError {
    guard PQputCopyEnd(raw, reason) == 1 else { throw libpqError("COPY") }
    do {
      _ = try collect("COPY", deadline)
    } catch {
      return error
    }
    throw failure(.unexpectedResult, "a copy that was ended as failed succeeded", "COPY")
  }

  /// Begins `COPY … TO STDOUT`.
  public borrowing func beginCopyOut(_ sql: String) throws(PostgresError) {
    try begin(sql, expecting: PGRES_COPY_OUT)
  }

  /// Hands the next row, as the server sent it, to `body`; false when the copy is over and has succeeded.
  ///
  /// When `body` throws, the copy stays open: drop the connection.
  public borrowing func nextCopyRow(_ body: (RawSpan) throws -> Void) throws -> Bool {
    while true {
      var buffer: UnsafeMutablePointer<CChar>?
      let size = PQgetCopyData(raw, &buffer, 1)
      switch size {
      case 1...:
        defer { PQfreemem(buffer) }
        try body(UnsafeRawBufferPointer(start: buffer, count: Int(size)).bytes)
        return true
      case 0:
        try wait(POLLIN, "COPY", deadline)
        try consume("COPY")
      case -1:
        _ = try collect("COPY", deadline)
        return false
      default: throw libpqError("COPY")
      }
    }
  }

  /// Begins START_REPLICATION's copy in both directions.
  borrowing func beginCopyBoth(_ command: String) throws(PostgresError) {
    try begin(command, expecting: PGRES_COPY_BOTH)
  }

  private borrowing func begin(_ sql: String, expecting status: ExecStatusType) throws(PostgresError) {
    let statement = StatementKind.name(of: sql)
    let deadline = self.deadline
    guard PQsendQuery(raw, sql) == 1 else { throw libpqError(statement) }
    guard let result = try nextResult(statement, deadline) else { throw libpqError(statement) }
    defer { PQclear(result) }
    switch PQresultStatus(result) {
    case status: return
    case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE:
      let error = serverError(result, statement)
      _ = try? collect(statement, deadline)
      throw error
    default: throw failure(.unexpectedResult, "the statement is no COPY of the expected direction", statement)
    }
  }
}
