import Glibc
import ServerKit
import Testing

/// Signals, snapshots that they ask for, and heartbeats.
@Suite(.serialized) struct StreamSignalTests {
  private func settings(_ scene: StreamScene, _ own: [String: String] = [:]) -> [String: String] {
    let usual = [
      "snapshot.mode": "no_data", "signal.enabled.channels": "file", "signal.file": scene.path("signals"),
      "signal.poll.interval.ms": "30", "incremental.snapshot.chunk.size": "10",
    ]
    return usual.merging(own) { $1 }
  }

  private func signal(_ type: String) -> String {
    "{\"id\":\"s1\",\"type\":\"execute-snapshot\",\"data\":{\"data-collections\":[\"public.t\"],\"type\":\"\(type)\"}}\n"
  }

  @Test func `a blocking snapshot that the file asks for comes between changes, and the file is emptied`() async throws
  {
    let scene = try await StreamScene.make()
    try await scene.insert(1...3)
    let program = try await scene.streaming(settings(scene))
    try await scene.insert(4...4)
    try await scene.waitForEvents(1, program)
    try scene.write(signal("blocking"), to: "signals")
    try await scene.waitForEvents(5, program)
    try await scene.insert(5...5)
    try await scene.waitForEvents(6, program)
    #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
    try scene.expectStory("c4 r1 r2 r3 r4 c5")
    #expect(scene.text(scene.path("signals")).isEmpty)
    try await scene.insert(6...6)
    try await scene.follow(to: 7, settings(scene))
    try scene.expectStory("c4 r1 r2 r3 r4 c5 c6", "a signal is carried out once")
  }

  @Test func `an incremental snapshot reads without writing, also over a kill`() async throws {
    let scene = try await StreamScene.make()
    try await scene.bed.inSource("INSERT INTO t SELECT g, 'row' FROM generate_series(1, 400) g")
    let own = settings(scene, ["read.only": "true"])
    let first = try await scene.streaming(own)
    try scene.write(signal("incremental"), to: "signals")
    try await scene.waitForEvents(50, first)
    first.signal(SIGKILL)
    _ = await first.wait()
    try await scene.follow(to: 400, own)
    let lines = try scene.lines()
    #expect(lines.allSatisfy { $0.value?.op == "r" && $0.value?.source?.snapshot == "incremental" })
    #expect(lines.compactMap { $0.key?.id } == Array(1...400), "\(lines.count) events")
  }

  @Test func `a signal that is none is told and skipped`() async throws {
    let scene = try await StreamScene.make()
    let program = try await scene.streaming(settings(scene))
    try scene.write(
      "no signal\n{\"id\":\"l\",\"type\":\"log\",\"data\":{\"message\":\"hello there\"}}\n", to: "signals")
    #expect(await program.waitForError("hello there"), "\(program.lastWords)")
    #expect(program.standardError.contains("is no signal"), "\(program.lastWords)")
    try await scene.insert(1...1)
    try await scene.waitForEvents(1, program)
    #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
  }

  @Test func `heartbeats are lines of their topic, and their query makes events`() async throws {
    let scene = try await StreamScene.make(
      "CREATE TABLE t (id int PRIMARY KEY, v text); CREATE TABLE beat (id int PRIMARY KEY, n int)")
    let program = try await scene.streaming([
      "snapshot.mode": "no_data", "heartbeat.interval.ms": "40", "topic.heartbeat.prefix": "beats",
      "heartbeat.action.query": "INSERT INTO beat VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET n = beat.n + 1",
    ])
    try await scene.waitForEvents(8, program)
    #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
    let topics = try Set(scene.lines().map(\.topic))
    #expect(topics == ["beats.srv", "srv.public.beat"], "\(topics)")
  }

  @Test func `a stream that is never quiet has heartbeats, too`() async throws {
    let scene = try await StreamScene.make()
    let program = try await scene.streaming(["snapshot.mode": "no_data", "heartbeat.interval.ms": "10"])
    let count = 3000
    try await scene.bed.inSource(
      "DO $$ BEGIN FOR i IN 1..\(count) LOOP INSERT INTO t VALUES (i, 'v'); COMMIT; END LOOP; END $$")
    try await scene.waitForEvents(count, program)
    #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
    let topics = try scene.lines().map(\.topic)
    let first = try #require(topics.firstIndex(of: "srv.public.t"))
    let last = try #require(topics.lastIndex(of: "srv.public.t"))
    let between = topics[first..<last].count { $0 != "srv.public.t" }
    #expect(between > 0, "no heartbeat between the first and the last of \(count) transactions")
  }
}
