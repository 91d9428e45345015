import FoundationEssentials
import Glibc
import Pipeline
import ServerKit
import Testing

/// Records that a broker will never take: where they go, and how they are sent again.
@Suite(.serialized, .enabled("the broker can be had") { await KafkaBroker.isAvailable }) struct KafkaRefusalTests {
  private static let large = "INSERT INTO t VALUES (2, repeat('x', 60000))"

  /// A topic that takes no large records.
  private func scene() async throws -> KafkaScene {
    let kafka = try await KafkaScene.make()
    try await kafka.broker.client.createTopic(kafka.topic, settings: ["max.message.bytes": "20000"])
    return kafka
  }

  @Test func `without anywhere to go such a record stops stream, and nothing passes it`() async throws {
    let kafka = try await scene()
    try await kafka.bed.inSource("INSERT INTO t VALUES (1, 'a'); \(Self.large); INSERT INTO t VALUES (3, 'c')")
    let result = try await kafka.run(["snapshot.mode": "initial"])
    #expect(result.status == .exited(Failure.Kind.eventRefused.exitCode), "\(result.error)")
    #expect(result.error.contains("errors.deadletterqueue.topic.name"), "\(result.error)")
    // The topic takes it now: nothing was lost.
    try await kafka.broker.client.configureTopic(kafka.topic, ["max.message.bytes": "1000000"])
    let next = try await kafka.run(["snapshot.mode": "initial"])
    #expect(next.status == .exited(0), "\(next.error)")
    let ids = Set(try await kafka.lines().compactMap { $0.key?.id })
    #expect(ids == [1, 2, 3])
  }

  @Test(arguments: [false, true])
  func `a dead letter topic takes it whole with the reason, and a replay sends it again`(_ exactlyOnce: Bool)
    async throws
  {
    let kafka = try await scene()
    let settings = [
      "errors.deadletterqueue.topic.name": "\(kafka.prefix)-dead", "kafka.exactly.once": "\(exactlyOnce)",
      "errors.tolerance": "all", "errors.deadletterqueue.topic.replication.factor": "1",
    ]
    let program = try await kafka.start(settings)
    try await kafka.bed.waitForStream(program)
    try await kafka.bed.inSource("INSERT INTO t VALUES (1, 'a'); \(Self.large); INSERT INTO t VALUES (3, 'c')")
    let found = try await kafka.broker.client.waitForCount(1, "\(kafka.prefix)-dead", within: .seconds(30))
    #expect(found == 1, "\(program.lastWords)")
    try await kafka.waitForRecords(2, program)
    #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
    let ids = try await kafka.lines().compactMap { $0.key?.id }
    #expect(exactlyOnce ? ids == [1, 3] : Set(ids) == [1, 3], "\(ids)")
    let letter = try #require(try await kafka.broker.client.records("\(kafka.prefix)-dead").first)
    #expect(letter.keyText == #"{"id":2}"#)
    #expect(letter.value?.count ?? 0 > 60000)
    #expect(letter.headerText("__connect.errors.topic") == kafka.topic)
    #expect(letter.headerText("__connect.errors.exception.class.name") == "MSG_SIZE_TOO_LARGE")
    #expect(letter.headerText("__connect.errors.connector.name") == kafka.prefix)
    #expect(letter.headerText("__cdc_direct.commit_lsn")?.contains("/") ?? false)
    let properties = ["errors", "replay", "--dead-letters", "--config", kafka.scene.path("reader.properties")]
    // Refused again, it stays.
    let refused = try await kafka.scene.command(properties)
    #expect(refused.status == .exited(Failure.Kind.eventRefused.exitCode), "\(refused.error)")
    try await kafka.broker.client.configureTopic(kafka.topic, ["max.message.bytes": "1000000"])
    let sent = try await kafka.scene.command(properties)
    #expect(sent.status == .exited(0) && sent.output.contains("1 sent, 0 refused again"), "\(sent.output)\(sent.error)")
    let again = try await kafka.scene.command(properties)
    #expect(again.output.contains("0 sent, 0 refused again"), "\(again.output)\(again.error)")
    let record = try #require(
      try await kafka.broker.client.records(kafka.topic).last { $0.keyText == #"{"id":2}"# })
    #expect(record.value == letter.value)
    #expect(!record.headers.contains { $0.name.hasPrefix("__connect.errors") || $0.name.hasPrefix("__cdc_direct") })
  }

  @Test func `beside the trail it is set aside in the audit database, and a replay sends it again`() async throws {
    let kafka = try await scene()
    try await kafka.bed.inSource("SELECT pg_create_logical_replication_slot('\(kafka.prefix)', 'pgoutput')")
    let program = try await kafka.startRun()
    try await kafka.bed.waitForStream(program)
    try await kafka.bed.inSource("INSERT INTO t VALUES (1, 'a'); \(Self.large); INSERT INTO t VALUES (3, 'c')")
    try await kafka.bed.waitForRows(3, program)
    try await kafka.waitForRecords(2, program)
    try await kafka.bed.wait(
      kafka.bed.audit, kafka.bed.auditDatabase, "SELECT count(*) = 1 FROM cdc.processing_error", program)
    #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
    #expect(try kafka.bed.trail() == "1 2 3")
    let row = try kafka.bed.ask(
      kafka.bed.audit, kafka.bed.auditDatabase,
      "SELECT concat_ws(' ', sink, source_table, operation_type, code, status, extract(year from change_timestamp) > 2020) FROM cdc.processing_error"
    )
    #expect(row == "kafka t INSERT MSG_SIZE_TOO_LARGE open t")
    let listed = try await kafka.bed.command(["errors", "list"], kafka.environment())
    #expect(listed.status == .exited(0) && listed.output.contains("kafka"), "\(listed.output)\(listed.error)")
    // The trail's own retry leaves it alone.
    let retried = try await kafka.bed.command(["errors", "retry", "--all"], kafka.environment())
    #expect(retried.output.contains("0 stored, 0 refused"), "\(retried.output)\(retried.error)")
    let refused = try await kafka.bed.command(["errors", "replay", "--all"], kafka.environment())
    #expect(refused.status == .exited(Failure.Kind.eventRefused.exitCode), "\(refused.error)")
    try await kafka.broker.client.configureTopic(kafka.topic, ["max.message.bytes": "1000000"])
    let sent = try await kafka.bed.command(["errors", "replay", "--all"], kafka.environment())
    #expect(sent.output.contains("1 sent, 0 refused again"), "\(sent.output)\(sent.error)")
    #expect(Set(try await kafka.lines().compactMap { $0.key?.id }) == [1, 2, 3])
    #expect(
      try kafka.bed.ask(
        kafka.bed.audit, kafka.bed.auditDatabase, "SELECT status || attempts FROM cdc.processing_error") == "retried2")
  }
}
