import Glibc
import ServerKit
import Testing

/// All tests that start servers and the program: one after the other, as several of them measure time.
@Suite(.serialized) struct RunTests {}

extension RunTests {
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
          if status != .exited(0) { outcome.unexpectedEnds.append("SIGTERM: \(String(describing: status))") }
        case 1, 2:
          _ = try await servers.audit(
            """
            SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE application_name LIKE 'cdc-direct%' AND pid <> pg_backend_pid()
            """)
          continue
        case 3, 4:
          _ = try await servers.source(
            "SELECT count(pg_terminate_backend(active_pid)) FROM pg_replication_slots WHERE slot_name = 'audit' AND active")
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
