import ServerKit
import Testing

@Suite struct PostgresServerTests {
  @Test func `a server starts, answers and leaves nothing behind`() async throws {
    let server = try await PostgresServer.start(.init(label: "first", settings: [("work_mem", "5MB")]))
    let answer = try await server.sql("SELECT current_setting('wal_level'), current_setting('work_mem'); SHOW timezone")
    #expect(answer == "logical|5MB\nUTC")
    #expect(server.port < 32_768)
    #expect(server.pid != nil)
    #expect(
      server.uri(database: "a b", user: "u", password: "p@") == "postgresql://u:p%40@127.0.0.1:\(server.port)/a%20b")
    try await server.destroy()
    #expect(server.pid == nil)
    let gone = try await ChildProcess.run("test", ["-e", server.directory])
    #expect(!gone.status.isSuccess)
  }

  @Test func `a committed row survives a crash and a restart on the same port`() async throws {
    let server = try await PostgresServer.start()
    try await server.sql("CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)")
    let (port, pid) = (server.port, server.pid)
    try await server.crash()
    #expect(server.pid == nil)
    try await server.restart()
    #expect(server.port == port)
    #expect(server.pid != pid)
    #expect(try await server.sql("SELECT id FROM kept") == "7")
    #expect(server.logTail(lines: 100).contains("automatic recovery in progress"))
    try await server.destroy()
  }

  @Test func `copied clusters have system identifiers of their own`() async throws {
    async let first = PostgresServer.start()
    async let second = PostgresServer.start()
    let servers = try await [first, second]
    var identifiers: Set<String> = []
    for server in servers {
      identifiers.insert(try await server.sql("SELECT system_identifier FROM pg_control_system()"))
      try await server.restart()
      try await server.destroy()
    }
    #expect(identifiers.count == 2)
  }

  @Test func `a password and TLS are asked for on TCP`() async throws {
    var options = PostgresServer.Options()
    options.password = "it's"
    options.tls = true
    let server = try await PostgresServer.start(options)
    let certificates = try #require(server.certificates)
    // By its name: libpq 14 does not look at the addresses of a certificate.
    let uri = server.uri(
      parameters: [
        ("hostaddr", server.host), ("sslmode", "verify-full"), ("sslrootcert", certificates.authority),
      ]
    ).replacing("@\(server.host)", with: "@localhost")
    let psql = server.binaries.directory + "/psql"
    let query = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    let good = try await ChildProcess.run(psql, ["-XqAtc", query, uri])
    #expect(good.output == "t\n", "\(good.error)")
    let bad = try await ChildProcess.run(psql, ["-XqAtwc", query, server.uri(password: "wrong")])
    #expect(!bad.status.isSuccess)
    try await server.setAuthentication(["host all all 127.0.0.1/32 reject"])
    let refused = try await ChildProcess.run(psql, ["-XqAtwc", query, uri])
    #expect(refused.error.contains("pg_hba.conf rejects"), "\(refused.error)")
    try await server.destroy()
  }

  @Test func `a failing statement is an error with the server's words`() async throws {
    let server = try await PostgresServer.start()
    let error = await #expect(throws: ServerKitError.self) { try await server.sql("SELECT 1 FROM nowhere") }
    #expect(error?.nextStep.contains("nowhere") == true)
    try await server.destroy()
  }

  @Test func `a wrong setting is an error with the server's log`() async throws {
    let error = await #expect(throws: ServerKitError.self) {
      try await PostgresServer.start(.init(settings: [("wal_level", "nonsense")]))
    }
    #expect(error?.nextStep.contains("wal_level") == true)
  }
}
