import Glibc
import ServerKit
import Testing

/// All tests that start servers and the program: one after the other, as several of them measure time.
@Suite(.serialized) struct RunTests {}

extension RunTests {
  /// The harness must see what it is there to see.
  @Suite struct Comparisons {
    @Test func `a missing, a doubled and a changed row of the trail are seen`() async throws {
      let servers = try await StandInServers.start("comparison")
      let comparison = try await TrailComparison.begin(servers)
      try await servers.source.sql("SELECT pg_create_logical_replication_slot('audit', 'pgoutput')")
      let program = try await servers.program(["SNAPSHOT_MODE": "no_data"])
      try await servers.waitForTrail(program)
      try await servers.source.sql(
        "INSERT INTO keyed SELECT g FROM generate_series(1, 10) g; INSERT INTO bag VALUES (1)")
      try await servers.waitForTrail(program)
      #expect(await servers.stop(program) == .exited(0))
      try await servers.audit.sql(
        """
        SET session_replication_role = replica;
        UPDATE cdc.audit_log SET new_data = new_data || '{"name": "another"}' WHERE row_key = '{"id": 3}';
        """)
      #expect(try await comparison.rowDifferences().map { $0.hasPrefix("row keyed {\"id\": 3}") } == [true])
      try await servers.audit.sql(
        """
        SET session_replication_role = replica;
        DELETE FROM cdc.audit_log WHERE row_key = '{"id": 3}';
        INSERT INTO cdc.audit_log (source_id, source_schema, source_table, operation_type, change_timestamp,
          transaction_id, commit_lsn, lsn, ordinal, new_data)
        SELECT source_id, source_schema, source_table, operation_type, change_timestamp, transaction_id, commit_lsn, lsn,
          1, new_data FROM cdc.audit_log WHERE source_table = 'bag';
        """)
      let differences = try await comparison.differences()
      // A hole in the ordinals, the sequence from there on, the absent row and the one too many.
      #expect(differences.count == 4, "\(differences.joined(separator: "\n"))")
      try await servers.destroy()
    }
  }

  /// Whatever instant the program is killed at, the trail holds each change once.
  @Suite struct Crashes {
    @Test func `no kill at any instant loses or doubles a change`() async throws {
      let seed = environmentNumber("CDC_CRASH_SEED") ?? .random(in: 1...999_999)
      let kills = Int(environmentNumber("CDC_CRASH_KILLS") ?? 100)
      let servers = try await StandInServers.start("crash")
      let comparison = try await TrailComparison.begin(servers)
      try await servers.source.sql("SELECT pg_create_logical_replication_slot('audit', 'pgoutput')")

      let began = ContinuousClock.now
      var workload = Workload(seed: seed)
      workload.pause = .milliseconds(4)
      let outcome = try await workload.run(on: servers.source) {
        try await Self.crash(servers, kills: kills, seed: seed)
      }
      let program = try await servers.program(["SNAPSHOT_MODE": "no_data"])
      try await servers.waitForTrail(program)
      #expect(await servers.stop(program) == .exited(0), "seed \(seed)\n\(program.lastWords)")

      let differences = try await comparison.differences()
      #expect(differences.isEmpty, "seed \(seed)\n\(differences.joined(separator: "\n"))")
      #expect(outcome.unexpectedEnds.isEmpty, "seed \(seed)\n\(outcome.unexpectedEnds.joined(separator: "\n"))")
      let rows = try await servers.audit("SELECT count(*) FROM cdc.audit_log")
      let epoch = try await servers.audit("SELECT epoch FROM cdc.replication_offset")
      print("crash: \(kills) faults, \(rows) changes, epoch \(epoch), \(ContinuousClock.now - began), seed \(seed)")
      // Without this the kills came before the program had begun to work.
      #expect((Int(epoch) ?? 0) > kills / 3)
      try await servers.destroy()
    }

    struct Outcome: Sendable {
      var unexpectedEnds: [String] = []
    }

    /// Starts the program and ends it, again and again.
    static func crash(_ servers: StandInServers, kills: Int, seed: UInt64) async throws -> Outcome {
      var random = SeededRandom(seed)
      var outcome = Outcome()
      var program = try await servers.program(["SNAPSHOT_MODE": "no_data"])
      for _ in 0..<kills {
        // The instant is what is tested; nothing is waited for.
        try await Task.sleep(for: .milliseconds(Int.random(in: 30...700, using: &random)))
        switch Int.random(in: 0..<20, using: &random) {
        case 0:
          let status = await servers.stop(program)
          // A signal that comes before the program has said a word ends it as any other.
          if status != .exited(0), !program.standardError.isEmpty {
            outcome.unexpectedEnds.append("SIGTERM: \(String(describing: status)) \(program.lastWords)")
          }
        case 1, 2:
          _ = try await servers.audit(
            """
            SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE application_name LIKE 'cdc-direct%' AND pid <> pg_backend_pid()
            """)
          continue
        case 3, 4:
          _ = try await servers.source(
            "SELECT count(pg_terminate_backend(active_pid)) FROM pg_replication_slots WHERE slot_name = 'audit' AND active"
          )
          continue
        default:
          if let status = program.exitStatus {
            outcome.unexpectedEnds.append("\(status): \(program.lastWords)")
          }
          program.signal(SIGKILL)
          _ = await program.wait()
        }
        program = try await servers.program(["SNAPSHOT_MODE": "no_data"])
      }
      program.signal(SIGKILL)
      _ = await program.wait()
      return outcome
    }
  }
}

/// A number from the environment.
func environmentNumber(_ name: String) -> UInt64? { getenv(name).flatMap { UInt64(String(cString: $0)) } }
