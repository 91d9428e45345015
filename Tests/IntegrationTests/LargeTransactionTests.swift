import ServerKit
import Testing

extension RunTests {
  /// Memory does not grow with a transaction.
  @Suite struct LargeTransactions {
    #if DEBUG
      private static let rows = 200_000
      private static let limit = 60_000
    #else
      private static let rows = 1_000_000
      private static let limit = 40_000
    #endif

    @Test func `a transaction of any size streams through in bounded memory`() async throws {
      let rows = Int(environmentNumber("CDC_LARGE_ROWS") ?? UInt64(Self.rows))
      let servers = try await StandInServers.start("large")
      let comparison = try await TrailComparison.begin(servers)
      try await servers.source.sql("SELECT pg_create_logical_replication_slot('audit', 'pgoutput')")
      let program = try await servers.program(["SNAPSHOT_MODE": "no_data"])
      try await servers.waitForTrail(program)
      let began = ContinuousClock.now
      try await servers.source.sql(
        """
        BEGIN;
        INSERT INTO keyed SELECT g, 'row ' || g, g / 7.0 FROM generate_series(1, \(rows / 2)) g;
        SAVEPOINT undone;
        UPDATE keyed SET amount = 0 WHERE id % 10 = 0;
        INSERT INTO append_only SELECT g, 'undone' FROM generate_series(1, \(rows / 10)) g;
        ROLLBACK TO undone;
        INSERT INTO keyed SELECT g, 'row ' || g, g / 7.0 FROM generate_series(\(rows / 2 + 1), \(rows)) g;
        SAVEPOINT kept;
        INSERT INTO bag SELECT g % 10, 'kept' FROM generate_series(1, 1000) g;
        COMMIT;
        """)
      let written = ContinuousClock.now
      try await servers.waitForTrail(program, within: .seconds(300))
      let stored = ContinuousClock.now
      let peak = try #require(program.peakMemory)
      print("large: \(rows) rows, written in \(written - began), stored \(stored - written) later, peak \(peak) kB")
      #expect(peak < Self.limit * ChildProcess.memoryFactor, "peak resident memory \(peak) kB")
      #expect(
        try await servers.audit("SELECT count(DISTINCT transaction_id) || ' ' || count(*) FROM cdc.audit_log")
          == "1 \(rows + 1000)")
      try await servers.source.sql("TRUNCATE keyed, bag")
      try await servers.waitForTrail(program)
      #expect(await servers.stop(program) == .exited(0), "\(program.lastWords)")
      let differences = try await comparison.differences()
      #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
      try await servers.destroy()
    }
  }
}
