import ServerKit
import Testing

extension RunTests {
  /// A slot without changes of its own does not hold back the server's log.
  @Suite struct IdleSlots {
    @Test func `the slot follows the log that others write and never passes the stored offset`() async throws {
      let servers = try await StandInServers.start("idle", source: [("wal_writer_delay", "10ms")])
      try await servers.source.sql("CREATE DATABASE other; CREATE UNLOGGED TABLE aside (x int)")
      try await servers.source.sql("CREATE TABLE t (x text)", database: "other")
      try await servers.source.sql("SELECT pg_create_logical_replication_slot('audit', 'pgoutput')")
      let program = try await servers.program(["SNAPSHOT_MODE": "no_data"])
      try await servers.waitForTrail(program)
      for _ in 0..<20 {
        let start = try await servers.sourceEnd()
        try await servers.source.sql(
          "INSERT INTO t SELECT repeat('x', 1000) FROM generate_series(1, 1000)", database: "other")
        try await servers.waitForSource(
          "SELECT confirmed_flush_lsn > '\(start)' FROM pg_replication_slots WHERE slot_name = 'audit'",
          "the slot to pass \(start)", program)
        // In this order: the offset is stored first and only grows, so a confirmed position read before it is within it.
        for _ in 0..<10 {
          let confirmed = try await servers.source(
            "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = 'audit'")
          let within = try await servers.audit("SELECT position >= '\(confirmed)' FROM cdc.replication_offset")
          #expect(within == "t", "the slot is at \(confirmed)")
        }
      }
      #expect(await servers.stop(program) == .exited(0), "\(program.lastWords)")
      // And the next start finds no gap.
      let again = try await servers.program(["SNAPSHOT_MODE": "no_data"])
      try await servers.source.sql("INSERT INTO keyed VALUES (1)")
      try await servers.waitForTrail(again)
      #expect(await servers.stop(again) == .exited(0), "\(again.lastWords)")
      #expect(try await servers.audit("SELECT count(*) FROM cdc.audit_log") == "1")
      try await servers.destroy()
    }
  }
}
