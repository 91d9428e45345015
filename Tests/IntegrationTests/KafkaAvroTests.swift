import FoundationEssentials
import Glibc
import Pipeline
import ServerKit
import Testing

/// Events in Avro with a schema registry, read back by a library of somebody else's.
@Suite(
  .serialized, .enabled("the broker can be had") { await KafkaBroker.isAvailable },
  .enabled("the registry can be had") { await SchemaRegistryServer.isAvailable })
struct KafkaAvroTests {
  private static let password = "s3cret-pa55"
  private static let types = """
    CREATE TABLE t (id int PRIMARY KEY, v text, s smallint, l bigint NOT NULL DEFAULT 7, r real, f float8,
      n numeric(10, 2), vn numeric, b boolean, d date, tm time, ts timestamp, tz timestamptz, i interval, by bytea,
      j jsonb, u uuid, a int[], ta text[], p point, m money, x xml, bi bit(3), ip inet)
    """
  private static let rows = """
    INSERT INTO t VALUES (1, 'ä"\\', -1, 9223372036854775807, 1.5, 0.1, -12.34, 1.000, true, '2024-02-29', '12:34:56.789',
      '2024-02-29 01:02:03.456789', '1969-12-31 23:59:59.5+02', '1 month', '\\x00ff', '{"a": [1, null]}',
      '0d6ac9f4-7a58-4b19-9b6e-6f2d5d1b7a11', '{1,NULL,3}', '{a,"b c"}', '(1,2)', '-1.23', '<a/>', B'101', '10.0.0.1');
    INSERT INTO t (id) VALUES (2);
    UPDATE t SET v = 'new', n = 0 WHERE id = 1;
    UPDATE t SET id = 3 WHERE id = 2;
    DELETE FROM t WHERE id = 1;
    """

  @Test func `keys and values say what the events in JSON say`() async throws {
    let scene = try await AvroScene.make(Self.types)
    let kafka = scene.kafka
    try await scene.bed.inSource(
      "ALTER TABLE t REPLICA IDENTITY FULL; SELECT pg_create_logical_replication_slot('\(kafka.prefix)' || s, 'pgoutput') FROM (VALUES (''), ('_json')) v(s)"
    )
    for statement in Self.rows.split(separator: ";\n") { try await scene.bed.inSource(String(statement)) }
    let settings = ["snapshot.mode": "no_data"]
    try await kafka.follow(to: 8, scene.properties([:], settings))
    let json = try await kafka.scene.start(
      settings.merging(["slot.name": "\(kafka.prefix)_json", "topic.prefix": kafka.prefix]) { $1 })
    try await kafka.scene.waitForEvents(8, json)
    #expect(await json.terminate() == .exited(0), "\(json.lastWords)")
    let found = try await scene.records()
    let expected = try kafka.scene.text(kafka.scene.events).split(separator: "\n").map {
      try JSONDecoder().decode(AvroLine.self, from: Data($0.utf8))
    }
    #expect(found.map(\.story).joined(separator: " ") == "c1 c2 u1 d2 -2 c3 d1 -1")
    #expect(found.count == expected.count)
    for (one, other) in zip(found, expected) {
      #expect(one.timeless == other.timeless, "\(one.value)\n\(other.value)")
    }
    #expect(Set(found.map(\.keySchema)).count == 1 && found[4].valueSchema == nil)
    try await scene.end()
  }

  @Test func `columns that come, go and widen register new versions while the program runs`() async throws {
    let scene = try await AvroScene.make("CREATE TABLE t (id int PRIMARY KEY, v text, n int)")
    let program = try await scene.kafka.start(scene.properties())
    try await scene.bed.waitForStream(program)
    let statements = [
      "INSERT INTO t VALUES (1, 'a', 1)", "ALTER TABLE t ADD w int; INSERT INTO t VALUES (2, 'b', 2, 2)",
      "ALTER TABLE t DROP v; INSERT INTO t VALUES (3, 3, 3)",
      "ALTER TABLE t ALTER n TYPE bigint; INSERT INTO t VALUES (4, 4, 4)",
    ]
    for (index, statement) in statements.enumerated() {
      try await scene.bed.inSource(statement)
      try await scene.kafka.waitForRecords(index + 1, program)
    }
    #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
    let records = try await scene.records()
    #expect(records.map(\.story) == ["c1", "c2", "c3", "c4"])
    #expect(try await scene.client.versions(of: scene.subject) == records.compactMap(\.valueSchema))
    #expect(Set(records.map(\.valueSchema)).count == 4)
    #expect(records[1].value["after"]["w"] == .integer(2) && records[2].value["after"]["v"] == .null)
    // A restart finds them again and registers none.
    try await scene.bed.inSource("INSERT INTO t VALUES (5, 5, 5)")
    let next = try await scene.kafka.run(scene.properties())
    #expect(next.status == .exited(0), "\(next.error)")
    #expect(try await scene.client.versions(of: scene.subject).count == 4)
    try await scene.end()
  }

  @Test(arguments: [false, true])
  func `a change that the registry refuses goes to the dead letters, and a replay sends it in Avro`(_ exactlyOnce: Bool)
    async throws
  {
    let scene = try await AvroScene.make(
      "CREATE TABLE t (id int PRIMARY KEY, n int); CREATE TABLE o (id int PRIMARY KEY)")
    let kafka = scene.kafka
    let settings = scene.properties(
      [:],
      [
        "errors.deadletterqueue.topic.name": "\(kafka.prefix)-dead", "errors.tolerance": "all",
        "kafka.exactly.once": "\(exactlyOnce)",
      ])
    let program = try await kafka.start(settings)
    try await scene.bed.waitForStream(program)
    try await scene.bed.inSource("INSERT INTO t VALUES (1, 1)")
    try await kafka.waitForRecords(1, program)
    try await scene.bed.inSource(
      "ALTER TABLE t ALTER n TYPE text; INSERT INTO t VALUES (2, 'two'); INSERT INTO o VALUES (1); DELETE FROM t WHERE id = 1"
    )
    #expect(try await kafka.broker.client.waitForCount(3, "\(kafka.prefix)-dead", within: .seconds(20)) == 3)
    #expect(try await kafka.broker.client.waitForCount(1, "\(kafka.prefix).public.o", within: .seconds(20)) == 1)
    #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
    let letter = try #require(try await kafka.broker.client.records("\(kafka.prefix)-dead").first)
    #expect(letter.headerText("__connect.errors.exception.class.name") == "registry_refused")
    #expect(letter.headerText("__connect.errors.stage") == "VALUE_CONVERTER")
    #expect(letter.headerText("__connect.errors.exception.message")?.contains("incompatible") ?? false)
    let replay = ["errors", "replay", "--dead-letters", "--config", kafka.scene.path("reader.properties")]
    let refused = try await kafka.scene.command(replay)
    // A tombstone needs no schema of a value.
    #expect(refused.status == .exited(Failure.Kind.eventRefused.exitCode), "\(refused.error)")
    #expect(refused.output.contains("2 refused again"), "\(refused.output)")
    try await scene.client.setCompatibility(of: scene.subject, to: "NONE")
    let sent = try await kafka.scene.command(replay)
    #expect(sent.status == .exited(0) && sent.output.contains("2 sent, 0 refused again"), "\(sent.output)\(sent.error)")
    let records = try await scene.records()
    let two = try #require(records.first { $0.story == "c2" })
    #expect(two.value["after"]["n"] == .string("two"))
    #expect(records.contains { $0.story == "d1" } && records.contains { $0.story == "-1" })
    try await scene.end()
  }

  @Test func `beside the trail it is set aside in the audit database, and a replay sends it in Avro`() async throws {
    let scene = try await AvroScene.make(
      "CREATE TABLE t (id int PRIMARY KEY, n int); CREATE TABLE o (id int PRIMARY KEY)")
    let (kafka, bed) = (scene.kafka, scene.bed)
    try await bed.inSource("SELECT pg_create_logical_replication_slot('\(kafka.prefix)', 'pgoutput')")
    let settings = scene.environment(["errors.tolerance": "all"])
    let program = try await kafka.startRun(settings)
    try await bed.waitForStream(program)
    try await bed.inSource("INSERT INTO t VALUES (1, 1)")
    try await kafka.waitForRecords(1, program)
    try await bed.inSource(
      "ALTER TABLE t ALTER n TYPE text; INSERT INTO t VALUES (2, 'two'); INSERT INTO o VALUES (1)")
    try await bed.waitForRows(3, program)
    #expect(try await kafka.broker.client.waitForCount(1, "\(kafka.prefix).public.o", within: .seconds(20)) == 1)
    #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
    #expect(
      try bed.ask(
        bed.audit, bed.auditDatabase,
        "SELECT concat_ws(' ', sink, source_table, operation_type, code, status) FROM cdc.processing_error")
        == "kafka t INSERT registry_refused open")
    let words = ["errors", "replay", "--all"]
    let refused = try await bed.command(words, kafka.environment(settings))
    #expect(refused.status == .exited(Failure.Kind.eventRefused.exitCode), "\(refused.output)\(refused.error)")
    #expect(
      try bed.ask(bed.audit, bed.auditDatabase, "SELECT status || attempts FROM cdc.processing_error") == "open1",
      "the attempt is not noted")
    try await scene.client.setCompatibility(of: scene.subject, to: "NONE")
    let sent = try await bed.command(words, kafka.environment(settings))
    #expect(sent.status == .exited(0) && sent.output.contains("1 sent, 0 refused again"), "\(sent.output)\(sent.error)")
    let records = try await scene.records()
    #expect(records.map(\.story) == ["c1", "c2"])
    #expect(records.last?.value["after"]["n"] == .string("two"))
    try await scene.end()
  }

  @Test func `a registry that is away is waited for, at the start and later, and nothing is lost`() async throws {
    let scene = try await AvroScene.make()
    await scene.network.set(.refuse, .both)
    let program = try await scene.kafka.start(scene.properties())
    try await scene.bed.waitForStream(program)
    try await scene.bed.change(1...1)
    try await scene.kafka.waitForWords("registry_unreachable", program)
    await scene.network.set(.forward, .both)
    try await scene.kafka.waitForRecords(1, program)
    // Schemas that are known need no registry; new ones do.
    await scene.network.set(.refuse, .both)
    await scene.network.resetConnections()
    try await scene.bed.change(2...2)
    try await scene.kafka.waitForRecords(2, program)
    try await scene.bed.inSource("ALTER TABLE t ADD w int; INSERT INTO t VALUES (3, 'c', 3)")
    try await scene.kafka.waitForWords("registry, subject", program)
    await scene.network.set(.forward, .both)
    try await scene.kafka.waitForRecords(3, program)
    // It may answer and not be able to.
    try await scene.registry.failNext(2, status: 503)
    try await scene.bed.inSource("ALTER TABLE t ADD x int; INSERT INTO t VALUES (4, 'd', 4, 4)")
    try await scene.kafka.waitForRecords(4, program)
    #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
    #expect(try await scene.records().map(\.story) == ["c1", "c2", "c3", "c4"])
    try await scene.end()
  }

  @Test func `beside the trail a registry that is away detaches the publisher alone`() async throws {
    let scene = try await AvroScene.make()
    let (kafka, bed) = (scene.kafka, scene.bed)
    try await bed.inSource("SELECT pg_create_logical_replication_slot('\(kafka.prefix)', 'pgoutput')")
    let program = try await kafka.startRun(scene.environment())
    try await bed.waitForStream(program)
    try await bed.change(1...1)
    try await kafka.waitForRecords(1, program)
    await scene.network.set(.refuse, .both)
    await scene.network.resetConnections()
    try await bed.inSource("ALTER TABLE t ADD w int; INSERT INTO t VALUES (2, 'b', 2)")
    try await kafka.waitForWords("publishing waits, and the trail goes on without it", program)
    try await bed.change(3...4)
    try await bed.waitForRows(4, program)
    await scene.network.set(.forward, .both)
    try await kafka.waitForRecords(4, program)
    #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
    #expect(try kafka.bed.trail() == "1 2 3 4")
    let stories = try await scene.records().map(\.story)
    #expect(Array(Set(stories)).sorted() == ["c1", "c2", "c3", "c4"], "\(stories)")
    try await scene.end()
  }

  @Test func `a registry knows who asks, and by a private authority`() async throws {
    var options = SchemaRegistryServer.Options()
    options.tls = true
    options.user = ("ann", Self.password)
    let scene = try await AvroScene.make("CREATE TABLE t (id int PRIMARY KEY, v text)", options)
    let authority = try #require(scene.registry.certificates).authority
    try await scene.bed.change(1...1)
    func converter(_ password: String, _ authority: String) -> [String: String] {
      [
        "basic.auth.credentials.source": "USER_INFO", "basic.auth.user.info": "ann:\(password)",
        "schema.registry.ssl.truststore.type": "PEM", "schema.registry.ssl.truststore.location": authority,
      ]
    }
    let initial = ["snapshot.mode": "initial"]
    let wrong = try await scene.kafka.run(scene.properties(converter("\(Self.password)-wrong", authority), initial))
    #expect(wrong.status == .exited(Failure.Kind.registryRefused.exitCode), "\(wrong.error)")
    #expect(wrong.error.contains("basic.auth.user.info"), "\(wrong.error)")
    #expect(!wrong.error.contains(Self.password), "it tells the password")
    for words in [["config", "--events"], ["config", "--events", "--json"]] {
      let printed = try await scene.kafka.scene.command(
        words + ["--config", scene.kafka.scene.path("reader.properties")])
      #expect(!printed.output.contains(Self.password) && !printed.error.contains(Self.password), "\(printed.output)")
    }
    let right = try await scene.kafka.run(scene.properties(converter(Self.password, authority), initial))
    #expect(right.status == .exited(0), "\(right.error)")
    let client = SchemaRegistryClient(url: scene.registry.url, user: ("ann", Self.password), authority: authority)
    let records = try await scene.kafka.broker.client.records(scene.kafka.topic)
    #expect(try await client.decode(records).count == 1)
    // Another authority signed nothing here.
    let other = try await Certificates.unrelated().authority
    let program = try await scene.kafka.start(scene.properties(converter(Self.password, other), initial))
    try await scene.bed.change(2...2)
    try await scene.kafka.waitForWords("TLS failed (CERTIFICATE_VERIFY_FAILED)", program)
    program.signal(SIGKILL)
    _ = await program.wait()
    try await scene.end()
  }

  @Test func `with use latest version the registry's schema is written, and one that does not fit stops the program`()
    async throws
  {
    let scene = try await AvroScene.make("CREATE TABLE t (id int PRIMARY KEY, v text, n int)")
    let initial = ["snapshot.mode": "initial"]
    try await scene.bed.inSource("INSERT INTO t VALUES (1, 'a', 1)")
    let first = try await scene.kafka.run(scene.properties([:], initial))
    #expect(first.status == .exited(0), "\(first.error)")
    try await scene.bed.inSource("ALTER TABLE t ADD w int; INSERT INTO t VALUES (2, 'b', 2, 2)")
    let latest = ["auto.register.schemas": "false", "use.latest.version": "true"]
    try await scene.kafka.follow(
      to: 2, scene.properties(latest.merging(["latest.compatibility.strict": "false"]) { $1 }))
    let records = try await scene.records()
    #expect(records.map(\.story) == ["r1", "c2"])
    #expect(Set(records.map(\.valueSchema)).count == 1, "another schema was written")
    #expect(records[1].value["after"]["w"] == .null && records[1].value["after"]["v"] == .string("b"))
    #expect(try await scene.client.versions(of: scene.subject).count == 1)
    try await scene.bed.inSource("ALTER TABLE t ALTER n TYPE text; INSERT INTO t VALUES (3, 'c', 'three', 3)")
    let third = try await scene.kafka.start(scene.properties(latest))
    #expect(
      await third.wait(within: .seconds(30)) == .exited(Failure.Kind.registryRefused.exitCode), "\(third.lastWords)")
    #expect(try await scene.records().count == 2)
    try await scene.end()
  }
}
