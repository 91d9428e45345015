import FoundationEssentials
import Glibc
import Pipeline
import ServerKit
import Testing

/// `stream` to Kafka: what consumers find, and what kills leave behind.
@Suite(.serialized, .enabled("the broker can be had") { await KafkaBroker.isAvailable }) struct KafkaStreamTests {
  @Test func `records have keys, values, tombstones and headers, and a restart goes on behind them`() async throws {
    let kafka = try await KafkaScene.make()
    try await kafka.bed.inSource("INSERT INTO t VALUES (1, 'a')")
    let first = try await kafka.run(["extended.headers.enabled": "true"])
    #expect(first.status == .exited(0), "\(first.error)")
    try await kafka.bed.inSource("UPDATE t SET id = 2; DELETE FROM t")
    let second = try await kafka.run()
    #expect(second.status == .exited(0), "\(second.error)")
    #expect(try await kafka.story() == "r1 d1 -1 c2 d2 -2")
    let records = try await kafka.broker.client.records(kafka.topic)
    #expect(records.first?.keyText == #"{"id":1}"#)
    #expect(
      records.first?.headers.map(\.name).sorted() == [
        "__debezium.context.connectorLogicalName", "__debezium.context.connectorName", "__debezium.context.runId",
        "__debezium.context.taskId",
      ])
    #expect(records[1].header("__debezium.newkey") != nil && records[3].header("__debezium.oldkey") != nil)
    #expect(records[2].value == nil, "a tombstone has no value")
    #expect(records[2].key == records[1].key)
  }

  @Test func `topics are made by their rules, and keys stay in their partitions`() async throws {
    let kafka = try await KafkaScene.make()
    try await kafka.bed.inSource("INSERT INTO t SELECT g, 'v' FROM generate_series(1, 100) g")
    let rules = [
      "topic.creation.default.partitions": "5", "topic.creation.default.replication.factor": "1",
      "topic.creation.default.cleanup.policy": "compact", "topic.creation.groups": "beats",
      "topic.creation.beats.include": ".*heartbeat.*", "topic.creation.beats.partitions": "1",
      "heartbeat.interval.ms": "60000",
    ]
    let result = try await kafka.run(rules)
    #expect(result.status == .exited(0), "\(result.error)")
    let topics = Dictionary(
      uniqueKeysWithValues: try await kafka.broker.client.topics().filter { $0.topic.contains(kafka.prefix) }.map {
        ($0.topic, $0)
      })
    #expect(topics[kafka.topic]?.partitions == 5)
    #expect(topics[kafka.topic]?.settings["cleanup.policy"] == "compact")
    #expect(topics["__debezium-heartbeat.\(kafka.prefix)"]?.partitions == 1)
    #expect(topics[kafka.positions]?.settings["cleanup.policy"] == "compact")
    let first = try await kafka.broker.client.records(kafka.topic)
    #expect(Set(first.map(\.partition)) == Set(0..<5), "keys are spread")
    for record in first {
      let key = try #require(record.keyText)
      #expect(record.partition == KafkaPartition.java(key, of: 5), "Java's client looks for \(key) elsewhere")
    }
  }

  @Test(arguments: ["none", "gzip", "snappy", "lz4", "zstd"])
  func `every codec is read back`(_ codec: String) async throws {
    let kafka = try await KafkaScene.make()
    try await kafka.bed.inSource("INSERT INTO t SELECT g, repeat('v', 500) FROM generate_series(1, 50) g")
    let result = try await kafka.run(["kafka.producer.compression.type": codec])
    #expect(result.status == .exited(0), "\(result.error)")
    #expect(try await kafka.lines().compactMap { $0.key?.id } == Array(1...50))
  }

  @Test(arguments: [true, false])
  func `no kill at any instant loses an event, and exactly once doubles none`(_ exactlyOnce: Bool) async throws {
    let kafka = try await KafkaScene.make(StreamLoad.table)
    let load = StreamLoad(bed: kafka.bed)
    let seed = environmentNumber("CDC_CRASH_SEED") ?? .random(in: 1...999_999)
    let kills = Int(environmentNumber("CDC_KAFKA_KILLS") ?? 15)
    let settings = ["kafka.exactly.once": "\(exactlyOnce)"]
    try await kafka.bed.inSource("CALL fill(1, 50)")
    try await load.run {
      try await load.kill(kills, after: 20...500, seed: seed) { try await kafka.start(settings) }
    }
    let rows = Int(try kafka.bed.ask(kafka.bed.source, kafka.scene.name, "SELECT count(*) FROM t")) ?? 0
    let result = try await kafka.run(settings, ["--idle-exit", "1"])
    #expect(result.status == .exited(0), "\(result.error)")
    let lines = try await kafka.lines()
    if exactlyOnce {
      let differences = try load.differences(lines)
      #expect(differences.isEmpty, "seed \(seed), \(rows) rows: \(differences.joined(separator: "; "))")
    } else {
      // Repeats begin where a position was stored, so what is left of the first of each is whole and in order.
      var seen: Set<Int> = []
      let first = lines.filter { line in line.key?.id.map { seen.insert($0).inserted } ?? true }
      let differences = try load.differences(first).filter { !$0.contains("torn apart") }
      #expect(differences.isEmpty, "seed \(seed), \(rows) rows: \(differences.joined(separator: "; "))")
      #expect(lines.count < rows * 3, "seed \(seed): \(lines.count) records of \(rows) rows are more than the seams")
    }
  }

  @Test func `another instance with the transactional id ends the first, which writes nothing more`() async throws {
    let kafka = try await KafkaScene.make()
    let settings = ["kafka.exactly.once": "true", "kafka.transactional.id": "\(kafka.prefix)-tx"]
    let first = try await kafka.start(settings)
    try await kafka.bed.waitForStream(first)
    try await kafka.bed.change(1...1)
    try await kafka.waitForRecords(1, first)
    let other = try await KafkaScene.make()
    let second = try await other.start(settings)
    try await other.bed.waitForStream(second)
    try await other.bed.change(1...1)
    try await other.waitForRecords(1, second)
    try await kafka.bed.change(2...2)
    #expect(await first.wait(within: .seconds(30)) == .exited(Failure.Kind.fenced.exitCode), "\(first.lastWords)")
    #expect(await second.terminate() == .exited(0), "\(second.lastWords)")
    #expect(try await kafka.story() == "c1")
    try await kafka.follow(to: 2, settings)
    #expect(try await kafka.story() == "c1 c2")
  }

  @Test func `a broker that is away for a while is waited for, and nothing is lost or doubled`() async throws {
    let broker = try await KafkaBroker.start()
    let kafka = try await KafkaScene.make(on: broker)
    let program = try await kafka.start()
    try await kafka.bed.waitForStream(program)
    try await kafka.bed.change(1...3)
    try await kafka.waitForRecords(3, program)
    await broker.stop()
    try await kafka.bed.change(4...6)
    try await Task.sleep(for: .milliseconds(1500))
    try await broker.restart()
    try await kafka.waitForRecords(6, program)
    #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
    #expect(try await kafka.story() == "c1 c2 c3 c4 c5 c6")
    try await broker.destroy()
  }

  @Test func `brokers that never answer stop nothing, and a wrong library or property stops the start`() async throws {
    let kafka = try await KafkaScene.make()
    var nowhere = kafka
    nowhere.address = "127.0.0.1:1"
    let waiting = try await nowhere.start(["kafka.delivery.timeout.ms": "1000"])
    try await kafka.waitForWords("kafka_unreachable", waiting)
    #expect(await waiting.terminate() == .exited(0), "\(waiting.lastWords)")
    for (settings, words) in [
      (["kafka.library": "librdkafka-none.so.9"], "librdkafka cannot be loaded"),
      (["kafka.producer.no.such": "1"], "there is no such property"),
      (["kafka.producer.acks": "s3cret!"], "kafka.producer.acks"),
    ] {
      let result = try await kafka.run(settings)
      #expect(result.status == .exited(Failure.Kind.kafkaFailed.exitCode), "\(result.error)")
      #expect(result.error.contains(words) && !result.error.contains("s3cret!"), "\(result.error)")
    }
  }
}

/// A program that does not publish has nothing to do with librdkafka.
@Suite struct LibraryLoadingTests {
  @Test func `it is neither linked nor loaded unless somebody publishes`() async throws {
    let linked = try await ChildProcess.run("/usr/bin/ldd", [try TestBed.binary()])
    #expect(linked.status == .exited(0) && linked.output.contains("libpq"), "\(linked.output)\(linked.error)")
    #expect(!linked.output.contains("rdkafka"), "\(linked.output)")
    let scene = try await StreamScene.make()
    let program = try await scene.streaming(["kafka.library": "librdkafka-none.so.9"])
    let maps = try await ChildProcess.run("/bin/cat", ["/proc/\(program.pid)/maps"]).output
    #expect(maps.contains("libpq") && !maps.contains("rdkafka"))
    #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
  }
}

/// Where Java's client puts a keyed record.
///
/// Source: Apache Kafka, `org.apache.kafka.common.utils.Utils.murmur2` and the default partitioner.
enum KafkaPartition {
  static func java(_ key: String, of partitions: Int) -> Int {
    Int(murmur2(Array(key.utf8)) & 0x7fff_ffff) % partitions
  }

  static func murmur2(_ data: [UInt8]) -> UInt32 {
    let factor: UInt32 = 0x5bd1_e995
    var hash: UInt32 = 0x9747_b28c ^ UInt32(data.count)
    var index = 0
    while index + 4 <= data.count {
      var block =
        UInt32(data[index]) | UInt32(data[index + 1]) << 8 | UInt32(data[index + 2]) << 16 | UInt32(data[index + 3])
        << 24
      block = block &* factor
      block ^= block >> 24
      block = block &* factor
      hash = hash &* factor
      hash ^= block
      index += 4
    }
    let rest = data.count - index
    if rest >= 3 { hash ^= UInt32(data[index + 2]) << 16 }
    if rest >= 2 { hash ^= UInt32(data[index + 1]) << 8 }
    if rest >= 1 {
      hash ^= UInt32(data[index])
      hash = hash &* factor
    }
    hash ^= hash >> 13
    hash = hash &* factor
    hash ^= hash >> 15
    return hash
  }
}
