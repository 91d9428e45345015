internal import CLibpq
internal import Glibc

extension Connection {
  /// Runs a statement and returns its last result; parameters go beside the text as `$1`, `$2`, …, nil as NULL.
  ///
  /// Without parameters the text may hold several statements. Throws what the server says.
  @discardableResult
  public borrowing func execute(
    _ sql: String, _ parameters: [String?] = []
  ) throws(PostgresError) -> Rows {
    try execute(sql, parameters, deadline: deadline)
  }

  /// As `execute`, with a deadline. When it passes, the server is asked to cancel, and `timedOut` is thrown once it has
  /// done so, or a few seconds later.
  @discardableResult
  public borrowing func execute(
    _ sql: String, _ parameters: [String?] = [], within limit: Duration
  ) throws(PostgresError) -> Rows {
    do {
      return try execute(sql, parameters, deadline: .now.advanced(by: limit))
    } catch  where error.code == .timedOut || error.code == .interrupted {
      cancelAndDrain()
      throw error
    }
  }

  private borrowing func execute(
    _ sql: String, _ parameters: [String?], deadline: ContinuousClock.Instant?
  ) throws(PostgresError) -> Rows {
    let statement = StatementKind.name(of: sql)
    guard !sql.utf8.contains(0), !parameters.contains(where: { $0?.utf8.contains(0) ?? false }) else {
      throw failure(.configuration, "a statement or parameter holds a NUL character", statement)
    }
    let sent =
      parameters.isEmpty
      ? PQsendQuery(raw, sql)
      : CStrings.with(parameters) {
        PQsendQueryParams(raw, sql, Int32(parameters.count), nil, $0, nil, nil, 0)
      }
    guard sent == 1 else { throw libpqError(statement) }
    return try collect(statement, deadline)
  }

  /// Prepares a statement under a name, for `executePrepared`.
  public borrowing func prepare(_ name: String, _ sql: String) throws(PostgresError) {
    let statement = StatementKind.name(of: sql)
    guard PQsendPrepare(raw, name, sql, 0, nil) == 1 else { throw libpqError(statement) }
    _ = try collect(statement, deadline)
  }

  /// Runs a prepared statement.
  @discardableResult
  public borrowing func executePrepared(_ name: String, _ parameters: [String?] = []) throws(PostgresError) -> Rows {
    let sent = CStrings.with(parameters) {
      PQsendQueryPrepared(raw, name, Int32(parameters.count), $0, nil, nil, 0)
    }
    guard sent == 1 else { throw libpqError("EXECUTE") }
    return try collect("EXECUTE", deadline)
  }

  // MARK: Waiting

  /// When a call that starts now must be done.
  var deadline: ContinuousClock.Instant? { timeout.map { .now.advanced(by: $0) } }

  /// Waits for the socket; throws `interrupted` or `timedOut`.
  @discardableResult
  borrowing func wait(
    _ events: Int32, _ statement: String, _ deadline: ContinuousClock.Instant?
  ) throws(PostgresError) -> Int16 {
    let socket = PQsocket(raw)
    guard socket >= 0 else { throw failure(.connectionLost, "the connection is closed", statement) }
    switch SocketWait.wait(socket, Int16(events), interrupt: interrupt, deadline: deadline) {
    case .ready(let revents): return revents
    case .interrupted: throw failure(.interrupted, "interrupted while waiting for the server", statement)
    case .timedOut: throw failure(.timedOut, "the server did not answer in time", statement)
    }
  }

  /// Sends all that libpq holds; reads meanwhile, so that two full socket buffers never face each other.
  borrowing func flush(_ statement: String, _ deadline: ContinuousClock.Instant?) throws(PostgresError) {
    while true {
      let left = PQflush(raw)
      if left == 0 { return }
      guard left > 0 else { throw libpqError(statement) }
      let revents = try wait(POLLIN | POLLOUT, statement, deadline)
      if revents & Int16(POLLIN) != 0 { try consume(statement) }
    }
  }

  /// Reads what has arrived, without waiting.
  borrowing func consume(_ statement: String) throws(PostgresError) {
    guard PQconsumeInput(raw) == 1 else { throw libpqError(statement) }
  }

  /// The next result, to be freed by the caller; nil when the statement is over.
  borrowing func nextResult(
    _ statement: String, _ deadline: ContinuousClock.Instant?
  ) throws(PostgresError) -> OpaquePointer? {
    try flush(statement, deadline)
    while PQisBusy(raw) == 1 {
      try wait(POLLIN, statement, deadline)
      try consume(statement)
    }
    return PQgetResult(raw)
  }

  /// Reads results to the end of the statement; the first error is thrown, else the last result is returned.
  borrowing func collect(
    _ statement: String, _ deadline: ContinuousClock.Instant?
  ) throws(PostgresError) -> Rows {
    var rows = Rows.empty
    var failed: PostgresError?
    while let result = try nextResult(statement, deadline) {
      defer { PQclear(result) }
      switch PQresultStatus(result) {
      case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: rows = Rows(copying: result)
      case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
        throw failure(.unexpectedResult, "the statement began a COPY", statement)
      default: if failed == nil { failed = serverError(result, statement) }
      }
    }
    if let failed { throw failed }
    guard PQstatus(raw) == CONNECTION_OK else { throw libpqError(statement) }
    return rows
  }

  /// Asks the server to cancel, and reads what it still says for a few seconds.
  borrowing func cancelAndDrain() {
    guard let handle = cancelHandle(), handle.cancel() else { return }
    let deadline = ContinuousClock.now.advanced(by: .seconds(5))
    while true {
      while PQisBusy(raw) == 1 {
        guard case .ready = SocketWait.wait(PQsocket(raw), Int16(POLLIN), interrupt: nil, deadline: deadline),
          PQconsumeInput(raw) == 1
        else { return }
      }
      guard let result = PQgetResult(raw) else { return }
      PQclear(result)
    }
  }

  // MARK: Errors

  borrowing func failure(_ code: PostgresError.Code, _ message: String, _ statement: String) -> PostgresError {
    PostgresError(code, message: message, statement: statement, connection: endpoint)
  }

  /// What libpq itself reports: the session is gone, or the call did not fit.
  borrowing func libpqError(_ statement: String) -> PostgresError {
    let text = String(cString: PQerrorMessage(raw)).split(separator: "\n").joined(separator: "; ")
    let lost = PQstatus(raw) != CONNECTION_OK
    return failure(lost ? .connectionLost : .unexpectedResult, text, statement)
  }

  borrowing func serverError(_ result: OpaquePointer, _ statement: String) -> PostgresError {
    func field(_ letter: Unicode.Scalar) -> String? {
      PQresultErrorField(result, Int32(letter.value)).map { String(cString: $0) }
    }
    guard let state = field("C").flatMap(SQLState.init(rawValue:)) else {
      let text = String(cString: PQresultErrorMessage(result)).split(separator: "\n").joined(separator: "; ")
      let lost = PQstatus(raw) != CONNECTION_OK
      return failure(lost ? .connectionLost : .unexpectedResult, text, statement)
    }
    return PostgresError(
      .server(state), message: field("M") ?? "", statement: statement, connection: endpoint,
      severity: field("V") ?? field("S"), detail: field("D"), hint: field("H"), context: field("W"),
      constraint: field("n"))
  }
}
