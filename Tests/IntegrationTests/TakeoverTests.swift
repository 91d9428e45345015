import Glibc
import ServerKit
import Testing

extension AwayTests {
  /// Two instances on one slot: one reads, and whoever lost the slot writes nothing more.
  @Suite struct Takeovers {
    private static let mode = ["SNAPSHOT_MODE": "no_data", "DATABASE_WAL_SENDER_TIMEOUT_MS": "2000"]

    @Test func `a second instance waits for the slot and takes over after a kill`() async throws {
      let servers = try await StandInServers.start("takeover")
      let comparison = try await TrailComparison.begin(servers)
      try await servers.source.sql("SELECT pg_create_logical_replication_slot('audit', 'pgoutput')")
      let first = try await servers.program(Self.mode)
      let second = try await Workload(seed: 7).run(on: servers.source) {
        try await servers.waitForTrail(first)
        let second = try await servers.program(Self.mode)
        #expect(await second.waitForError("slot_in_use", within: .seconds(20)), "\(second.lastWords)")
        try await servers.waitForTrail(first)
        #expect(try await servers.audit("SELECT epoch FROM cdc.replication_offset") == "1")
        first.signal(SIGKILL)
        try await servers.waitForTrail(second)
        return second
      }
      try await servers.waitForTrail(second)
      #expect(try await servers.audit("SELECT epoch FROM cdc.replication_offset") == "2")
      #expect(await servers.stop(second) == .exited(0), "\(second.lastWords)")
      let differences = try await comparison.differences()
      #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
      try await servers.destroy()
    }

    @Test func `a standby says that it is ready and not the leader, and is the leader soon after a death`() async throws
    {
      let servers = try await StandInServers.start("standby")
      let comparison = try await TrailComparison.begin(servers)
      try await servers.source.sql("SELECT pg_create_logical_replication_slot('audit', 'pgoutput')")
      let first = try await FaultScene.start(servers)
      try await first.expectReady("the first")
      let second = try await FaultScene.start(servers)
      #expect(
        try await second.wait { second.metric(#"cdc_direct_phase{phase="standby"}"#) == 1 },
        "\(second.get("/metrics").body)")
      let ready = second.get("/ready")
      #expect(ready.status == 200 && ready.body.contains(#""is_leader":false"#), "\(ready)")
      #expect(second.get("/health").status == 200, "\(second.get("/health").body)")
      #expect(first.get("/ready").body.contains(#""is_leader":true"#))
      #expect(first.metric("cdc_direct_leader") == 1 && second.metric("cdc_direct_leader") == 0)
      first.program.signal(SIGKILL)
      _ = await first.program.wait()
      try await servers.source.sql("INSERT INTO keyed VALUES (1)")
      let seconds = try await second.timeUntilStored()
      FaultScene.report("the leader is killed beside a standby", "stored \(seconds) s later")
      try await second.expectReady("after the takeover")
      #expect(second.metric("cdc_direct_leader") == 1)
      try await second.finish(comparison)
      try await servers.destroy()
    }

    @Test func `an offset that another instance stored while this one started is not taken for a foreign future`()
      async throws
    {
      let bed = try await TestBed.make()
      try await bed.storeFirst()
      let proxy = try TCPProxy.start(toPort: bed.audit.port)
      await proxy.set(.stall)
      // It has asked the source where its log ends, and waits for the audit database.
      let second = try await bed.start(["AUDIT_URL": bed.auditURI(port: proxy.port)])
      #expect(await second.waitForError("connected to the source"), "\(second.lastWords)")
      let first = try await bed.start()
      try await bed.waitForStream(first)
      try await bed.change(4...6)
      try await bed.waitForRows(6, first)
      await proxy.set(.forward)
      #expect(await second.waitForError("slot_in_use"), "\(second.lastWords)")
      #expect(await first.terminate() == .exited(0), "\(first.lastWords)")
      try await bed.change(7...7)
      try await bed.waitForRows(7, second)
      #expect(await second.terminate() == .exited(0), "\(second.lastWords)")
      await proxy.close()
    }

    @Test func `an instance that slept through a takeover is fenced and writes nothing`() async throws {
      let servers = try await StandInServers.start("fence")
      let comparison = try await TrailComparison.begin(servers)
      try await servers.source.sql("SELECT pg_create_logical_replication_slot('audit', 'pgoutput')")
      let first = try await servers.program(Self.mode)
      try await servers.waitForTrail(first)
      // In the middle of a COPY: rows of the transaction are in the audit server, uncommitted, and more in our buffers.
      try await servers.source.sql("INSERT INTO keyed SELECT g, repeat('x', 100) FROM generate_series(1, 300000) g")
      try await servers.waitForAudit(
        "SELECT coalesce(max(tuples_processed), 0) > 5000 FROM pg_stat_progress_copy", "the COPY", first)
      first.signal(SIGSTOP)
      let second = try await servers.program(Self.mode)
      try await servers.waitForTrail(second)
      let rows = try await servers.audit("SELECT count(*) FROM cdc.audit_log")
      first.signal(SIGCONT)
      // It finds its stream gone, or its epoch: it waits for the slot or ends as fenced, and either way writes nothing.
      let ended = await first.wait(within: .seconds(3))
      if let ended {
        #expect(ended == .exited(33), "\(first.lastWords)")
      } else {
        #expect(await first.waitForError("slot_in_use", within: .seconds(20)), "\(first.lastWords)")
        first.signal(SIGKILL)
      }
      #expect(try await servers.audit("SELECT count(*) FROM cdc.audit_log") == rows)
      #expect(await servers.stop(second) == .exited(0), "\(second.lastWords)")
      let differences = try await comparison.differences()
      #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
      try await servers.destroy()
    }

    @Test func `a batch that meets a newer epoch is not committed and the program ends with 33`() async throws {
      let servers = try await StandInServers.start("epoch")
      try await servers.source.sql("SELECT pg_create_logical_replication_slot('audit', 'pgoutput')")
      let first = try await servers.program(Self.mode)
      try await servers.waitForTrail(first)
      // What another instance does when it takes over.
      try await servers.audit.sql("UPDATE cdc.replication_offset SET epoch = epoch + 1, holder = 'another'")
      try await servers.source.sql("INSERT INTO keyed VALUES (1)")
      #expect(await first.wait(within: .seconds(20)) == .exited(33), "\(first.lastWords)")
      #expect(try await servers.audit("SELECT count(*) FROM cdc.audit_log") == "0")
      try await servers.destroy()
    }

    @Test func `a second instance that wants a snapshot at each start waits for the slot as well`() async throws {
      let servers = try await StandInServers.start("always")
      let comparison = try await TrailComparison.begin(servers)
      try await servers.source.sql("SELECT pg_create_logical_replication_slot('audit', 'pgoutput')")
      let first = try await servers.program(Self.mode)
      let always = Self.mode.merging(["SNAPSHOT_MODE": "always"]) { $1 }
      let second = try await Workload(seed: 8).run(on: servers.source) {
        try await servers.waitForTrail(first)
        let second = try await servers.program(always)
        #expect(await second.waitForError("slot_in_use", within: .seconds(20)), "\(second.lastWords)")
        try await servers.waitForTrail(first)
        #expect(first.exitStatus == nil, "\(first.lastWords)")
        first.signal(SIGKILL)
        try await servers.waitForTrail(second)
        return second
      }
      try await servers.waitForTrail(second)
      #expect(await servers.stop(second) == .exited(0), "\(second.lastWords)")
      let differences = try await comparison.rowDifferences()
      #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
      try await servers.destroy()
    }
  }
}
