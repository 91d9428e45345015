import Executors
import PGReplication
import ServerKit
import Testing

@testable import PGReplication

@Suite struct ConnectionTests {
  @Test func `parameters travel beside the statement, and NULL is nil`() async throws {
    let bench = try await Bench.set()
    let connection = try bench.connect()
    let rows = try connection.execute("SELECT $1::text AS a, $2::text AS b, $3::int + 1 AS c", ["x'y", nil, "41"])
    #expect(rows.columns == ["a", "b", "c"])
    #expect(rows.rows == [["x'y", nil, "42"]])
    #expect(rows[0, "a"] == "x'y" && rows[0, "nothing"] == nil && rows[7, "a"] == nil)
    #expect(
      try connection.execute("CREATE TABLE t (i int); INSERT INTO t SELECT generate_series(1, 5)").commandTuples == 5)
    try connection.prepare("count", "SELECT count(*) FROM t WHERE i > $1::int")
    #expect(try connection.executePrepared("count", ["2"]).scalar == "3")
    let (version, pid, encoding) = (
      connection.serverVersion, connection.backendPID, connection.parameter("server_encoding")
    )
    #expect(version >= 140_000 && pid > 0 && encoding == "UTF8")
    try await bench.clear()
  }

  @Test func `a server's error has its state, and its description has no data`() async throws {
    let bench = try await Bench.set()
    let connection = try bench.connect()
    let error = #expect(throws: PostgresError.self) { try connection.execute("SELECT $1::int", ["secret"]) }
    #expect(error?.sqlState?.rawValue == "22P02")
    #expect(error?.description.contains("secret") == false)
    #expect(error?.debugDescription.contains("secret") == true)
    #expect(error?.isTransient == false)
    let endpoint = connection.endpoint
    #expect(error?.connection == endpoint && error?.statement == "SELECT")
    let missing = #expect(throws: PostgresError.self) { try connection.execute("DROP TABLE nowhere") }
    #expect(missing?.sqlState == .undefinedTable)
    #expect(missing?.statement == "DROP TABLE")
    #expect(missing?.description.contains("nowhere") == true)
    #expect(throws: PostgresError.self) { try connection.execute("SELECT $1", ["a\0b"]) }
    #expect(try connection.execute("SELECT 1").scalar == "1")
    try await bench.clear()
  }

  @Test func `a deadline cancels the statement and leaves the session usable`() async throws {
    let bench = try await Bench.set()
    let connection = try bench.connect()
    let error = #expect(throws: PostgresError.self) {
      try connection.execute("SELECT pg_sleep(60)", within: .milliseconds(50))
    }
    #expect(error?.code == .timedOut && error?.isTransient == true)
    #expect(try connection.execute("SELECT 1").scalar == "1")
    try await bench.clear()
  }

  @Test func `a ring of the interrupt ends a wait`() async throws {
    let bench = try await Bench.set()
    let wake = WakePipe()
    let connection = try Connection(bench.conninfo, interrupt: wake)
    wake.ring()
    let error = #expect(throws: PostgresError.self) { try connection.execute("SELECT pg_sleep(60)") }
    #expect(error?.code == .interrupted && error?.isTransient == false)
    let opening = #expect(throws: PostgresError.self) { _ = try Connection(bench.conninfo, interrupt: wake) }
    #expect(opening?.code == .interrupted)
    try await bench.clear()
  }

  @Test func `a cancel handle ends another thread's statement`() async throws {
    let bench = try await Bench.set()
    let connection = try bench.connect()
    let cancel = connection.cancelHandle()
    let handle = try #require(cancel)
    let query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
    let canceller = Task { if try await bench.wait(until: "1", query) { _ = handle.cancel() } }
    let error = #expect(throws: PostgresError.self) { try connection.execute("SELECT pg_sleep(60)") }
    #expect(error?.sqlState == .queryCanceled)
    try await canceller.value
    try await bench.clear()
  }

  @Test func `a session that the server ends is a connection loss`() async throws {
    let bench = try await Bench.set()
    let connection = try bench.connect()
    try await bench.sql("SELECT pg_terminate_backend(\(connection.backendPID), 10000)")
    let error = #expect(throws: PostgresError.self) { try connection.execute("SELECT 1") }
    #expect(error?.isConnectionLoss == true && error?.isTransient == true, "\(String(reflecting: error))")
    let again = #expect(throws: PostgresError.self) { try connection.execute("SELECT 1") }
    #expect(again?.code == .connectionLost)
    try await bench.clear()
  }
}

@Suite struct ConnectionFailureTests {
  private func failure(_ conninfo: Conninfo) -> PostgresError? {
    #expect(throws: PostgresError.self) { _ = try Connection(conninfo) }
  }

  @Test func `wrong passwords, databases and roles are told apart and are not retried`() async throws {
    var options = PostgresServer.Options()
    options.password = "right"
    let server = try await PostgresServer.start(options)
    let good = Conninfo(Dictionary(uniqueKeysWithValues: server.conninfo()))
    let isAlive = try Connection(good).isAlive
    #expect(isAlive)
    let password = failure(good.setting("password", to: "wrong-one"))
    #expect(password?.sqlState == .invalidPassword && password?.isTransient == false)
    #expect(password?.debugDescription.contains("wrong-one") == false)
    #expect(password?.message == "password authentication failed for user \"postgres\"")
    let none = failure(good.setting("password", to: nil).setting("passfile", to: "/nonexistent"))
    #expect(none?.code == .configuration && none?.isTransient == false, "\(String(reflecting: none))")
    #expect(failure(good.setting("dbname", to: "nowhere"))?.sqlState == .invalidCatalogName)
    let option = failure(good.setting("options", to: "-c nonsense.=1"))
    #expect(option?.isTransient == false, "\(String(reflecting: option))")
    let tls = failure(good.setting("sslmode", to: "require"))
    #expect(tls?.code == .configuration, "\(String(reflecting: tls))")
    try await server.setAuthentication(["host all all 127.0.0.1/32 reject"])
    #expect(failure(good)?.sqlState == .invalidAuthorization)
    try await server.configure([("superuser_reserved_connections", "0")])
    try await server.destroy()
    let gone = failure(good)
    #expect(gone?.code == .connectionFailed && gone?.isTransient == true && gone?.isConnectionLoss == true)
  }

  @Test func `a host that is silent is given up after connect_timeout`() async throws {
    let bench = try await Bench.set()
    let proxy = try TCPProxy.start(toPort: bench.server.port)
    await proxy.set(.stall)
    let conninfo = bench.conninfo.merged(["port": "\(proxy.port)", "connect_timeout": "2"])
    let error = failure(conninfo)
    #expect(error?.code == .timedOut && error?.isTransient == true)
    await proxy.close()
    try await bench.clear()
  }

  @Test func `TLS is verified`() async throws {
    var options = PostgresServer.Options()
    options.tls = true
    let server = try await PostgresServer.start(options)
    let authority = try #require(server.certificates).authority
    let conninfo = Conninfo(Dictionary(uniqueKeysWithValues: server.conninfo()))
      .merged(["sslmode": "verify-full", "sslrootcert": authority])
    let usesTLS = try Connection(conninfo).usesTLS
    #expect(usesTLS)
    let wrong = failure(conninfo.setting("sslrootcert", to: "/nonexistent/root.crt"))
    #expect(wrong?.code == .configuration && wrong?.isTransient == false, "\(String(reflecting: wrong))")
    try await server.destroy()
  }

  @Test func `a refusal's state is found wherever libpq put it`() throws {
    let line =
      "connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  57P03: the database system is starting up"
    let (severity, state, message) = try #require(ConnectionFailure.refusal(in: line))
    #expect(severity == "FATAL" && state == .cannotConnectNow && message == "the database system is starting up")
    #expect(ConnectionFailure.refusal(in: "could not translate host name \"x\" to address: Name not known") == nil)
    let text =
      "… failed: FATAL:  28P01: no\nLOCATION:  auth_failed, auth.c:326\n… failed: VERSCHLOSSEN:  28000: nein\nDETAIL:  d"
    #expect(ConnectionFailure.error(libpq: text, endpoint: "h").sqlState == .invalidAuthorization)
  }
}

@Suite struct PostgresErrorTests {
  @Test(arguments: [
    ("08006", true), ("57P01", true), ("57P02", true), ("57P03", true), ("53300", true), ("53100", true),
    ("55006", true), ("40001", true), ("40P01", true), ("55P03", true), ("57014", true), ("28P01", false),
    ("28000", false), ("42704", false), ("55000", false), ("3D000", false), ("42501", false), ("58P01", false),
    ("53400", false), ("22021", false), ("23505", false),
  ])
  func `what heals is retried, what does not is not`(state: String, heals: Bool) throws {
    let known = try #require(SQLState(rawValue: state))
    let error = PostgresError(.server(known), message: "", statement: "", connection: "")
    #expect(error.isTransient == heals)
    #expect(known.class == String(state.prefix(2)))
  }

  @Test(arguments: [
    ("select 'secret'", "SELECT"), ("  create publication x for table y", "CREATE PUBLICATION"), ("", "statement"),
    ("START_REPLICATION SLOT \"s\"", "START_REPLICATION"), ("IDENTIFY_SYSTEM", "IDENTIFY_SYSTEM"),
  ])
  func `a statement is named by its keywords`(sql: String, name: String) {
    #expect(StatementKind.name(of: sql) == name)
  }

  @Test func `quoting doubles quotes and refuses what no server takes`() throws {
    #expect(try Identifier.quoteIdentifier("a\"b") == "\"a\"\"b\"")
    #expect(try Identifier.quoteLiteral("it's") == "'it''s'")
    #expect(try Identifier.quoteLiteral("a\\'b") == "E'a\\\\''b'")
    #expect(throws: PostgresError.self) { try Identifier.quoteIdentifier("") }
    #expect(throws: PostgresError.self) { try Identifier.quoteIdentifier("a\0b") }
    #expect(throws: PostgresError.self) { try Identifier.quoteLiteral("a\0b") }
  }
}
