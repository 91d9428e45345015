import Glibc
import ServerKit
import Testing

extension RunTests {
  /// Where the snapshot ends and the stream begins, while writers never stop.
  @Suite struct SnapshotSeams {
    private let seed = UInt64.random(in: 1...999_999)

    /// Runs the program under writers until the snapshot is stored and some stream after it, and compares.
    private func compare(
      _ label: String, _ settings: [String: String] = [:],
      before: @Sendable (StandInServers) async throws -> Void = { _ in },
      during: @escaping @Sendable (StandInServers, ChildProcess) async throws -> ChildProcess = { $1 }
    ) async throws {
      let servers = try await StandInServers.start(label)
      let comparison = try await TrailComparison.begin(servers)
      try await before(servers)
      let program = try await Workload(seed: seed).run(on: servers.source) {
        // Rows to be read, committed while others are on the way.
        try await servers.source.sql(
          "INSERT INTO keyed SELECT -g, 'before', g FROM generate_series(1, 20000) g; CALL write(9, 0.5, 100, 0)")
        let first = try await servers.program(settings)
        let program = try await during(servers, first)
        try await servers.waitForTrail(program)
        return program
      }
      try await servers.waitForTrail(program)
      #expect(await servers.stop(program) == .exited(0), "seed \(seed)\n\(program.lastWords)")
      let differences = try await comparison.differences()
      #expect(differences.isEmpty, "seed \(seed)\n\(differences.joined(separator: "\n"))")
      #expect(
        try await servers.audit("SELECT count(*) >= 20000 FROM cdc.audit_log WHERE operation_type = 'SNAPSHOT'") == "t")
      try await servers.destroy()
    }

    @Test func `a slot that the program makes joins the snapshot without a seam`() async throws {
      try await compare("seam-new")
    }

    @Test func `a slot that was there before joins the snapshot without a seam`() async throws {
      try await compare("seam-old") { servers in
        try await servers.source.sql(
          """
          SELECT pg_create_logical_replication_slot('audit', 'pgoutput');
          INSERT INTO keyed SELECT 100000000 + g, 'after the slot', g FROM generate_series(1, 500) g;
          """)
      }
    }

    @Test func `a kill during the snapshot leaves nothing and the next start takes it whole`() async throws {
      try await compare("seam-kill") { _ in
      } during: { servers, first in
        var program = first
        for _ in 0..<3 {
          // The snapshot's session reads a table: the program is in the middle of it.
          try await servers.waitForSource(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE 'COPY%' AND backend_type = 'client backend' "
              + "AND application_name LIKE '%snapshot')", "the snapshot", program)
          program.signal(SIGKILL)
          _ = await program.wait()
          program = try await servers.program()
        }
        return program
      }
    }

    @Test func `always takes a snapshot at each start and still no change is lost or doubled`() async throws {
      try await compare("seam-always", ["SNAPSHOT_MODE": "always"]) { _ in
      } during: { servers, first in
        try await servers.waitForTrail(first)
        _ = await servers.stop(first)
        let second = try await servers.program(["SNAPSHOT_MODE": "always"])
        try await servers.waitForAudit(
          "SELECT count(DISTINCT commit_lsn) = 2 FROM cdc.audit_log WHERE operation_type = 'SNAPSHOT'",
          "the second snapshot", second)
        return second
      }
    }

    @Test func `when_needed records the gap of a lost slot and takes a new snapshot`() async throws {
      let servers = try await StandInServers.start("seam-gap")
      let settings = ["SNAPSHOT_MODE": "when_needed"]
      try await servers.source.sql("INSERT INTO keyed SELECT g FROM generate_series(1, 100) g")
      let first = try await servers.program(settings)
      try await servers.waitForTrail(first)
      #expect(await servers.stop(first) == .exited(0))
      let offset = try await servers.audit("SELECT position FROM cdc.replication_offset")

      try await servers.source.sql(
        "SELECT pg_drop_replication_slot('audit'); DELETE FROM keyed WHERE id < 50; INSERT INTO keyed VALUES (0)")
      let second = try await Workload(seed: seed).run(on: servers.source) {
        let second = try await servers.program(settings)
        try await servers.waitForTrail(second)
        return second
      }
      try await servers.waitForTrail(second)
      #expect(await servers.stop(second) == .exited(0), "\(second.lastWords)")
      let gap = try await servers.audit("SELECT string_agg(from_lsn || ' ' || (to_lsn > from_lsn), ',') FROM cdc.gap")
      #expect(gap == "\(offset) true")
      let differences = try await TrailComparison(servers: servers).rowDifferences()
      #expect(differences.isEmpty, "seed \(seed)\n\(differences.joined(separator: "\n"))")
      try await servers.destroy()
    }

    @Test func `a lost slot stops every other mode that streams, with its exit code and nothing written`() async throws
    {
      let servers = try await StandInServers.start("seam-lost")
      let first = try await servers.program()
      try await servers.waitForTrail(first)
      #expect(await servers.stop(first) == .exited(0))
      try await servers.source.sql("SELECT pg_drop_replication_slot('audit'); INSERT INTO keyed VALUES (1)")
      for mode in ["initial", "no_data", "always"] {
        let program = try await servers.program(["SNAPSHOT_MODE": mode])
        #expect(await program.wait(within: .seconds(30)) == .exited(20), "\(mode): \(program.lastWords)")
      }
      #expect(try await servers.audit("SELECT count(*) FROM cdc.audit_log") == "0")
      #expect(try await servers.source("SELECT count(*) FROM pg_replication_slots") == "0")
      try await servers.destroy()
    }

    @Test func `initial_only stores the rows and ends with 0, and again`() async throws {
      let servers = try await StandInServers.start("seam-only")
      try await servers.source.sql("INSERT INTO keyed SELECT g FROM generate_series(1, 1000) g")
      for _ in 0..<2 {
        let program = try await servers.program(["SNAPSHOT_MODE": "initial_only"])
        #expect(await program.wait(within: .seconds(60)) == .exited(0), "\(program.lastWords)")
        #expect(try await servers.audit("SELECT count(*) FROM cdc.audit_log") == "1000")
      }
      // What was written meanwhile comes with the next mode, from exactly there.
      try await servers.source.sql("INSERT INTO keyed VALUES (0)")
      let program = try await servers.program()
      try await servers.waitForTrail(program)
      #expect(await servers.stop(program) == .exited(0))
      #expect(try await servers.audit("SELECT count(*) FROM cdc.audit_log") == "1001")
      try await servers.destroy()
    }

    @Test func `no_data reads no rows and every change from the slot's beginning`() async throws {
      let servers = try await StandInServers.start("seam-none")
      try await servers.source.sql("INSERT INTO keyed SELECT g FROM generate_series(1, 100) g")
      let program = try await servers.program(["SNAPSHOT_MODE": "no_data"])
      try await servers.waitForSource(
        "SELECT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = 'audit' AND active)", "the stream", program)
      try await servers.source.sql("UPDATE keyed SET name = 'n' WHERE id <= 7")
      try await servers.waitForTrail(program)
      #expect(await servers.stop(program) == .exited(0))
      #expect(
        try await servers.audit("SELECT string_agg(operation_type, ',') FROM cdc.audit_log")
          == [String](repeating: "UPDATE", count: 7).joined(separator: ","))
      try await servers.destroy()
    }
  }
}
