import Glibc
import PGReplication
import Testing

@testable import ServerKit

extension RunTests {
  /// Faults between the program and each server, one after the other under load: what it tells meanwhile, how long until
  /// changes flow again, and in the end that nothing is lost or doubled.
  @Suite struct Faults {
    /// A connection of the program.
    private enum Line: String, CaseIterable {
      case stream = "source, stream"
      case metadata = "source, metadata"
      case audit
    }

    /// What befalls it.
    private enum Fault: String, CaseIterable {
      case halfClosedByServer = "half-closed by the server"
      case halfClosedByUs = "half-closed towards the server"
      case stalled = "stalled without a reset"
      case cut = "cut, refused for a second"
      case cutInMessage = "cut in the middle of a message"
      case delayed = "delayed by 100 ms"
      case throttled = "throttled to 100 kB/s"

      /// Those that end the connection.
      var ends: Bool { self != .delayed && self != .throttled }
    }

    private struct Stage {
      let scene: FaultScene
      let source: TCPProxy
      let audit: TCPProxy

      func set(_ mode: TCPProxy.Mode, _ direction: TCPProxy.Direction = .both, on line: Line) async {
        switch line {
        case .stream: await source.set(mode, direction, of: [.replication])
        case .metadata: await source.set(mode, direction, of: [.ordinary])
        case .audit: await audit.set(mode, direction)
        }
      }
    }

    @Test func `each connection half-closed, stalled, cut, delayed and throttled under load`() async throws {
      let servers = try await StandInServers.start("faults")
      let comparison = try await TrailComparison.begin(servers)
      try await servers.source.sql("SELECT pg_create_logical_replication_slot('audit', 'pgoutput')")
      let stage = try await Self.stage(servers)
      var number = 0
      for line in Line.allCases {
        let faults = FaultScene.isLong ? Fault.allCases : [.halfClosedByServer] + (line == .metadata ? [.stalled] : [])
        for fault in faults {
          number += 1
          let table = number
          try await Workload(seed: UInt64(table), writers: 1, pause: .milliseconds(20)).run(on: servers.source) {
            try await Self.suffer(fault, line, stage, table)
          }
          // The writers delete all of it and roll that back: over minutes it would outgrow everything else.
          try await servers.source.sql("TRUNCATE bag")
        }
      }
      try await stage.scene.finish(comparison)
      await stage.source.close()
      await stage.audit.close()
      try await servers.destroy()
    }

    private static func stage(_ servers: StandInServers) async throws -> Stage {
      let (source, audit) = (
        try TCPProxy.start(toPort: servers.source.port), try TCPProxy.start(toPort: servers.audit.port)
      )
      let scene = try await FaultScene.start(servers, sourcePort: source.port, auditPort: audit.port)
      return Stage(scene: scene, source: source, audit: audit)
    }

    private static func suffer(_ fault: Fault, _ line: Line, _ stage: Stage, _ number: Int) async throws {
      let (scene, name) = (stage.scene, "\(line.rawValue): \(fault.rawValue)")
      try await scene.expectReady("before \(name)")
      let retries = scene.metric("cdc_direct_retries_total") ?? 0
      switch fault {
      case .halfClosedByServer: await stage.set(.halfClose, .toClient, on: line)
      case .halfClosedByUs: await stage.set(.halfClose, .toServer, on: line)
      case .stalled: await stage.set(.stall, on: line)
      case .cut: await stage.set(.cut, on: line)
      case .cutInMessage: await stage.set(.cutAfter(bytes: 20_000), on: line)
      case .delayed: await stage.set(.delay(.milliseconds(100)), on: line)
      case .throttled: await stage.set(.throttle(bytesPerSecond: 100_000), on: line)
      }
      // The catalogue is asked of a table that is new.
      try await scene.servers.source.sql(
        "CREATE TABLE fresh_\(number) (id int PRIMARY KEY); INSERT INTO fresh_\(number) SELECT generate_series(1, 2000)"
      )
      if fault.ends {
        #expect(
          try await scene.wait { (scene.metric("cdc_direct_retries_total") ?? 0) > retries },
          "\(name) is not noticed: \(scene.program.lastWords)")
        if fault == .stalled { try await scene.expectUnready(name) }
        if fault == .cut { try await Task.sleep(for: .seconds(1)) }
      } else {
        try await Task.sleep(for: .seconds(2))
        #expect(scene.get("/livez").status == 200)
        #expect(scene.get("/health").status == 200, "\(name): \(scene.get("/health").body)")
      }
      let healed = ContinuousClock.now
      await stage.set(.forward, on: line)
      _ = try await scene.timeUntilStored()
      let flows = ContinuousClock.now
      try await scene.expectReady("after \(name)")
      let more = (scene.metric("cdc_direct_retries_total") ?? 0) - retries
      FaultScene.report(name, "\(Int(more)) sessions anew, stored all \((flows - healed).inSeconds) s after it healed")
    }

    @Test(.enabled(if: FaultScene.isLong, "reliability/faults runs it"))
    func `servers and proxies that come back in another order`() async throws {
      let servers = try await StandInServers.start("faults-order")
      let comparison = try await TrailComparison.begin(servers)
      try await servers.source.sql("SELECT pg_create_logical_replication_slot('audit', 'pgoutput')")
      let stage = try await Self.stage(servers)
      try await servers.waitForTrail(stage.scene.program)
      enum Part: String { case audit, source, network }
      let orders: [[Part]] = [
        [.network, .audit, .source], [.network, .source, .audit], [.audit, .source, .network],
        [.source, .audit, .network], [.audit, .network, .source],
      ]
      for (turn, order) in orders.enumerated() {
        try await servers.source.sql("INSERT INTO keyed SELECT \(turn) * 10000 + g FROM generate_series(1, 3000) g")
        await stage.source.set(.refuse)
        await stage.audit.set(.refuse)
        try await servers.audit.stop(turn.isMultiple(of: 2) ? .fast : .immediate)
        try await servers.source.stop(turn.isMultiple(of: 2) ? .immediate : .fast)
        try await stage.scene.expectUnready("all is down")
        for part in order {
          switch part {
          case .audit: try await servers.audit.restart()
          case .source: try await servers.source.restart()
          case .network:
            await stage.source.set(.forward)
            await stage.audit.set(.forward)
          }
          try await Task.sleep(for: .milliseconds(500))
        }
        let began = ContinuousClock.now
        _ = try? await servers.source("SELECT 1")
        _ = try await stage.scene.timeUntilStored()
        let seconds = (ContinuousClock.now - began).inSeconds
        try await stage.scene.expectReady("after all came back")
        FaultScene.report(
          "all down, back in the order \(order.map(\.rawValue).joined(separator: ", "))",
          "stored all \(seconds) s after the last came back")
      }
      try await stage.scene.finish(comparison)
      await stage.source.close()
      await stage.audit.close()
      try await servers.destroy()
    }

    @Test func `a slot that is lost while the program is away is refused, and recover goes on`() async throws {
      let servers = try await StandInServers.start("faults-lost", source: [("max_slot_wal_keep_size", "1MB")])
      try await servers.source.sql("SELECT pg_create_logical_replication_slot('audit', 'pgoutput')")
      let scene = try await FaultScene.start(servers)
      try await servers.source.sql("INSERT INTO keyed VALUES (1)")
      try await servers.waitForTrail(scene.program)
      // It hangs; the server ends its walsender and gives the slot up.
      scene.program.signal(SIGSTOP)
      for _ in 0..<4 {
        try await servers.source.sql(
          "INSERT INTO keyed SELECT coalesce(max(id), 0) + 1 FROM keyed; SELECT pg_switch_wal()")
      }
      try await servers.source.sql("CHECKPOINT")
      try await servers.waitForSource(
        "SELECT wal_status = 'lost' FROM pg_replication_slots WHERE slot_name = 'audit'", "the loss of the slot")
      scene.program.signal(SIGCONT)
      #expect(await scene.program.wait(within: .seconds(20)) == .exited(22), "\(scene.program.lastWords)")
      let settings = FaultScene.bounds.merging(["HTTP_ENABLED": "false"]) { $1 }
      let told = try await servers.command(["recover"], settings)
      #expect(told.status == .exited(22) && told.output.contains("drop slot"), "\(told)")
      let done = try await servers.command(["recover", "--accept-gap"], settings)
      #expect(done.status == .exited(0), "\(done)")
      let again = try await FaultScene.start(servers)
      try await servers.source.sql("INSERT INTO keyed VALUES (100)")
      try await servers.waitForTrail(again.program)
      try await again.expectReady("after recover")
      #expect(await servers.stop(again.program) == .exited(0), "\(again.program.lastWords)")
      let ids = try await servers.audit("SELECT string_agg(row_key ->> 'id', ' ' ORDER BY id) FROM cdc.audit_log")
      // What had come before the stop may have been stored after it.
      #expect(ids.hasPrefix("1 ") && ids.hasSuffix(" 100"), "\(ids)")
      let numbers = ids.split(separator: " ").compactMap { Int($0) }
      #expect(numbers == Array(1...(numbers.count - 1)) + [100], "\(ids)")
      #expect(try await servers.audit("SELECT count(*) FROM cdc.gap WHERE reason LIKE '%is invalid%'") == "1")
      FaultScene.report("slot lost by max_slot_wal_keep_size", "exit code 22; recover records the gap, run goes on")
      try await servers.destroy()
    }

    @Test(.enabled(if: FaultScene.isLong, "reliability/faults runs it"))
    func `an idle database beside a busy one does not keep the log, and the metrics say so`() async throws {
      let servers = try await StandInServers.start("faults-idle", source: [("wal_writer_delay", "10ms")])
      try await servers.source.sql("CREATE DATABASE busy")
      try await servers.source.sql("CREATE TABLE t (x text)", database: "busy")
      try await servers.source.sql("SELECT pg_create_logical_replication_slot('audit', 'pgoutput')")
      let scene = try await FaultScene.start(servers)
      try await servers.waitForTrail(scene.program)
      let start = try await servers.sourceEnd()
      for _ in 0..<6 {
        try await servers.source.sql(
          "INSERT INTO t SELECT repeat('x', 1000) FROM generate_series(1, 20000); CHECKPOINT", database: "busy")
      }
      let written = try await servers.source("SELECT pg_current_wal_lsn() - '\(start)'::pg_lsn > 100000000")
      #expect(written == "t")
      let retained =
        "SELECT pg_current_wal_lsn() - restart_lsn < 20000000 FROM pg_replication_slots WHERE slot_name = 'audit'"
      // The slot's start moves on with the server's own records of running transactions, of which there is one in 15 s.
      try await servers.source.sql("CHECKPOINT")
      try await servers.waitForSource(retained, "the log's release", scene.program, within: .seconds(40))
      #expect(
        try await scene.wait { (scene.metric("cdc_direct_slot_retained_wal_bytes") ?? .infinity) < 20_000_000 },
        "\(scene.get("/metrics").body)")
      try await scene.expectReady("idle")
      #expect(scene.metric("cdc_direct_retries_total") == 0)
      #expect(await servers.stop(scene.program) == .exited(0), "\(scene.program.lastWords)")
      FaultScene.report("idle database, 120 MB written beside it", "less than 20 MB retained, no session ended")
      try await servers.destroy()
    }

    private static let canMount = geteuid() == 0

    @Test(
      .enabled(
        if: FaultScene.isLong && canMount, "reliability/faults runs it, as root: it mounts a file system of 24 MB"))
    func `a disk that is really full on the audit side is waited for`() async throws {
      let servers = try await StandInServers.start("faults-disk")
      let comparison = try await TrailComparison.begin(servers)
      try await servers.source.sql("SELECT pg_create_logical_replication_slot('audit', 'pgoutput')")
      let scene = try await FaultScene.start(servers, ["AUDIT_STATEMENT_TIMEOUT_MS": "10000"])
      try await servers.waitForTrail(scene.program)
      let disk = servers.audit.directory + "/small"
      try Files.makeDirectory(disk, owner: servers.audit.account)
      let options = servers.audit.account.map { "size=24m,uid=\($0.user),gid=\($0.group),mode=700" } ?? "size=24m"
      let mounted = try await ChildProcess.run("mount", ["-t", "tmpfs", "-o", options, "tmpfs", disk])
      try #require(mounted.status.isSuccess, "\(mounted.error)")
      do {
        try await servers.audit.sql("CREATE TABLESPACE small LOCATION '\(disk)'")
        try await servers.audit.sql(
          """
          SELECT format('ALTER TABLE %s SET TABLESPACE small', inhrelid::regclass) FROM pg_inherits
          WHERE inhparent = 'cdc.audit_log'::regclass \\gexec
          """)
        // 14 MB of rows at a time: the second does not fit.
        for turn in 0..<3 {
          try await servers.source.sql(
            "INSERT INTO wide SELECT \(turn) * 100000 + g, repeat(md5(g::text), 31), 0 FROM generate_series(1, 12000) g"
          )
        }
        #expect(
          await scene.program.waitForError("No space left on device", within: .seconds(60)),
          "\(scene.program.lastWords)")
        try await scene.expectUnready("the disk is full")
        #expect(scene.get("/ready").body.contains("audit"), "\(scene.get("/ready").body)")
        let full = try await servers.audit("SELECT count(*) FROM cdc.audit_log")
        let grown = try await ChildProcess.run("mount", ["-o", "remount,size=400m", disk])
        try #require(grown.status.isSuccess, "\(grown.error)")
        let seconds = try await scene.timeUntilStored()
        try await scene.expectReady("there is room")
        FaultScene.report("audit disk full at \(full) rows", "stored all \(seconds) s after there was room")
        try await scene.finish(comparison)
        try await servers.audit.stop(.immediate)
      } catch {
        try? await servers.audit.stop(.immediate)
        _ = try await ChildProcess.run("umount", ["-l", disk])
        throw error
      }
      let gone = try await ChildProcess.run("umount", [disk])
      #expect(gone.status.isSuccess, "\(gone.error)")
      try await servers.destroy()
    }

    private static let faketime = [
      "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1", "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
    ].first(where: Files.exists)

    @Test(
      .enabled(if: faketime != nil, "libfaketime is missing: apt-get install libfaketime"),
      .disabled(if: ChildProcess.isSanitized, "libfaketime and the sanitizers' runtime do not go together"))
    func `a wall clock that jumps by a day, forwards and back, ends no session`() async throws {
      let servers = try await StandInServers.start("faults-clock")
      let comparison = try await TrailComparison.begin(servers)
      try await servers.source.sql("SELECT pg_create_logical_replication_slot('audit', 'pgoutput')")
      let clock = servers.source.directory + "/clock"
      try Files.write("+0", to: clock)
      let scene = try await FaultScene.start(
        servers,
        [
          "LD_PRELOAD": try #require(Self.faketime), "FAKETIME_TIMESTAMP_FILE": clock, "FAKETIME_NO_CACHE": "1",
          // A kernel's monotonic clock does not jump with the wall clock.
          "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1",
        ])
      try await servers.waitForTrail(scene.program)
      try await scene.expectReady("before the jump")
      for (turn, jump) in ["+1d", "-1d", "+0"].enumerated() {
        try Files.write(jump, to: clock)
        try await servers.source.sql("INSERT INTO keyed SELECT \(turn) * 100 + g FROM generate_series(1, 50) g")
        let seconds = try await scene.timeUntilStored(within: .seconds(20))
        // Longer than all the bounds that are set.
        try await Task.sleep(for: .seconds(2))
        #expect(scene.get("/health").status == 200, "\(jump): \(scene.get("/health").body)")
        try await scene.expectReady("after \(jump)")
        FaultScene.report("our wall clock at \(jump)", "stored all \(seconds) s after it, no session ended")
      }
      #expect(scene.metric("cdc_direct_retries_total") == 0, "\(scene.program.lastWords)")
      try await scene.finish(comparison)
      try await servers.destroy()
    }
  }
}
