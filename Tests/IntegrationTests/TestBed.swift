import Glibc
import PGReplication
import Pipeline
import ServerKit
import Synchronization
import Testing

/// A source database and an audit database of one test's own, on two servers that these tests share.
///
/// Every test tells the same story: changes 1 to 3 are stored, something breaks, changes 4 to 6 are made, the program
/// ends with its message and leaves the trail alone; then the cause is mended, and the program goes on with each once.
struct TestBed: Sendable {
  static let password = "s3cr3t pass/word"
  /// Names the source database, the slot and the publication; the roles begin with it.
  let name: String
  let source: PostgresServer
  let audit: PostgresServer

  private static let shared = Task { try await startServers() }
  private static let count = Atomic<Int>(0)

  private static func startServers() async throws -> (PostgresServer, PostgresServer) {
    var options = PostgresServer.Options(label: "bad-input")
    // Members of `scram` must give their password; everybody else is let in.
    options.authentication = [
      "local all all trust", "host all +scram 127.0.0.1/32 scram-sha-256", "host all all 127.0.0.1/32 trust",
    ]
    // Each test has a slot of its own.
    options.settings = [("max_replication_slots", "200")]
    let same = options
    async let first = PostgresServer.start(same)
    async let second = PostgresServer.start(same)
    let servers = (try await first, try await second)
    try await servers.0.sql("CREATE ROLE scram")
    try await servers.1.sql("CREATE ROLE scram")
    return servers
  }

  /// Two databases on the shared servers, or on servers of the test's own.
  /// - Parameter publication: the SQL of the publication; `NAME` stands for its name.
  static func make(
    _ servers: (PostgresServer, PostgresServer)? = nil, table: String = "CREATE TABLE t (id int PRIMARY KEY, v json)",
    publication: String = "CREATE PUBLICATION NAME FOR ALL TABLES"
  ) async throws -> TestBed {
    let name = "bed\(count.add(1, ordering: .relaxed).newValue)"
    let (source, audit) = if let servers { servers } else { try await shared.value }
    let bed = TestBed(name: name, source: source, audit: audit)
    async let made: String = audit.sql("CREATE DATABASE \(name)_audit")
    try await source.sql("CREATE DATABASE \(name)")
    _ = try await made
    try await bed.inSource("\(table); \(publication.replacing("NAME", with: name))")
    return bed
  }

  // MARK: The databases

  var auditDatabase: String { "\(name)_audit" }

  @discardableResult
  func inSource(_ statements: String) async throws -> String { try await source.sql(statements, database: name) }

  @discardableResult
  func inAudit(_ statements: String) async throws -> String { try await audit.sql(statements, database: auditDatabase) }

  /// Makes a role on a server that must give its password.
  func makeRole(_ suffix: String, _ rights: String = "", on server: PostgresServer) async throws -> String {
    let role = "\(name)_\(suffix)"
    try await server.sql("CREATE ROLE \(role) LOGIN \(rights) PASSWORD '\(Self.password)' IN ROLE scram")
    return role
  }

  /// The source by another role or from another place.
  func sourceURI(_ user: String = "postgres", password: String? = nil, port: Int? = nil, database: String? = nil)
    -> String
  { uri(source, user, password, port, database ?? name) }

  /// The audit database by another role or from another place.
  func auditURI(_ user: String = "postgres", password: String? = nil, port: Int? = nil, database: String? = nil)
    -> String
  { uri(audit, user, password, port, database ?? auditDatabase) }

  private func uri(_ server: PostgresServer, _ user: String, _ password: String?, _ port: Int?, _ database: String)
    -> String
  {
    server.uri(database: database, user: user, password: password)
      .replacing(":\(server.port)/", with: ":\(port ?? server.port)/")
  }

  // MARK: The program

  /// The program's whole environment; an empty value takes a variable away.
  func environment(_ settings: [String: String] = [:]) -> [String: String] {
    let usual = [
      "PATH": "/usr/bin:/bin", "HTTP_ENABLED": "false", "LOG_FORMAT": "json", "PUBLICATION_NAME": name,
      "SLOT_NAME": name, "PUBLICATION_AUTOCREATE_MODE": "disabled", "SNAPSHOT_MODE": "no_data",
      "DATABASE_URL": sourceURI(), "AUDIT_URL": auditURI(), "OFFSET_IDLE_INTERVAL_MS": "100",
      "STATUS_UPDATE_INTERVAL_MS": "200", "RECONNECT_BACKOFF_INITIAL_MS": "20", "RECONNECT_BACKOFF_MAX_MS": "200",
      "DATABASE_WAL_SENDER_TIMEOUT_MS": "10000",
    ]
    return usual.merging(settings) { _, own in own }.filter { !$0.value.isEmpty }
  }

  /// Starts the program.
  func start(_ settings: [String: String] = [:], _ words: [String] = ["run"]) async throws -> ChildProcess {
    try await ChildProcess.start(try Self.binary(), words, options: options(settings))
  }

  /// Runs a command to its end.
  func command(_ words: [String], _ settings: [String: String] = [:]) async throws -> ChildProcess.Result {
    try await ChildProcess.run(try Self.binary(), words, options: options(settings), within: .seconds(20))
  }

  private func options(_ settings: [String: String]) -> ChildProcess.Options {
    .program(environment(settings))
  }

  static func binary() throws -> String {
    guard let binary = ExecutableSearch.product() else {
      throw StandInServers.Stuck(description: "cdc-direct is not built: swift build, or set CDC_DIRECT_BINARY")
    }
    return binary
  }

  // MARK: Looking

  /// One value; the session is opened for it.
  func ask(_ server: PostgresServer, _ database: String, _ query: String) throws -> String {
    var connection = try Connection(
      Conninfo(Dictionary(uniqueKeysWithValues: server.conninfo(database: database))))
    connection.timeout = .seconds(20)
    return try connection.execute(query).scalar ?? ""
  }

  /// Waits until a query gives true.
  func wait(
    _ server: PostgresServer, _ database: String, _ query: String, _ program: ChildProcess,
    within limit: Duration = .seconds(20)
  ) async throws {
    let deadline = ContinuousClock.now + limit
    while (try? ask(server, database, query)) != "t" {
      guard program.exitStatus == nil, ContinuousClock.now < deadline else {
        throw StandInServers.Stuck(
          description: "no end of waiting for \(query), \(String(describing: program.exitStatus)): \(program.lastWords)"
        )
      }
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  /// Waits until the trail has so many rows.
  func waitForRows(_ count: Int, _ program: ChildProcess) async throws {
    try await wait(audit, auditDatabase, "SELECT count(*) >= \(count) FROM cdc.audit_log", program)
  }

  /// Waits until the program reads the slot.
  func waitForStream(_ program: ChildProcess) async throws {
    // Who only makes the slot has it in use as well.
    try await wait(
      source, name,
      """
      SELECT count(*) = 1 FROM pg_stat_replication r JOIN pg_replication_slots s ON s.active_pid = r.pid
      WHERE slot_name = '\(name)' AND state = 'streaming'
      """, program)
  }

  /// What the trail and the offset say; nothing of it may change when the program cannot go on.
  func standing() throws -> String {
    try ask(
      audit, auditDatabase,
      """
      SELECT concat_ws(' ', (SELECT string_agg(md5(l::text), ' ' ORDER BY id) FROM cdc.audit_log l),
        (SELECT string_agg(source_id || '@' || coalesce(position::text, '-'), ' ' ORDER BY source_id)
          FROM cdc.replication_offset), (SELECT count(*) FROM cdc.processing_error), (SELECT count(*) FROM cdc.gap))
      """)
  }

  /// The rows' keys in the order of the trail.
  func trail() throws -> String {
    try ask(
      audit, auditDatabase,
      "SELECT string_agg(coalesce(row_key, new_data, old_data) ->> 'id', ' ' ORDER BY commit_lsn, ordinal) FROM cdc.audit_log"
    )
  }
}
