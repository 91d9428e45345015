public import Executors
internal import CLibpq
internal import Glibc

/// One session with a PostgreSQL server: one owner, one thread at a time, closed when its owner lets go.
///
/// Every call blocks its thread until the server answers, the `deadline` passes, or `interrupt` is rung; after the
/// last two the session's state is unknown and it should be dropped.
public struct Connection: ~Copyable {
  let raw: OpaquePointer
  /// How many notices came.
  let notices: UnsafeMutablePointer<Int>
  /// `host:port/database`, for messages.
  public let endpoint: String
  /// Ends every wait while it is rung; its owner silences it.
  public var interrupt: WakePipe?
  /// The longest that any single call may wait; nil for ever. A wait that it ends throws `timedOut`.
  public var timeout: Duration?

  /// Opens a session. Throws `connectionFailed`, `configuration`, `timedOut`, `interrupted`, or the server's state:
  /// `28xxx` for authentication, `3D000` for a database that is not there, `53300`, `57P03`.
  public init(_ conninfo: Conninfo, interrupt: WakePipe? = nil) throws(PostgresError) {
    let (raw, endpoint) = try Connection.open(conninfo, interrupt)
    self.raw = raw
    notices = .allocate(capacity: 1)
    notices.initialize(to: 0)
    PQsetNoticeProcessor(raw, countNotice, notices)
    self.endpoint = endpoint
    self.interrupt = interrupt
    timeout = nil
  }

  deinit {
    PQfinish(raw)
    notices.deallocate()
  }

  /// The server's version, for instance 150018 for 15.18.
  public var serverVersion: Int { Int(PQserverVersion(raw)) }
  /// The server process's id, as in `pg_stat_activity`.
  public var backendPID: Int32 { PQbackendPID(raw) }
  /// Whether the session is usable as far as libpq knows.
  public var isAlive: Bool { PQstatus(raw) == CONNECTION_OK }
  /// Whether the session is encrypted.
  public var usesTLS: Bool { PQsslInUse(raw) != 0 }
  /// Whether a transaction is open, also a failed one.
  public var isInTransaction: Bool {
    let status = PQtransactionStatus(raw)
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR
  }

  /// A parameter that the server reports by itself, such as `server_encoding`; nil for others.
  public func parameter(_ name: String) -> String? { PQparameterStatus(raw, name).map { String(cString: $0) } }

  /// A handle that cancels this session's statement from another thread; nil when libpq has no memory for it.
  public func cancelHandle() -> CancelHandle? { PQgetCancel(raw).map(CancelHandle.init) }

  // MARK: Opening

  private static func open(
    _ conninfo: Conninfo, _ interrupt: WakePipe?
  ) throws(PostgresError) -> (OpaquePointer, String) {
    guard let raw = conninfo.withArrays({ PQconnectStartParams($0, $1, 0) }) else {
      throw PostgresError(
        .connectionFailed, message: "libpq has no memory", statement: "CONNECT", connection: conninfo.endpoint)
    }
    // So that a refusal carries its SQLSTATE, which libpq gives in no other way before a session exists.
    PQsetErrorVerbosity(raw, PQERRORS_VERBOSE)
    PQsetNoticeProcessor(raw, countNotice, nil)
    do {
      try establish(raw, conninfo, interrupt)
    } catch {
      PQfinish(raw)
      throw error
    }
    PQsetErrorVerbosity(raw, PQERRORS_DEFAULT)
    PQsetnonblocking(raw, 1)
    return (raw, endpoint(of: raw, conninfo))
  }

  private static func endpoint(of raw: OpaquePointer, _ conninfo: Conninfo) -> String {
    guard let host = PQhost(raw), let port = PQport(raw), let database = PQdb(raw) else { return conninfo.endpoint }
    return "\(String(cString: host)):\(String(cString: port))/\(String(cString: database))"
  }

  private static func establish(
    _ raw: OpaquePointer, _ conninfo: Conninfo, _ interrupt: WakePipe?
  ) throws(PostgresError) {
    // libpq's blocking call gives each host the whole timeout; the poll loop bounds them together.
    let hosts = (conninfo.host ?? "").split(separator: ",", omittingEmptySubsequences: false).count
    let deadline = conninfo.connectTimeout.map { ContinuousClock.now.advanced(by: $0 * max(1, hosts)) }
    var state = PQstatus(raw) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING
    while state != PGRES_POLLING_OK {
      guard state != PGRES_POLLING_FAILED else {
        throw ConnectionFailure.error(libpq: String(cString: PQerrorMessage(raw)), endpoint: conninfo.endpoint)
      }
      let events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT
      switch SocketWait.wait(PQsocket(raw), Int16(events), interrupt: interrupt, deadline: deadline) {
      case .ready: state = PQconnectPoll(raw)
      case .interrupted:
        throw PostgresError(
          .interrupted, message: "interrupted while connecting", statement: "CONNECT", connection: conninfo.endpoint)
      case .timedOut:
        throw PostgresError(
          .timedOut, message: "no session within connect_timeout (\(conninfo["connect_timeout"] ?? "") s)",
          statement: "CONNECT", connection: conninfo.endpoint,
          hint: "is the host right, and does a firewall drop packets to its port?")
      }
    }
  }
}

/// Notices are for people at a terminal; libpq would print them on standard error.
private nonisolated func countNotice(_ count: UnsafeMutableRawPointer?, _ message: UnsafePointer<CChar>?) {
  count?.assumingMemoryBound(to: Int.self).pointee += 1
}
