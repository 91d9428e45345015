import FoundationEssentials
import Glibc
import Pipeline
import ServerKit
import Testing

/// `run` with `events.output`: the audit trail and events from one stream, each with an offset of its own.
@Suite(.serialized) struct StreamForkTests {
  private func words(_ scene: StreamScene) -> [String] {
    [
      "run", "--set", "events.output=\(scene.events)", "--set", "topic.prefix=srv", "--set",
      "offset.storage.file.filename=\(scene.offsets)", "--set", "converter.schemas.enable=false",
    ]
  }

  private func start(_ scene: StreamScene, _ mode: String = "no_data", events: Bool = true) async throws -> ChildProcess
  {
    try await scene.bed.start(["SNAPSHOT_MODE": mode], events ? words(scene) : ["run"])
  }

  /// Both are followed up to so many changes, and the program is stopped.
  private func follow(
    _ scene: StreamScene, trail: Int, events: Int, _ program: ChildProcess,
    at location: SourceLocation = #_sourceLocation
  ) async throws {
    try await scene.bed.waitForRows(trail, program)
    try await scene.waitForEvents(events, program)
    #expect(await program.terminate() == .exited(0), "\(program.lastWords)", sourceLocation: location)
  }

  @Test func `both hold every change once, whatever instant the program is killed at`() async throws {
    let scene = try await StreamScene.make(StreamLoad.table)
    let load = StreamLoad(bed: scene.bed)
    let seed = environmentNumber("CDC_CRASH_SEED") ?? .random(in: 1...999_999)
    try await scene.bed.inSource("CALL fill(1, 20)")
    try await load.run {
      try await load.kill(15, after: 50...400, seed: seed) { try await start(scene, "initial") }
    }
    let rows = Int(try scene.bed.ask(scene.bed.source, scene.name, "SELECT count(*) FROM t")) ?? 0
    try await follow(scene, trail: rows, events: rows, try await start(scene, "initial"))
    let differences = try load.differences(scene.lines())
    #expect(differences.isEmpty, "seed \(seed), \(rows) rows: \(differences.joined(separator: "; "))")
    let trail = try scene.bed.ask(
      scene.bed.audit, scene.bed.auditDatabase,
      "SELECT count(*) || ' ' || count(DISTINCT new_data ->> 'id') FROM cdc.audit_log")
    #expect(trail == "\(rows) \(rows)", "seed \(seed)")
  }

  @Test func `a snapshot and the stream after it go to both`() async throws {
    let scene = try await StreamScene.make()
    try await scene.insert(1...2)
    let program = try await start(scene, "initial")
    try await scene.bed.waitForStream(program)
    try await scene.insert(3...4)
    try await follow(scene, trail: 4, events: 4, program)
    try scene.expectStory("r1 r2 c3 c4")
    #expect(try scene.bed.trail() == "1 2 3 4")
  }

  @Test func `events that could not be stored are made up for, and the trail has nothing twice`() async throws {
    let scene = try await StreamScene.make()
    try await scene.bed.inSource("SELECT pg_create_logical_replication_slot('\(scene.name)', 'pgoutput')")
    let first = try await start(scene)
    try await scene.insert(1...3)
    try await follow(scene, trail: 3, events: 3, first)
    // The trail's transaction is committed when the events' offset cannot be stored.
    mkdir(scene.offsets + ".next", 0o700)
    try await scene.insert(4...4)
    let failing = try await start(scene)
    #expect(
      await failing.wait(within: .seconds(20)) == .exited(Failure.Kind.outputFailed.exitCode), "\(failing.lastWords)")
    #expect(try scene.bed.trail() == "1 2 3 4", "the trail is ahead")
    rmdir(scene.offsets + ".next")
    try await scene.insert(5...6)
    try await follow(scene, trail: 6, events: 6, try await start(scene))
    try scene.expectStory("c1 c2 c3 c4 c5 c6")
    #expect(try scene.bed.trail() == "1 2 3 4 5 6")
  }

  @Test func `events join where the trail stands, and again when their offset is lost`() async throws {
    let scene = try await StreamScene.make()
    try await scene.bed.storeFirst()
    let joined = try await start(scene, "initial")
    try await scene.bed.waitForStream(joined)
    try await scene.insert(4...5)
    try await follow(scene, trail: 5, events: 2, joined)
    try scene.expectStory("c4 c5")
    try FileManager.default.removeItem(atPath: scene.offsets)
    try await scene.insert(6...6)
    try await follow(scene, trail: 6, events: 3, try await start(scene))
    try scene.expectStory("c4 c5 c6")
    #expect(try scene.bed.trail() == "1 2 3 4 5 6")
  }

  @Test func `events that fell behind while the trail went on alone are a gap that is told`() async throws {
    let scene = try await StreamScene.make()
    try await scene.bed.storeFirst()
    let both = try await start(scene)
    try await scene.insert(4...4)
    try await follow(scene, trail: 4, events: 1, both)
    try await scene.insert(5...6)
    let alone = try await start(scene, events: false)
    try await scene.bed.waitForRows(6, alone)
    #expect(await alone.terminate() == .exited(0), "\(alone.lastWords)")
    let again = try await start(scene)
    #expect(await again.wait(within: .seconds(20)) == .exited(Failure.Kind.gap.exitCode), "\(again.lastWords)")
    #expect(again.standardError.contains("ahead of the stored offset"), "\(again.lastWords)")
    #expect(try scene.bed.trail() == "1 2 3 4 5 6")
    try scene.expectStory("c4")
  }
}
