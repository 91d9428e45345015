import Pipeline
import ServerKit
import Testing

extension RunTests {
  /// Servers that cannot be reached, and servers that do not let us in.
  @Suite struct BadInputConnections {
    private static let once = ["ERRORS_MAX_RETRIES": "0"]

    /// A port that refuses connections.
    private static func closedPort() async throws -> Int {
      let proxy = try TCPProxy.start(toPort: 9)
      await proxy.close()
      return proxy.port
    }

    @Test func `a source that cannot be reached is named with the next step, and changes wait in the slot`()
      async throws
    {
      let bed = try await TestBed.make()
      try await bed.storeFirst()
      try await bed.change(4...6)
      let port = try await Self.closedPort()
      let away = ["DATABASE_URL": bed.sourceURI(port: port)]
      try await bed.expectEnd(
        .sourceUnreachable, saying: ["127.0.0.1:\(port)/\(bed.name)", "database.hostname"],
        away.merging(Self.once) { $1 })
      let unknown = ["DATABASE_URL": "postgresql://postgres@no-such-host.invalid:5432/\(bed.name)"]
      try await bed.expectEnd(
        .sourceUnreachable, saying: ["no-such-host.invalid"], unknown.merging(Self.once) { $1 })
      // Without a limit it is tried again until it is told to stop.
      let patient = try await bed.start(away)
      #expect(await patient.waitForError("\"attempt\":3,"), "\(patient.lastWords)")
      #expect(await patient.terminate() == .exited(0), "\(patient.lastWords)")
      try await bed.expectRest()
    }

    @Test func `an audit database that cannot be reached is named with the next step`() async throws {
      let bed = try await TestBed.make()
      try await bed.storeFirst()
      try await bed.change(4...6)
      let port = try await Self.closedPort()
      let away = ["AUDIT_URL": bed.auditURI(port: port)]
      try await bed.expectEnd(
        .auditUnreachable, saying: ["127.0.0.1:\(port)/\(bed.auditDatabase)", "audit.url"],
        away.merging(Self.once) { $1 })
      let patient = try await bed.start(away)
      #expect(await patient.waitForError("\"attempt\":3,"), "\(patient.lastWords)")
      #expect(await patient.terminate() == .exited(0), "\(patient.lastWords)")
      try await bed.expectRest()
    }

    @Test func `a wrong password of the source ends at once and is not repeated`() async throws {
      let bed = try await TestBed.make()
      let role = try await bed.makeRole("reader", "REPLICATION", on: bed.source)
      try await bed.inSource("GRANT SELECT ON t TO \(role)")
      let right = ["DATABASE_URL": bed.sourceURI(role, password: TestBed.password)]
      try await bed.storeFirst(right)
      try await bed.change(4...6)
      let message = try await bed.expectEnd(
        .authentication, saying: [bed.name, "pg_hba.conf"],
        ["DATABASE_URL": bed.sourceURI(role, password: "wr0ng-secret")])
      #expect(!message.contains("wr0ng"))
      try await bed.expectEnd(.authentication, saying: ["password"], ["DATABASE_URL": bed.sourceURI(role)])
      try await bed.expectEnd(
        .authentication, saying: ["password"], ["DATABASE_URL": bed.sourceURI("\(bed.name)_nobody", password: "x")])
      try await bed.expectRest(right)
    }

    @Test func `a wrong password of the audit database ends at once and is not repeated`() async throws {
      let bed = try await TestBed.make()
      let role = try await bed.makeRole("writer", on: bed.audit)
      try await bed.audit.sql("GRANT CREATE ON DATABASE \(bed.auditDatabase) TO \(role)")
      let right = ["AUDIT_URL": bed.auditURI(role, password: TestBed.password)]
      try await bed.storeFirst(right)
      try await bed.change(4...6)
      let message = try await bed.expectEnd(
        .authentication, saying: [bed.auditDatabase, "audit.url", "pg_hba.conf"],
        ["AUDIT_URL": bed.auditURI(role, password: "wr0ng-secret")])
      #expect(!message.contains("wr0ng"))
      try await bed.expectEnd(.authentication, saying: ["audit.url"], ["AUDIT_URL": bed.auditURI(role)])
      try await bed.expectRest(right)
    }

    @Test func `a source or audit database that does not exist is named`() async throws {
      let bed = try await TestBed.make()
      try await bed.storeFirst()
      try await bed.change(4...6)
      try await bed.expectEnd(
        .databaseMissing, saying: ["\"nowhere\"", "the database's name"],
        ["DATABASE_URL": bed.sourceURI(database: "nowhere")])
      try await bed.expectEnd(
        .databaseMissing, saying: ["\"nowhere\"", "audit.url"], ["AUDIT_URL": bed.auditURI(database: "nowhere")])
      try await bed.expectRest()
    }

    @Test func `a role that may not replicate is named with what it lacks`() async throws {
      let bed = try await TestBed.make()
      let role = try await bed.makeRole("reader", "REPLICATION", on: bed.source)
      let settings = ["DATABASE_URL": bed.sourceURI(role, password: TestBed.password)]
      try await bed.storeFirst(settings)
      try await bed.change(4...6)
      try await bed.source.sql("ALTER ROLE \(role) NOREPLICATION")
      try await bed.expectEnd(.privilegeMissing, saying: ["cdc-direct check"], settings)
      try await bed.source.sql("ALTER ROLE \(role) REPLICATION")
      try await bed.expectRest(settings)
    }

    @Test func `a snapshot without SELECT names the table, and takes every row once after the GRANT`() async throws {
      let bed = try await TestBed.make()
      let role = try await bed.makeRole("reader", "REPLICATION", on: bed.source)
      try await bed.change(1...5)
      let settings = [
        "DATABASE_URL": bed.sourceURI(role, password: TestBed.password), "SNAPSHOT_MODE": "initial",
      ]
      try await bed.expectEnd(.privilegeMissing, saying: ["t", "permission denied", "cdc-direct check"], settings)
      #expect(try bed.trail() == "")
      try await bed.change(6...6)
      try await bed.inSource("GRANT SELECT ON t TO \(role)")
      try await bed.expectRest(settings)
    }

    @Test func `a source that does not log enough is told so, and the changes since are stored after the restart`()
      async throws
    {
      let audit = try await TestBed.make().audit
      let source = try await PostgresServer.start(.init(label: "replica", settings: [("wal_level", "replica")]))
      let bed = try await TestBed.make((source, audit))
      try await bed.expectEnd(.walLevel, saying: ["wal_level is replica", "wal_level = logical", "restart"])
      try await source.configure([("wal_level", "logical")])
      try await source.restart()
      try await bed.storeFirst()
      try await bed.change(4...6)
      try await bed.expectRest()
      try await source.destroy()
    }
  }
}
