import FoundationEssentials
import Glibc
import Pipeline
import ServerKit
import Testing

/// `stream` as a program: where settings come from, where events go, how it ends.
@Suite(.serialized) struct StreamCommandTests {
  /// How settings may be given.
  enum Form: CaseIterable {
    case properties, json, wrapped, inline, set
  }

  private func words(_ form: Form, _ scene: StreamScene) throws -> [String] {
    var properties = scene.properties(["offset.storage.file.filename": ""])
    let name = properties.removeValue(forKey: "name") ?? ""
    let encoder = JSONEncoder()
    let json = String(decoding: try encoder.encode(properties), as: UTF8.self)
    let wrapped = "{\"name\": \"\(name)\", \"config\": \(json)}"
    let lines = properties.map { "\($0.key)=\($0.value)\n" }.joined()
    switch form {
    case .properties:
      try scene.write("# a connector\n\(lines)", to: "c.properties")
      return ["--properties", scene.path("c.properties")]
    case .json:
      try scene.write(json, to: "c.json")
      return ["--properties", scene.path("c.json")]
    case .wrapped:
      try scene.write(wrapped, to: "c.json")
      return ["--properties", scene.path("c.json")]
    case .inline: return ["--properties", wrapped]
    case .set: return properties.flatMap { ["--set", "\($0.key)=\($0.value)"] }
    }
  }

  @Test(arguments: Form.allCases)
  func `settings come from a file of any form or from the command line, events go to standard output`(_ form: Form)
    async throws
  {
    let scene = try await StreamScene.make()
    try await scene.bed.inSource("INSERT INTO t SELECT g, 'row' FROM generate_series(1, 3) g")
    let output = form == .json ? ["--output", "-"] : []
    let result = try await scene.command(["stream"] + words(form, scene) + output + ["--max-events", "3"])
    #expect(result.status == .exited(0), "\(result.error)")
    let lines = try StreamLine.all(result.output)
    #expect(lines.map(\.story) == ["r1", "r2", "r3"], "\(result.output)")
    #expect(lines.allSatisfy { $0.topic == "srv.public.t" })
    #expect(!result.error.contains("\"topic\""), "logs and events do not mix: \(result.error)")
  }

  @Test func `a second properties argument wins over the first, and --set over both`() async throws {
    let scene = try await StreamScene.make()
    try await scene.insert(1...1)
    let result = try await scene.run(
      [:],
      [
        "--properties", "{\"topic.prefix\": \"second\", \"snapshot.mode\": \"no_data\"}", "--set",
        "snapshot.mode=initial", "--max-events", "1",
      ])
    #expect(result.status == .exited(0), "\(result.error)")
    #expect(try StreamLine.all(result.output).map(\.topic) == ["second.public.t"], "\(result.output)\(result.error)")
  }

  @Test(arguments: [1, 4, 5, 8])
  func `exactly so many events as are wanted, and the next run goes on`(_ count: Int) async throws {
    let scene = try await StreamScene.make()
    // Five rows of the snapshot, then one transaction of five.
    try await scene.bed.inSource("INSERT INTO t SELECT g FROM generate_series(1, 5) g")
    let first = try await scene.run([:], ["--output", scene.events, "--max-events", "5"])
    #expect(first.status == .exited(0), "\(first.error)")
    try scene.expectStory("r1 r2 r3 r4 r5")
    try await scene.bed.inSource("INSERT INTO t SELECT g FROM generate_series(6, 15) g")
    let second = try await scene.run([:], ["--output", scene.events, "--max-events", "\(count)"])
    #expect(second.status == .exited(0), "\(second.error)")
    let expected = (1...5).map { "r\($0)" } + (6..<6 + count).map { "c\($0)" }
    try scene.expectStory(expected.joined(separator: " "))
    // Whatever was cut in the middle of a transaction is there once in the end.
    let rest = try await scene.run([:], ["--output", scene.events, "--max-events", "10"])
    #expect(rest.status == .exited(0), "\(rest.error)")
    try scene.expectStory(((1...5).map { "r\($0)" } + (6...15).map { "c\($0)" }).joined(separator: " "))
  }

  @Test func `silence ends it with everything that was there`() async throws {
    let scene = try await StreamScene.make()
    try await scene.bed.inSource("INSERT INTO t SELECT g FROM generate_series(1, 3) g")
    let first = try await scene.run([:], ["--output", scene.events, "--idle-exit", "0.3"])
    #expect(first.status == .exited(0), "\(first.error)")
    try await scene.insert(4...6)
    let second = try await scene.run([:], ["--output", scene.events, "--idle-exit", "0.3", "--max-events", "100"])
    #expect(second.status == .exited(0), "\(second.error)")
    try scene.expectStory("r1 r2 r3 c4 c5 c6")
    #expect(second.error.contains("stopped") && second.error.contains("\"events\":3"), "\(second.error)")
  }

  @Test(arguments: [SIGTERM, SIGINT])
  func `a signal ends it with 0, and the slot hears of what was written`(_ signal: Int32) async throws {
    let scene = try await StreamScene.make()
    let program = try await scene.streaming()
    try await scene.insert(1...3)
    try await scene.waitForEvents(3, program)
    let end = try scene.bed.ask(scene.bed.source, scene.name, "SELECT pg_current_wal_insert_lsn()")
    program.signal(signal)
    #expect(await program.wait(within: .seconds(10)) == .exited(0), "\(program.lastWords)")
    let position = scene.text(scene.offsets).split(separator: "\n").first { $0.hasPrefix("position=") }
    #expect(position != nil, "\(scene.text(scene.offsets))")
    let held = try scene.bed.ask(
      scene.bed.source, scene.name,
      "SELECT '\(position?.dropFirst(9) ?? "0/0")'::pg_lsn >= confirmed_flush_lsn AND confirmed_flush_lsn <= '\(end)'::pg_lsn + 100000 FROM pg_replication_slots WHERE slot_name = '\(scene.name)'"
    )
    #expect(held == "t", "\(position ?? "")")
    try scene.expectStory("c1 c2 c3")
  }

  @Test func `with initial_only the rows come once, and nothing after them`() async throws {
    let scene = try await StreamScene.make()
    let only = ["snapshot.mode": "initial_only"]
    try await scene.insert(1...2)
    let program = try await scene.start(only)
    try await scene.waitForEvents(2, program)
    #expect(program.exitStatus == nil, "the connector goes on running without work: \(program.lastWords)")
    #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
    try await scene.insert(3...3)
    let again = try await scene.run(only, ["--output", scene.events, "--idle-exit", "0.1"])
    #expect(again.status == .exited(0), "\(again.error)")
    try scene.expectStory("r1 r2")
  }

  @Test func `a pipe that nobody reads any more ends it, and nothing is stored that was not written`() async throws {
    let scene = try await StreamScene.make()
    mkfifo(scene.path("pipe"), 0o600)
    let reader = open(scene.path("pipe"), O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    let program = try await scene.streaming([:], ["--output", scene.path("pipe")])
    try await scene.insert(1...1)
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    var text = ""
    let deadline = ContinuousClock.now + .seconds(20)
    while !text.hasSuffix("\n"), ContinuousClock.now < deadline {
      let count = read(reader, &bytes, bytes.count)
      if count > 0 { text += String(decoding: bytes[..<count], as: UTF8.self) } else { await Task.yield() }
    }
    #expect(try StreamLine.all(text).map(\.story) == ["c1"], "\(program.lastWords)")
    close(reader)
    #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
  }
}
