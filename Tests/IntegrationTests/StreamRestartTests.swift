import FoundationEssentials
import Glibc
import Pipeline
import ServerKit
import Testing

/// Whatever ends `stream`, the next start goes on exactly there.
@Suite(.serialized) struct StreamRestartTests {
  @Test func `no kill at any instant loses or doubles an event`() async throws {
    let scene = try await StreamScene.make(StreamLoad.table)
    let load = StreamLoad(bed: scene.bed)
    let seed = environmentNumber("CDC_CRASH_SEED") ?? .random(in: 1...999_999)
    let kills = Int(environmentNumber("CDC_STREAM_KILLS") ?? 30)
    try await scene.bed.inSource("CALL fill(1, 50)")
    try await load.run {
      var random = SeededRandom(seed)
      for _ in 0..<kills {
        let program = try await scene.start()
        // The instant is what is tested; nothing is waited for.
        try await Task.sleep(for: .milliseconds(Int.random(in: 20...250, using: &random)))
        if Int.random(in: 0..<6, using: &random) == 0 {
          _ = try scene.bed.ask(
            scene.bed.source, scene.name,
            "SELECT count(pg_terminate_backend(active_pid)) FROM pg_replication_slots WHERE slot_name = '\(scene.name)' AND active"
          )
          try await Task.sleep(for: .milliseconds(Int.random(in: 0...60, using: &random)))
        }
        #expect(program.exitStatus == nil, "seed \(seed): \(program.lastWords)")
        program.signal(SIGKILL)
        _ = await program.wait()
      }
    }
    let rows = try scene.bed.ask(scene.bed.source, scene.name, "SELECT count(*) FROM t")
    try await scene.follow(to: Int(rows) ?? 0)
    let differences = try load.differences(scene.lines())
    #expect(differences.isEmpty, "seed \(seed), \(rows) rows: \(differences.joined(separator: "; "))")
  }

  @Test func `a kill in the middle of the first snapshot leaves nothing of it behind`() async throws {
    let scene = try await StreamScene.make()
    try await scene.bed.inSource("INSERT INTO t SELECT g, repeat('x', 200) FROM generate_series(1, 12000) g")
    for _ in 0..<2 {
      let program = try await scene.start()
      try await scene.waitForEvents(500, program)
      program.signal(SIGKILL)
      _ = await program.wait()
    }
    let result = try await scene.run([:], ["--output", scene.events, "--idle-exit", "0.2"])
    #expect(result.status == .exited(0), "\(result.error)")
    let ids = try scene.lines().compactMap { $0.key?.id }
    #expect(ids.count == 12000 && ids == Array(1...12000), "\(ids.count) rows, \(Set(ids).count) of them different")
  }

  @Test(arguments: ["{\"topic\":\"srv.public.t\",\"par", "{}\n{}\n", "no newline"])
  func `what stands after the stored length is cut off`(_ rest: String) async throws {
    let scene = try await StreamScene.make()
    let program = try await scene.streaming()
    try await scene.insert(1...2)
    try await scene.waitForEvents(2, program)
    #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
    try scene.write(scene.text(scene.events) + rest, to: "events.jsonl")
    try await scene.insert(3...3)
    let result = try await scene.run([:], ["--output", scene.events, "--idle-exit", "0.3"])
    #expect(result.status == .exited(0), "\(result.error)")
    try scene.expectStory("c1 c2 c3")
  }

  /// Two names of one file, and of the directory it lies in.
  @Test func `the file is the same by whatever name it is given`() async throws {
    let scene = try await StreamScene.make()
    let program = try await scene.streaming()
    try await scene.insert(1...2)
    try await scene.waitForEvents(2, program)
    program.signal(SIGKILL)
    _ = await program.wait()
    try scene.write(scene.text(scene.events) + "{\"written\": \"and not stored\"}\n", to: "events.jsonl")
    let other = scene.bed.source.directory + "/./\(scene.name)-events.jsonl"
    try await scene.insert(3...3)
    let result = try await scene.run([:], ["--output", other, "--idle-exit", "0.3"])
    #expect(result.status == .exited(0), "\(result.error)")
    try scene.expectStory("c1 c2 c3")
  }

  @Test(arguments: [true, false])
  func `a sender that is terminated inside a transaction repeats nothing`(_ toFile: Bool) async throws {
    let scene = try await StreamScene.make()
    try await scene.dropSlot()
    try await scene.bed.inSource("SELECT pg_create_logical_replication_slot('\(scene.name)', 'pgoutput')")
    try await scene.bed.inSource("INSERT INTO t SELECT g, repeat('x', 100) FROM generate_series(1, 20000) g")
    var options = ChildProcess.Options.program(["PATH": "/usr/bin:/bin"])
    if !toFile { options.output = .file(scene.events) }
    let words = try scene.words(
      ["snapshot.mode": "no_data"], ["--max-events", "20000"] + (toFile ? ["--output", scene.events] : []))
    let program = try await ChildProcess.start(try TestBed.binary(), words, options: options)
    try await scene.waitForEvents(100, program)
    scene.terminateSenderIfThere()
    #expect(await program.wait(within: .seconds(30)) == .exited(0), "\(program.lastWords)")
    let ids = try scene.lines().compactMap { $0.key?.id }
    #expect(ids == Array(1...20000), "\(ids.count) events, \(Set(ids).count) of them different")
  }

  @Test func `a sender that is terminated again and again between transactions is followed by the next one`()
    async throws
  {
    let scene = try await StreamScene.make()
    let program = try await scene.streaming()
    for round in 0..<4 {
      try await scene.insert(2 * round + 1...2 * round + 1)
      if round % 2 == 1 { try await scene.waitForEvents(2 * round + 1, program) }
      scene.terminateSenderIfThere()
      try await scene.insert(2 * round + 2...2 * round + 2)
      try await scene.waitForEvents(2 * round + 2, program)
    }
    #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
    try scene.expectStory((1...8).map { "c\($0)" }.joined(separator: " "))
  }

  @Test func `a slot that is gone stops it with words, and when_needed reads all rows anew`() async throws {
    let scene = try await StreamScene.make()
    try await scene.insert(1...1)
    try await scene.follow(to: 1)
    try await scene.dropSlot()
    try await scene.insert(2...2)
    try await scene.expectEnd(
      .slotMissing, saying: ["slot \"\(scene.name)\" does not exist", "snapshot.mode=when_needed"], [:],
      ["--output", scene.events])
    try scene.expectStory("r1")
    let program = try await scene.streaming(["snapshot.mode": "when_needed"])
    try await scene.insert(3...3)
    try await scene.waitForEvents(4, program)
    #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
    try scene.expectStory("r1 r1 r2 c3")
  }

  @Test(arguments: [
    ("initial", "r1 c2 c3 c4"), ("no_data", "c2 c3 c4"), ("never", "c2 c3 c4"), ("when_needed", "r1 c2 c3 c4"),
    // What was changed while nobody read shows in the rows alone.
    ("always", "r1 c2 r1 r2 r3 c4"),
  ])
  func `a restart goes by snapshot.mode`(_ mode: String, _ story: String) async throws {
    let scene = try await StreamScene.make()
    let settings = ["snapshot.mode": mode]
    try await scene.insert(1...1)
    let first = try await scene.streaming(settings)
    try await scene.insert(2...2)
    try await scene.waitForEvents(story.hasPrefix("r1") ? 2 : 1, first)
    #expect(await first.terminate() == .exited(0), "\(first.lastWords)")
    try await scene.insert(3...3)
    let second = try await scene.streaming(settings)
    try await scene.insert(4...4)
    try await scene.waitForEvents(story.split(separator: " ").count, second)
    #expect(await second.terminate() == .exited(0), "\(second.lastWords)")
    try scene.expectStory(story)
  }

  @Test func `positions in memory go with the process, and lines stay`() async throws {
    let scene = try await StreamScene.make()
    let settings = [
      "offset.storage": "org.apache.kafka.connect.storage.MemoryOffsetBackingStore", "offset.storage.file.filename": "",
    ]
    try await scene.insert(1...1)
    let program = try await scene.streaming(settings)
    try await scene.insert(2...2)
    try await scene.waitForEvents(2, program)
    // Within the process nothing is forgotten.
    scene.terminateSenderIfThere()
    try await scene.insert(3...3)
    try await scene.waitForEvents(3, program)
    #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
    try await scene.follow(to: 6, settings)
    try scene.expectStory("r1 c2 c3 r1 r2 r3")
    #expect(!FileManager.default.fileExists(atPath: scene.offsets))
  }

  @Test func `a second process waits for the slot and takes over after a kill`() async throws {
    let scene = try await StreamScene.make()
    let first = try await scene.streaming()
    let second = try await scene.start()
    #expect(await second.waitForError("slot_in_use"), "\(second.lastWords)")
    try await scene.insert(1...3)
    try await scene.waitForEvents(3, first)
    first.signal(SIGKILL)
    _ = await first.wait()
    try await scene.insert(4...5)
    try await scene.waitForEvents(5, second)
    #expect(await second.terminate() == .exited(0), "\(second.lastWords)")
    try scene.expectStory("c1 c2 c3 c4 c5")
  }

  @Test func `one output is not written by two`() async throws {
    let scene = try await StreamScene.make()
    let first = try await scene.streaming()
    try await scene.insert(1...2)
    try await scene.waitForEvents(2, first)
    try await scene.expectEnd(
      .outputFailed, saying: ["being written by another process", "name another output"],
      ["slot.name": "\(scene.name)_2", "offset.storage.file.filename": scene.path("offsets2")],
      ["--output", scene.events])
    try await scene.insert(3...3)
    try await scene.waitForEvents(3, first)
    #expect(await first.terminate() == .exited(0), "\(first.lastWords)")
    try scene.expectStory("c1 c2 c3")
  }

  @Test func `with lsn.flush.mode=manual the slot stays where it is, and nothing is repeated`() async throws {
    let scene = try await StreamScene.make()
    try await scene.follow(to: 0)
    let before = try scene.confirmed()
    try await scene.insert(1...2)
    try await scene.follow(to: 2, ["lsn.flush.mode": "manual"])
    #expect(try scene.confirmed() == before)
    try await scene.insert(3...3)
    try await scene.follow(to: 3, ["lsn.flush.mode": "manual"])
    #expect(try scene.confirmed() == before)
    try await scene.insert(4...4)
    try await scene.follow(to: 4)
    #expect(try scene.confirmed() != before)
    try scene.expectStory("c1 c2 c3 c4")
  }

  @Test(arguments: ["no_validation", "trust_offset", "trust_slot", "trust_greater_lsn"])
  func `a slot that was moved on is a gap, unless it is trusted`(_ strategy: String) async throws {
    let scene = try await StreamScene.make()
    let settings = ["offset.mismatch.strategy": strategy]
    try await scene.insert(1...1)
    try await scene.follow(to: 1, settings)
    try await scene.insert(2...2)
    try await scene.bed.inSource("SELECT pg_replication_slot_advance('\(scene.name)', pg_current_wal_flush_lsn())")
    try await scene.insert(3...3)
    if ["no_validation", "trust_offset"].contains(strategy) {
      try await scene.expectEnd(
        .gap, saying: ["ahead of the stored offset", "never recorded"], settings, ["--output", scene.events])
      try scene.expectStory("r1")
    } else {
      try await scene.follow(to: 2, settings)
      try scene.expectStory("r1 c3")
    }
  }

  @Test func `another source's offset is refused and its file left alone`() async throws {
    let scene = try await StreamScene.make()
    try await scene.insert(1...1)
    try await scene.follow(to: 1)
    let other = try await StreamScene.make()
    try await other.expectEnd(
      .foreignOffset, saying: ["database \(scene.name), slot \(scene.name)", "offset.storage.file.filename"],
      ["offset.storage.file.filename": scene.offsets], ["--output", scene.events])
    try await scene.insert(2...2)
    try await scene.follow(to: 2)
    try scene.expectStory("r1 c2")
  }
}
