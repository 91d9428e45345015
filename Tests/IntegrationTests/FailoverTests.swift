import Glibc
import Pipeline
import ServerKit
import Testing

extension RunTests {
  /// The source's primary dies and its standby takes over, with the slot and without it.
  @Suite struct Failovers {
    /// Synchronised slots came with 17.
    private static let asked = Task { try await PostgresBinaries.standard().majorVersion() }
    private static func version() async throws -> Int { try await asked.value }
    private static func hasFailoverSlots() async throws -> Bool { try await version() >= 17 }
    private static let mode = ["SNAPSHOT_MODE": "no_data"]

    /// A primary, its standby, an audit server, and one address for both.
    private struct Pair {
      let primary: StandInServers
      let standby: StandInServers
      let settings: [String: String]

      static func start(_ label: String, waitsForStandby: Bool, synchronises: Bool) async throws -> Pair {
        let has = try await Failovers.hasFailoverSlots()
        let primary = try await StandInServers.start(
          label, source: has && waitsForStandby ? [("synchronized_standby_slots", "standby")] : [])
        var options = PostgresServer.Options(label: "standby", settings: [("hot_standby_feedback", "on")])
        // A primary that waits for a slot which nobody has made waits for ever.
        if has { options.settings += [("synchronized_standby_slots", "")] }
        if has && synchronises { options.settings += [("sync_replication_slots", "on")] }
        let server = try await PostgresServer.standby(of: primary.source, options)
        let standby = StandInServers(source: server, audit: primary.audit)
        let url =
          "postgresql://postgres@127.0.0.1:\(primary.source.port),127.0.0.1:\(server.port)/postgres"
          + "?target_session_attrs=read-write"
        return Pair(
          primary: primary, standby: standby,
          settings: ["DATABASE_URL": url, "SLOT_FAILOVER": synchronises ? "true" : "false"])
      }

      /// A slot with that the standby has it, too.
      func makeWitness() async throws {
        try await primary.source.sql(
          "SELECT pg_create_logical_replication_slot('witness', 'test_decoding', false, false, true)")
      }

      /// The program at the primary, reading the slot that it has made.
      func startStreaming() async throws -> FaultScene {
        let scene = try await FaultScene.start(primary, settings)
        try await primary.waitForSource(
          """
          SELECT count(*) = 1 FROM pg_stat_replication r JOIN pg_replication_slots s ON s.active_pid = r.pid
          WHERE slot_name = 'audit' AND state = 'streaming'
          """, "the stream", scene.program)
        return scene
      }

      /// Waits until the standby has made its copies of so many slots permanent. It does once its own log has come to
      /// where a slot begins, so transactions without changes move the slots on.
      func synchronise(_ count: Int, _ program: ChildProcess) async throws {
        let load = Task {
          while !Task.isCancelled {
            try await primary.source.sql(
              """
              SELECT pg_current_xact_id(); SELECT pg_logical_emit_message(false, '', 'x'); SELECT pg_log_standby_snapshot();
              SELECT pg_replication_slot_advance(slot_name, pg_current_wal_flush_lsn()) FROM pg_replication_slots
              WHERE slot_name = 'witness'
              """)
            try await Task.sleep(for: .milliseconds(100))
          }
        }
        defer { load.cancel() }
        try await standby.waitForSource(
          "SELECT count(*) = \(count) FROM pg_replication_slots WHERE synced AND NOT temporary AND invalidation_reason IS NULL",
          "\(count) synchronised slots", program, within: .seconds(90))
        load.cancel()
        _ = await load.result
      }

      func destroy() async throws {
        try await primary.destroy()
        try await standby.source.destroy()
      }
    }

    @Test(.enabled("slots are synchronised to standbys from PostgreSQL 17 on") { try await hasFailoverSlots() })
    func `with a synchronised slot the stream goes on at the promoted standby, and nothing is lost or doubled`()
      async throws
    {
      let pair = try await Pair.start("failover", waitsForStandby: true, synchronises: true)
      try await pair.makeWitness()
      let scene = try await pair.startStreaming()
      try await pair.synchronise(2, scene.program)
      try await Workload(seed: 17, writers: 1).run(on: pair.primary.source) {
        try await pair.primary.waitForAudit("SELECT count(*) > 100 FROM cdc.audit_log", "changes", scene.program)
      }
      try await pair.primary.waitForTrail(scene.program)
      try await scene.expectReady("before the failover")
      // Under load, so that the primary dies with changes on their way.
      let load = Task {
        for _ in 0..<10_000 { try await pair.primary.source.sql("CALL write(9, 0.5, 20, 0)") }
      }
      try await Task.sleep(for: .milliseconds(500))
      try await pair.primary.source.crash()
      _ = await load.result
      let died = ContinuousClock.now
      try await scene.expectUnready("while there is no primary")
      try await pair.standby.source.promote()
      let promoted = ContinuousClock.now
      try await pair.standby.source.sql("INSERT INTO keyed VALUES (-1, 'after the failover')")
      try await pair.standby.waitForTrail(scene.program)
      let back = ContinuousClock.now
      try await scene.expectReady("after the failover")
      try await Workload(seed: 18, writers: 1).run(on: pair.standby.source) {
        try await Task.sleep(for: .milliseconds(500))
      }
      let after = FaultScene(servers: pair.standby, program: scene.program, port: scene.port)
      try await after.finish(TrailComparison(servers: pair.standby))
      #expect(try await pair.standby.audit("SELECT count(*) FROM cdc.gap") == "0")
      #expect(try await pair.standby.audit("SELECT timeline FROM cdc.replication_offset") == "2")
      FaultScene.report(
        "failover, synchronised slot (PostgreSQL \(try await Self.version()))",
        "flows \((back - promoted).inSeconds) s after the promotion, \((back - died).inSeconds) s after the crash")
      try await pair.destroy()
    }

    @Test(arguments: FaultScene.isLong ? [true, false] : [true])
    func `without a synchronised slot the gap is refused, and recover records it and goes on`(takesSnapshot: Bool)
      async throws
    {
      let pair = try await Pair.start("failover-bare", waitsForStandby: false, synchronises: false)
      let scene = try await pair.startStreaming()
      try await pair.primary.source.sql("INSERT INTO keyed SELECT g, 'before' FROM generate_series(1, 3) g")
      try await pair.primary.waitForTrail(scene.program)
      let end = try await pair.primary.sourceEnd()
      try await pair.standby.waitForSource("SELECT pg_last_wal_replay_lsn() >= '\(end)'", "the standby", scene.program)
      try await pair.primary.source.crash()
      try await pair.standby.source.promote()
      let promoted = ContinuousClock.now
      // It is at the right server by itself, and stops there.
      #expect(await scene.program.wait(within: .seconds(30)) == .exited(20), "\(scene.program.lastWords)")
      FaultScene.report(
        "failover, no synchronised slot (PostgreSQL \(try await Self.version()))",
        "refused with exit code 20, \((ContinuousClock.now - promoted).inSeconds) s after the promotion")
      let offset = try await pair.standby.audit("SELECT position FROM cdc.replication_offset")
      try await pair.standby.source.sql("INSERT INTO keyed VALUES (4, 'in the gap'); DELETE FROM keyed WHERE id = 1")
      let told = try await pair.standby.command(["recover"], pair.settings)
      #expect(told.status == .exited(20), "\(told)")
      #expect(told.output.contains("from \(offset) to where the new slot begins"), "\(told.output)")
      let done = try await pair.standby.command(
        ["recover", "--accept-gap"] + (takesSnapshot ? ["--snapshot"] : []), pair.settings)
      #expect(done.status == .exited(0), "\(done)")
      #expect(
        try await pair.standby.audit(
          "SELECT from_lsn = '\(offset)' AND to_lsn > from_lsn AND reason LIKE '%does not exist%' FROM cdc.gap") == "t")
      let again = try await FaultScene.start(pair.standby, pair.settings)
      try await pair.standby.source.sql("INSERT INTO keyed VALUES (5, 'after')")
      try await pair.standby.waitForTrail(again.program)
      try await again.expectReady("after recover")
      #expect(await pair.standby.stop(again.program) == .exited(0), "\(again.program.lastWords)")
      let keys = "SELECT string_agg(row_key ->> 'id', ' ' ORDER BY commit_lsn, ordinal) FROM cdc.audit_log"
      let inserted = try await pair.standby.audit(keys + " WHERE operation_type = 'INSERT'")
      #expect(inserted == "1 2 3 5")
      if takesSnapshot {
        let read = try await pair.standby.audit(keys + " WHERE operation_type = 'SNAPSHOT'")
        #expect(read.split(separator: " ").sorted() == ["2", "3", "4"])
        let differences = try await TrailComparison(servers: pair.standby).rowDifferences()
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
      }
      try await pair.destroy()
    }

    @Test func `a trail that is ahead of the promoted standby is refused, and recover goes on where the two parted`()
      async throws
    {
      let hasSlots = try await Self.hasFailoverSlots()
      let pair = try await Pair.start("failover-ahead", waitsForStandby: false, synchronises: true)
      let scene = try await pair.startStreaming()
      try await pair.primary.source.sql("INSERT INTO keyed SELECT g, 'both' FROM generate_series(1, 3) g")
      try await pair.primary.waitForTrail(scene.program)
      if hasSlots { try await pair.synchronise(1, scene.program) }
      let end = try await pair.primary.sourceEnd()
      try await pair.standby.waitForSource("SELECT pg_last_wal_replay_lsn() >= '\(end)'", "the standby", scene.program)
      try await pair.standby.source.stop(.fast)
      try await pair.primary.source.sql("INSERT INTO keyed SELECT g, 'lost' FROM generate_series(4, 6) g")
      try await pair.primary.waitForTrail(scene.program)
      try await pair.primary.source.crash()
      try await pair.standby.source.restart()
      // The session from before the restart.
      _ = try? await pair.standby.source("SELECT 1")
      try await pair.standby.source.promote()
      #expect(await scene.program.wait(within: .seconds(30)) == .exited(31), "\(scene.program.lastWords)")
      // The same keys again: they are other rows on the new timeline.
      try await pair.standby.source.sql("INSERT INTO keyed SELECT g, 'new' FROM generate_series(4, 5) g")
      let told = try await pair.standby.command(["recover"], pair.settings)
      #expect(told.status == .exited(31) && told.output.contains("the trail may hold changes"), "\(told)")
      let done = try await pair.standby.command(["recover", "--accept-gap"], pair.settings)
      #expect(done.status == .exited(0), "\(done)")
      let again = try await FaultScene.start(pair.standby, pair.settings)
      try await pair.standby.source.sql("INSERT INTO keyed VALUES (7, 'new')")
      try await pair.standby.waitForTrail(again.program)
      #expect(await pair.standby.stop(again.program) == .exited(0), "\(again.program.lastWords)")
      let rows = try await pair.standby.audit(
        """
        SELECT string_agg((new_data ->> 'id') || ' ' || (new_data ->> 'name'), ', ' ORDER BY change_timestamp, ordinal)
        FROM cdc.audit_log
        """)
      let lost = "1 both, 2 both, 3 both, 4 lost, 5 lost, 6 lost, "
      // With a slot from before the parting nothing of the new history is missing.
      #expect(rows == lost + (hasSlots ? "4 new, 5 new, 7 new" : "7 new"))
      let gap = try await pair.standby.audit("SELECT (to_lsn = from_lsn) || ' ' || reason FROM cdc.gap")
      #expect(gap.hasPrefix(hasSlots ? "true " : "false "), "\(gap)")
      #expect(gap.contains("histories parted"), "\(gap)")
      FaultScene.report(
        "failover to a standby that is behind the trail (PostgreSQL \(try await Self.version()))",
        hasSlots
          ? "refused with exit code 31; recover goes on at the fork, nothing of the new history is missing"
          : "refused with exit code 31; recover records the gap from the fork to the new slot")
      try await pair.destroy()
    }
  }
}

extension StandInServers {
  /// Runs a command of the program to its end.
  func command(_ words: [String], _ settings: [String: String] = [:]) async throws -> ChildProcess.Result {
    try await ChildProcess.run(
      try TestBed.binary(), words, options: .program(environment(settings)), within: .seconds(60))
  }
}
