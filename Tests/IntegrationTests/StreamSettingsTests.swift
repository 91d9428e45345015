import Glibc
import Pipeline
import ServerKit
import Testing

/// What `stream` says of settings and files that are wrong.
@Suite(.serialized) struct StreamSettingsTests {
  @Test func `everything wrong with the settings is told at once, with exit code 2`() async throws {
    let scene = try await StreamScene.make()
    let result = try await scene.run(
      [
        "topic.prefix": "", "snapshot.mode": "sometimes", "decimal.handling.mode": "exact",
        "table.include.list": "public.(t", "slot.nam": "typo", "tombstones.on.delete": "perhaps",
        "offset.mismatch.strategy": "guess", "heartbeat.interval.ms": "soon", "plugin.name": "wal2json",
        "converters": "mine", "table.whitelist": "public.t",
        "offset.storage": "org.apache.kafka.connect.storage.KafkaOffsetBackingStore",
      ])
    #expect(result.status == .exited(2), "\(result.error)")
    for words in [
      "12 problems with the settings:", "topic.prefix: it is required",
      "snapshot.mode (\(scene.path("reader.properties"))",
      "initial_only", "decimal.handling.mode (", "table.include.list (", "slot.nam (", "Did you mean slot.name?",
      "tombstones.on.delete (", "offset.mismatch.strategy (", "trust_greater_lsn", "heartbeat.interval.ms (",
      "plugin.name (", "converters (", "table.whitelist (", "table.include.list", "offset.storage (",
    ] {
      #expect(result.error.contains(words), "\(words) is not in:\n\(result.error)")
    }
    #expect(result.output.isEmpty && scene.text(scene.events).isEmpty)
    let slots = "SELECT count(*) FROM pg_replication_slots WHERE slot_name = '\(scene.name)'"
    #expect(try scene.bed.ask(scene.bed.source, scene.name, slots) == "0", "nothing was begun")
  }

  @Test(
    arguments: [
      (["transforms": "a", "transforms.a.type": "com.example.Mine"], "com.example.Mine"),
      (["transforms": "a"], "transforms.a.type"),
      (["transforms": "a", "transforms.a.type": "org.apache.kafka.connect.transforms.MaskField$Value"], "fields"),
      (
        [
          "transforms": "a", "transforms.a.type": "io.debezium.transforms.Filter",
          "transforms.a.language": "jsr223.groovy",
          "transforms.a.condition": "value.op.each { it }",
        ], "'{' is not supported"
      ),
      (["topic.naming.strategy": "com.example.Mine"], "topic.naming.strategy"),
      (
        [
          "topic.naming.strategy": "io.debezium.schema.DefaultRegexTopicNamingStrategy", "topic.regex": "(",
          "topic.replacement": "x",
        ], "topic.regex"
      ),
      (["value.converter": "io.confluent.connect.avro.AvroConverter"], "value.converter"),
      (["signal.enabled.channels": "kafka"], "signal.enabled.channels"),
    ] as [([String: String], String)])
  func `what cannot be honoured stops the start and is named`(_ settings: [String: String], _ word: String) async throws
  {
    let scene = try await StreamScene.make("SELECT 1")
    let result = try await scene.run(settings)
    #expect(result.status == .exited(2), "\(result.error)")
    #expect(result.error.contains(word), "\(word) is not in: \(result.error)")
  }

  @Test func `properties without a meaning here are named and change nothing`() async throws {
    let scene = try await StreamScene.make()
    try await scene.insert(1...1)
    let result = try await scene.run(
      ["tasks.max": "1", "max.queue.size": "100", "openlineage.integration.enabled": "false", "poll.interval.ms": "7"],
      ["--output", scene.events, "--max-events", "1"])
    #expect(result.status == .exited(0), "\(result.error)")
    for name in ["tasks.max", "max.queue.size", "poll.interval.ms", "openlineage.integration.enabled"] {
      #expect(result.error.contains(name), "\(name) is not in: \(result.error)")
    }
    try scene.expectStory("r1")
  }

  @Test(arguments: [
    ["--max-events", "0"], ["--max-events", "many"], ["--idle-exit", "0"], ["--idle-exit", "-1"], ["--no-such-option"],
    ["--set", "justakey"], ["--output"],
  ])
  func `wrong usage ends with 64`(_ words: [String]) async throws {
    let result = try await StreamScene.make("SELECT 1").command(["stream"] + words)
    #expect(result.status == .exited(64), "\(result.error)")
    #expect(!result.error.contains("justakey"))
  }

  @Test func `an output or an offset that cannot be written ends it with 44 before a slot is made`() async throws {
    let scene = try await StreamScene.make()
    try await scene.insert(1...1)
    for path in [scene.path("missing/events"), scene.bed.source.directory] {
      try await scene.expectEnd(.outputFailed, saying: ["the output cannot be opened", path], [:], ["--output", path])
    }
    try await scene.expectEnd(
      .outputFailed, saying: ["the offset file cannot be read: Is a directory"],
      ["offset.storage.file.filename": scene.bed.source.directory])
    try scene.write("\u{AC}\u{ED}\u{0}\u{5}sr java.util.HashMap", to: "foreign")
    try await scene.expectEnd(
      .outputFailed, saying: ["none of ours", "a connector's own cannot be read", scene.path("foreign")],
      ["offset.storage.file.filename": scene.path("foreign")])
    let slots = "SELECT count(*) FROM pg_replication_slots WHERE slot_name = '\(scene.name)'"
    #expect(try scene.bed.ask(scene.bed.source, scene.name, slots) == "0")
    try await scene.expectEnd(
      .outputFailed, saying: ["the offset cannot be stored: No such file or directory"],
      ["offset.storage.file.filename": scene.path("missing/offsets")])
    try await scene.expectEnd(
      .outputFailed, saying: ["the output cannot be written: No space left on device", "/dev/full"], [:],
      ["--output", "/dev/full"])
    // With the cause mended it begins as if nothing had been.
    #expect(try await scene.run([:], ["--output", scene.events, "--max-events", "1"]).status == .exited(0))
    try scene.expectStory("r1")
  }

  private static let mask = [
    "transforms": "unwrap,mask", "transforms.unwrap.type": "io.debezium.transforms.ExtractNewRecordState",
    "transforms.mask.type": "org.apache.kafka.connect.transforms.MaskField$Value", "transforms.mask.fields": "flag",
    "transforms.mask.replacement": "no boolean", "transforms.mask.predicate": "flagged", "predicates": "flagged",
    "predicates.flagged.type": "org.apache.kafka.connect.transforms.predicates.TopicNameMatches",
    "predicates.flagged.pattern": ".*flagged",
  ]

  @Test func `a transform that cannot take an event stops it with words, and the mended one goes on there`()
    async throws
  {
    let scene = try await StreamScene.make(
      "CREATE TABLE t (id int PRIMARY KEY, v text); CREATE TABLE flagged (id int PRIMARY KEY, flag boolean)")
    let program = try await scene.streaming(Self.mask)
    try await scene.insert(1...2)
    try await scene.waitForEvents(2, program)
    try await scene.bed.inSource("INSERT INTO flagged VALUES (3, true)")
    try await scene.insert(4...4)
    let status = await program.wait(within: .seconds(20))
    if status == nil { program.signal(SIGKILL) }
    #expect(status == .exited(Failure.Kind.outputFailed.exitCode), "\(program.lastWords)")
    let message = program.standardError.split(separator: "\n").last { $0.hasPrefix("cdc-direct: ") } ?? ""
    #expect(message.contains("flag") && message.contains("). Next: "), "\(program.lastWords)")
    #expect(!message.contains("true"), "no row is shown: \(message)")
    #expect(try scene.lines().map { $0.key?.id } == [1, 2])
    var mended = Self.mask
    mended["predicates.flagged.pattern"] = "nothing"
    try await scene.follow(to: 4, mended)
    #expect(try scene.lines().map { $0.key?.id } == [1, 2, 3, 4])
  }

  @Test(arguments: ["warn", "skip", "ignore"])
  func `where the settings say so, it goes on without the event`(_ mode: String) async throws {
    let scene = try await StreamScene.make(
      "CREATE TABLE t (id int PRIMARY KEY, v text); CREATE TABLE flagged (id int PRIMARY KEY, flag boolean)")
    let settings = Self.mask.merging(["event.processing.failure.handling.mode": mode]) { $1 }
    let program = try await scene.streaming(settings)
    try await scene.bed.inSource(
      "BEGIN; INSERT INTO t VALUES (1); INSERT INTO flagged VALUES (2, true), (3, false); INSERT INTO t VALUES (4); COMMIT"
    )
    try await scene.insert(5...5)
    try await scene.waitForEvents(3, program)
    #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
    #expect(try scene.lines().map { $0.key?.id } == [1, 4, 5])
    let told = program.standardError.split(separator: "\n").filter { $0.contains("set aside") }
    #expect(told.count == 2, "each is told: \(program.standardError)")
  }

  @Test func `a value that cannot be converted is null, and told once for its column`() async throws {
    let scene = try await StreamScene.make("CREATE TABLE t (id int PRIMARY KEY, v numeric(5, 2))")
    let program = try await scene.streaming()
    try await scene.bed.inSource("INSERT INTO t VALUES (1, 'NaN'), (2, 'NaN'), (3, 'NaN')")
    try await scene.waitForEvents(3, program)
    #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
    try scene.expectStory("c1 c2 c3")
    let told = program.standardError.split(separator: "\n").filter { $0.contains("public.t.v") }
    #expect(told.count == 1 && told[0].contains("cannot be converted"), "\(program.standardError)")
  }

  @Test func `no secret is shown, whatever is wrong`() async throws {
    let scene = try await StreamScene.make()
    let role = try await scene.bed.makeRole("reader", "REPLICATION", on: scene.bed.source)
    try await scene.bed.inSource("GRANT SELECT ON t TO \(role)")
    try await scene.insert(1...1)
    let secret = ["database.user": role, "database.password": TestBed.password]
    let good = try await scene.run(
      secret.merging(["log.level": "trace"]) { $1 }, ["--output", scene.events, "--max-events", "1"])
    #expect(good.status == .exited(0), "\(good.error)")
    let wrong = try await scene.run(secret.merging(["database.password": "wrong \(TestBed.password)"]) { $1 })
    #expect(wrong.status == .exited(Failure.Kind.authentication.exitCode), "\(wrong.error)")
    let typo = try await scene.run(
      secret.merging(["database.pasword": TestBed.password, "database.password": ""]) { $1 })
    #expect(typo.status == .exited(2), "\(typo.error)")
    let json = "{\"database.password\": \"\(TestBed.password)\", \"database.hostname\": "
    let broken = try await scene.command(["stream", "--properties", json])
    #expect(broken.status == .exited(2), "\(broken.error)")
    for result in [good, wrong, typo, broken] {
      #expect(!result.error.contains("s3cr3t") && !result.output.contains("s3cr3t"), "\(result.error)")
    }
    for path in [scene.events, scene.offsets] { #expect(!scene.text(path).contains("s3cr3t")) }
  }
}
