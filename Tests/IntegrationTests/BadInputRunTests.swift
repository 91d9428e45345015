import Glibc
import PGReplication
import Pipeline
import ServerKit
import Testing

extension RunTests {
  /// The program itself: its port, its signals.
  @Suite struct BadInputRuns {
    @Test func `a port that is taken ends the program, and another one or none serves`() async throws {
      let bed = try await TestBed.make()
      try await bed.storeFirst()
      try await bed.change(4...6)
      let taken = ["HTTP_ENABLED": "true", "HTTP_PORT": "\(bed.source.port)"]
      let program = try await bed.start(taken)
      let status = await program.wait(within: .seconds(20))
      if status == nil { program.signal(SIGKILL) }
      #expect(status == .exited(Failure.Kind.httpUnavailable.exitCode), "\(program.lastWords)")
      #expect(program.standardError.contains("http_unavailable: "), "\(program.lastWords)")
      #expect(program.standardError.contains("127.0.0.1:\(bed.source.port)"))
      #expect(program.standardError.contains("http.port"))
      // It may have stored some of them before it heard of the port; none twice.
      let port = try await BadInputPoison.freePort()
      try await bed.expectRest(["HTTP_ENABLED": "true", "HTTP_PORT": "\(port)"])
    }

    @Test func `without HTTP nothing listens and health says so`() async throws {
      let bed = try await TestBed.make()
      let port = try await BadInputPoison.freePort()
      let settings = ["HTTP_ENABLED": "false", "HTTP_PORT": "\(port)"]
      let program = try await bed.start(settings)
      try await bed.waitForStream(program)
      #expect(!program.standardError.contains("serving /health"))
      let health = try await bed.command(["health"], settings)
      #expect(health.status == .exited(1) && health.error.contains("http.enabled is false"), "\(health.error)")
      let silent = try await bed.command(["health"], settings.merging(["HTTP_ENABLED": "true"]) { $1 })
      #expect(silent.status == .exited(1) && silent.error.contains("unhealthy"), "\(silent.error)")
      #expect(await program.terminate() == .exited(0))
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `a signal while idle ends with 0 and the final statistics within two seconds`(_ signal: Int32) async throws {
      let bed = try await TestBed.make()
      try await bed.storeFirst()
      let program = try await bed.start(["HTTP_ENABLED": "true", "HTTP_PORT": "0"])
      try await bed.change(4...6)
      try await bed.waitForRows(6, program)
      let began = ContinuousClock.now
      program.signal(signal)
      #expect(await program.wait(within: .seconds(10)) == .exited(0), "\(program.lastWords)")
      #expect(ContinuousClock.now - began < .seconds(2))
      let last = program.standardError.split(separator: "\n").last { $0.contains("final statistics") } ?? ""
      for word in [
        "\"changes\"", "\"transactions\"", "\"quarantined\"", "\"retries\"", "\"lsn\"", "changes_per_second",
      ] {
        #expect(last.contains(word), "\(word) is not in: \(last)")
      }
      #expect(try bed.trail() == "1 2 3 4 5 6")
    }

    @Test func `a second signal ends at once while the audit database holds us up, and nothing is lost`() async throws {
      let bed = try await TestBed.make()
      try await bed.storeFirst()
      let program = try await bed.start()
      try await bed.waitForStream(program)
      let lock = try await holdUp(program, bed)
      program.signal(SIGTERM)
      #expect(await program.waitForError("a second signal ends at once"), "\(program.lastWords)")
      let began = ContinuousClock.now
      program.signal(SIGTERM)
      #expect(await program.wait(within: .seconds(5)) == .signalled(SIGTERM), "\(program.lastWords)")
      #expect(ContinuousClock.now - began < .seconds(1))
      try lock.execute("ROLLBACK")
      try await bed.expectRest()
    }

    @Test func `a first signal ends within its bound while the audit database holds us up, and nothing is lost`()
      async throws
    {
      let bed = try await TestBed.make()
      try await bed.storeFirst()
      let program = try await bed.start(["SHUTDOWN_TIMEOUT_MS": "500"])
      try await bed.waitForStream(program)
      let lock = try await holdUp(program, bed)
      program.signal(SIGTERM)
      #expect(await program.wait(within: .seconds(9)) == .exited(0), "\(program.lastWords)")
      #expect(program.standardError.contains("final statistics"))
      try lock.execute("ROLLBACK")
      try await bed.expectRest()
    }

    /// Locks the trail, and makes changes 4 to 6, which the program then waits to write.
    private func holdUp(_ program: ChildProcess, _ bed: TestBed) async throws -> Connection {
      let lock = try Connection(
        Conninfo(Dictionary(uniqueKeysWithValues: bed.audit.conninfo(database: bed.auditDatabase))))
      try lock.execute("BEGIN")
      try lock.execute("LOCK TABLE cdc.audit_log IN ACCESS EXCLUSIVE MODE")
      try await bed.change(4...6)
      try await bed.wait(
        bed.audit, bed.auditDatabase,
        "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
        program)
      return lock
    }
  }
}
