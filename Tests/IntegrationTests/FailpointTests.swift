import FoundationEssentials
import Glibc
import Pipeline
import ServerKit
import Testing

#if DEBUG
  /// The program dies or fails at each named place, and goes on: every change is there once.
  @Suite(.serialized) struct FailpointTests {
    enum Outcome: String, CaseIterable {
      case die, error
    }

    /// The places that a trail alone goes through.
    static let ofTrail = Failpoint.allCases.filter { $0 != .afterLines && $0 != .betweenSinks }

    @Test(arguments: ofTrail, Outcome.allCases)
    func `a trail that ends anywhere goes on there`(_ point: Failpoint, _ outcome: Outcome) async throws {
      let servers = try await StandInServers.start("failpoint")
      let comparison = try await TrailComparison.begin(servers)
      let mode = ["SNAPSHOT_MODE": point.isOfSnapshot ? "initial" : "no_data"]
      // Enough for several batches of rows.
      let rows = "INSERT INTO keyed SELECT -g, repeat('x', 600), g FROM generate_series(1, 2000) g;"
      try await servers.source.sql(
        point.isOfSnapshot ? rows : "SELECT pg_create_logical_replication_slot('audit', 'pgoutput')")

      var workload = Workload(seed: 5)
      workload.writers = 1
      workload.pause = .milliseconds(5)
      workload.copyPause = 0.05
      let program = try await workload.run(on: servers.source) {
        let chosen = mode.merging([Failpoint.variable: "\(point.rawValue):\(outcome):\(point.passing)"]) { $1 }
        let former = point.isOfTakeover ? try await servers.program(mode) : nil
        if let former { try await servers.waitForTrail(former) }
        var program = try await servers.program(chosen)
        if let former {
          #expect(await program.waitForError("slot_in_use"), "\(program.lastWords)")
          former.signal(SIGKILL)
        }
        if point.isOfLargeTransaction { try await servers.source.sql(rows) }
        switch outcome {
        case .die:
          #expect(await program.wait(within: .seconds(30)) == .signalled(SIGKILL), "\(program.lastWords)")
          program = try await servers.program(mode)
        case .error:
          #expect(await program.waitForError("failpoint \(point.rawValue)"), "\(program.lastWords)")
        }
        try await servers.waitForTrail(program)
        return program
      }
      try await servers.waitForTrail(program)
      #expect(await servers.stop(program) == .exited(0), "\(program.lastWords)")
      let differences = try await comparison.differences()
      #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))\n\(program.lastWords)")
      #expect(
        try await servers.audit("SELECT count(*) > 0 FROM cdc.audit_log WHERE operation_type = 'SNAPSHOT'")
          == (point.isOfSnapshot ? "t" : "f"))
      try await servers.destroy()
    }

    @Test(arguments: [Failpoint.afterLines, .beforeConfirm], Outcome.allCases)
    func `a file of events that ends anywhere goes on there`(_ point: Failpoint, _ outcome: Outcome) async throws {
      let scene = try await StreamScene.make(StreamLoad.table)
      try await scene.bed.inSource("CALL fill(1, 20)")
      try await load(scene, point, outcome) { environment in
        try await ChildProcess.start(
          try TestBed.binary(), try scene.words([:], []),
          options: .program(["PATH": "/usr/bin:/bin"].merging(environment) { $1 }))
      }
    }

    @Test(arguments: Outcome.allCases)
    func `a trail and a file of events that end between their commits go on there`(_ outcome: Outcome) async throws {
      let scene = try await StreamScene.make(StreamLoad.table)
      let rows = try await load(scene, .betweenSinks, outcome) { environment in
        try await scene.bed.start(
          environment.merging(["SNAPSHOT_MODE": "initial"]) { $1 },
          [
            "run", "--set", "events.output=\(scene.events)", "--set", "topic.prefix=srv", "--set",
            "offset.storage.file.filename=\(scene.offsets)", "--set", "converter.schemas.enable=false",
          ])
      }
      let trail = try scene.bed.ask(
        scene.bed.audit, scene.bed.auditDatabase,
        "SELECT count(*) || ' ' || count(DISTINCT new_data ->> 'id') FROM cdc.audit_log")
      #expect(trail == "\(rows) \(rows)")
    }

    /// Runs a program that writes events through the place under writers, and compares; returns how many rows there are.
    @discardableResult
    private func load(
      _ scene: StreamScene, _ point: Failpoint, _ outcome: Outcome,
      _ start: @Sendable ([String: String]) async throws -> ChildProcess
    ) async throws -> Int {
      let load = StreamLoad(bed: scene.bed)
      let chosen = try await start([Failpoint.variable: "\(point.rawValue):\(outcome):\(point.passing)"])
      try await load.run {
        switch outcome {
        case .die:
          #expect(await chosen.wait(within: .seconds(30)) == .signalled(SIGKILL), "\(chosen.lastWords)")
        case .error:
          #expect(await chosen.waitForError("failpoint \(point.rawValue)"), "\(chosen.lastWords)")
        }
      }
      let program = outcome == .die ? try await start([:]) : chosen
      let rows = Int(try scene.bed.ask(scene.bed.source, scene.name, "SELECT count(*) FROM t")) ?? 0
      try await scene.waitForEvents(rows, program)
      #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
      let differences = try load.differences(scene.lines())
      #expect(differences.isEmpty, "\(rows) rows: \(differences.joined(separator: "; "))")
      return rows
    }

    @Test(arguments: [
      ("after-coffee:die", "there is no failpoint \"after-coffee\""), ("after-copy", "does not say what is to happen"),
      ("after-copy:sleep", "does not say what is to happen"), ("after-copy:die:0", "names no passing"),
      ("after-copy:die:1:2", "names no passing"),
    ])
    func `a choice that does not exist ends the program with what there is`(_ choice: String, _ message: String)
      async throws
    {
      let bed = try await TestBed.make()
      let program = try await bed.start([Failpoint.variable: choice])
      #expect(await program.wait(within: .seconds(20)) == .exited(1), "\(program.lastWords)")
      let words = program.standardError.split(separator: "\n").last { $0.hasPrefix("cdc-direct: ") } ?? ""
      #expect(words.contains(message) && words.contains("CDC_FAILPOINT"), "\(program.lastWords)")
    }

    @Test func `the table in the documents has each place`() throws {
      let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
      let page = try String(contentsOfFile: "\(root)/docs/architecture.md", encoding: .utf8)
      let section = try #require(page.split(separator: "\n## Failpoints\n").dropFirst().first)
      let rows = section.split(separator: "\n## ")[0].split(separator: "\n").filter { $0.hasPrefix("| `") }
      let names = rows.compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) }
      #expect(names == Failpoint.allCases.map(\.rawValue))
    }
  }

  extension Failpoint {
    fileprivate var isOfSnapshot: Bool { [.afterSlot, .midSnapshot, .atSeam].contains(self) }
    fileprivate var isOfLargeTransaction: Bool { [.midTransaction, .midSpool, .midReplay].contains(self) }
    fileprivate var isOfTakeover: Bool { [.slotHeld, .afterClaim].contains(self) }

    /// Places at the start are passed once, the others in the midst of the work.
    fileprivate var passing: Int {
      switch self {
      case .afterSlot, .atSeam, .slotHeld, .afterClaim, .beforeFirstOffset: 1
      case .midSnapshot, .midTransaction, .midSpool, .midReplay: 2
      case .afterCopy, .beforeCommit, .afterCommit, .afterLines, .betweenSinks, .beforeConfirm, .afterConfirm: 3
      }
    }
  }
#else
  @Suite struct FailpointTests {
    @Test func `a release build looks at no failpoint`() async throws {
      let bed = try await TestBed.make()
      try await bed.inSource("SELECT pg_create_logical_replication_slot('\(bed.name)', 'pgoutput')")
      let program = try await bed.start([Failpoint.variable: "before-commit:die"])
      try await bed.waitForStream(program)
      try await bed.change(1...3)
      try await bed.waitForRows(3, program)
      #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
    }
  }
#endif
