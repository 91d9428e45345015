import FoundationEssentials
import Glibc
import Pipeline
import ServerKit
import Testing

/// What brokers report: most passes, some stops the program, nothing is lost.
@Suite(
  .serialized, .enabled("librdkafka-dev is there") { await MockCluster.isAvailable },
  .enabled("the client can be had") { await KafkaBroker.isAvailable })
struct KafkaFaultTests {
  /// An error of Kafka's protocol.
  private enum Code {
    static let unknownTopic = 3
    static let leaderUnavailable = 5
    static let notLeader = 6
    static let timedOut = 7
    static let tooLarge = 10
    static let coordinatorLoading = 14
    static let coordinatorUnavailable = 15
    static let notCoordinator = 16
    static let notEnoughReplicas = 19
    static let topicForbidden = 29
    static let clusterForbidden = 31
    static let outOfOrder = 45
    static let oldEpoch = 47
    static let transactionForbidden = 53
    static let concurrentTransactions = 51
    static let unknownProducer = 59
    static let invalidState = 48
    static let fenced = 90
    /// No error of the protocol: the connection is dropped.
    static let dropped = -195
  }

  private static let passing = [
    Code.notEnoughReplicas, Code.notLeader, Code.timedOut, Code.unknownTopic, Code.leaderUnavailable, Code.dropped,
  ]

  @Test(arguments: [false, true])
  func `errors that pass are overcome, and nothing is lost or doubled`(_ exactlyOnce: Bool) async throws {
    let scene = try await MockScene.make()
    let program = try await scene.streaming(["kafka.exactly.once": "\(exactlyOnce)"])
    for (index, code) in Self.passing.enumerated() {
      try await scene.cluster.fail(.produce, code: code, times: 3)
      try await scene.bed.change(index + 1...index + 1)
      try await scene.waitForRecords(index + 1, program)
    }
    #expect(try await scene.ids() == Array(1...Self.passing.count))
    try await scene.end(program)
  }

  @Test func `leaders and brokers come and go`() async throws {
    let scene = try await MockScene.make(brokers: 3)
    let topic = scene.kafka.topic
    try await scene.cluster.setLeader(of: topic, partition: 0, broker: 1)
    let program = try await scene.streaming()
    try await scene.bed.change(1...1)
    try await scene.waitForRecords(1, program)
    try await scene.cluster.setLeader(of: topic, partition: 0, broker: 2)
    try await scene.bed.change(2...2)
    try await scene.waitForRecords(2, program)
    // Nobody leads, then somebody else does.
    try await scene.cluster.setLeader(of: topic, partition: 0, broker: nil)
    try await scene.bed.change(3...3)
    try await scene.cluster.setLeader(of: topic, partition: 0, broker: 3)
    try await scene.waitForRecords(3, program)
    // The leader is down, and another one takes over; then it is back and leads again.
    try await scene.cluster.takeDown(3)
    try await scene.bed.change(4...4)
    try await scene.cluster.setLeader(of: topic, partition: 0, broker: 1)
    try await scene.waitForRecords(4, program)
    try await scene.cluster.bringUp(3)
    try await scene.cluster.setLeader(of: topic, partition: 0, broker: 3)
    try await scene.bed.change(5...5)
    try await scene.waitForRecords(5, program)
    #expect(try await scene.ids() == [1, 2, 3, 4, 5])
    try await scene.end(program)
  }

  @Test(arguments: [false, true])
  func `what is never delivered is told of and tried again until it is`(_ exactlyOnce: Bool) async throws {
    let scene = try await MockScene.make()
    let program = try await scene.streaming([
      "kafka.delivery.timeout.ms": "1000", "kafka.exactly.once": "\(exactlyOnce)",
    ])
    try await scene.bed.change(1...1)
    try await scene.waitForRecords(1, program)
    try await scene.cluster.fail(.produce, code: Code.notEnoughReplicas, times: 10_000)
    try await scene.bed.change(2...3)
    try await scene.kafka.waitForWords("kafka_unreachable", program)
    try await scene.cluster.clearFailures(of: .produce)
    try await scene.waitForRecords(3, program)
    #expect(try await scene.ids() == [1, 2, 3])
    try await scene.end(program)
  }

  @Test(arguments: [false, true])
  func `a right that is missing stops the program with what to do`(_ exactlyOnce: Bool) async throws {
    let scene = try await MockScene.make()
    var settings = ["kafka.exactly.once": "\(exactlyOnce)"]
    let program = try await scene.streaming(settings)
    #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
    var faults: [(MockCluster.Request, Int)] = [(.produce, Code.topicForbidden)]
    faults +=
      exactlyOnce
      ? [
        (.initProducer, Code.transactionForbidden), (.coordinator, Code.transactionForbidden),
        (.addPartitions, Code.topicForbidden), (.endTransaction, Code.transactionForbidden),
      ] : [(.initProducer, Code.clusterForbidden)]
    for (index, (request, code)) in faults.enumerated() {
      try await scene.bed.change(index + 1...index + 1)
      try await scene.cluster.fail(request, code: code, times: 2)
      try await expectRefusal(scene, settings, "\(request)")
      try await scene.cluster.clearFailures(of: request)
    }
    settings["kafka.delivery.timeout.ms"] = "5000"
    let healed = try await scene.run(settings)
    #expect(healed.status == .exited(0), "\(healed.error)")
    // The mock keeps what was aborted, too.
    #expect(Set(try await scene.ids()) == Set(1...faults.count))
    try await scene.cluster.stop()
  }

  private func expectRefusal(
    _ scene: MockScene, _ settings: [String: String], _ what: String = "",
    at location: SourceLocation = #_sourceLocation
  ) async throws {
    let program = try await scene.kafka.start(MockScene.settings(settings))
    let status = await program.wait(within: .seconds(15))
    if status == nil { program.signal(SIGKILL) }
    #expect(
      status == .exited(Failure.Kind.kafkaFailed.exitCode), "\(what) \(program.lastWords)", sourceLocation: location)
    #expect(program.standardError.contains("run cdc-direct check"), "\(what)", sourceLocation: location)
  }

  @Test func `transactions overcome coordinators that move and are not ready`() async throws {
    let scene = try await MockScene.make(brokers: 2)
    let id = "\(scene.kafka.prefix)-tx"
    try await scene.cluster.setCoordinator(ofTransaction: id, broker: 1)
    let moving = [Code.coordinatorLoading, Code.coordinatorUnavailable, Code.notCoordinator, Code.dropped]
    for code in moving + [Code.concurrentTransactions] { try await scene.cluster.fail(.initProducer, code: code) }
    let program = try await scene.streaming(["kafka.exactly.once": "true", "kafka.transactional.id": id])
    var count = 0
    for request in [.addPartitions, .endTransaction] as [MockCluster.Request] {
      for code in moving + [Code.concurrentTransactions] {
        try await scene.cluster.fail(request, code: code)
        count += 1
        try await scene.bed.change(count...count)
        try await scene.waitForRecords(count, program)
      }
    }
    try await scene.cluster.setCoordinator(ofTransaction: id, broker: 2)
    try await scene.bed.change(count + 1...count + 1)
    try await scene.waitForRecords(count + 1, program)
    try await scene.end(program)
  }

  @Test func `a transaction that brokers give up is made again`() async throws {
    let scene = try await MockScene.make()
    let program = try await scene.streaming(["kafka.exactly.once": "true"])
    var count = 0
    for (request, code) in [
      (.produce, Code.outOfOrder), (.produce, Code.unknownProducer), (.addPartitions, Code.unknownProducer),
      (.addPartitions, Code.invalidState), (.endTransaction, Code.invalidState),
    ] as [(MockCluster.Request, Int)] {
      try await scene.cluster.fail(request, code: code)
      count += 1
      try await scene.bed.change(count...count)
      try await scene.waitForRecords(count, program)
    }
    #expect(Set(try await scene.ids()) == Set(1...count))
    try await scene.end(program)
  }

  @Test func `an idempotent producer that brokers do not know any more is built anew`() async throws {
    let scene = try await MockScene.make()
    let program = try await scene.streaming()
    for (index, code) in [Code.outOfOrder, Code.unknownProducer, Code.oldEpoch].enumerated() {
      try await scene.cluster.fail(.produce, code: code)
      try await scene.bed.change(index + 1...index + 1)
      try await scene.waitForRecords(index + 1, program)
    }
    #expect(Set(try await scene.ids()) == [1, 2, 3])
    try await scene.end(program)
  }

  // That the coordinator ended a transaction which took too long looks the same to the client.
  @Test(arguments: [
    (MockCluster.Request.produce, Code.oldEpoch), (.addPartitions, Code.oldEpoch), (.addPartitions, Code.fenced),
    (.endTransaction, Code.oldEpoch), (.endTransaction, Code.fenced),
  ])
  func `a fenced producer ends the program`(_ request: MockCluster.Request, _ code: Int) async throws {
    let scene = try await MockScene.make()
    let program = try await scene.streaming(["kafka.exactly.once": "true"])
    try await scene.cluster.fail(request, code: code)
    try await scene.bed.change(1...1)
    #expect(await program.wait(within: .seconds(20)) == .exited(Failure.Kind.fenced.exitCode), "\(program.lastWords)")
    #expect(program.standardError.contains("kafka.transactional.id"), "\(program.lastWords)")
    try await scene.cluster.stop()
  }

  @Test(arguments: [false, true])
  func `a batch that is too large is sent again record by record`(_ exactlyOnce: Bool) async throws {
    let scene = try await MockScene.make()
    let program = try await scene.streaming(["kafka.exactly.once": "\(exactlyOnce)"])
    try await scene.cluster.fail(.produce, code: Code.tooLarge)
    try await scene.bed.inSource("INSERT INTO t SELECT g, 'v' FROM generate_series(1, 5) g")
    try await scene.waitForRecords(5, program)
    #expect(Set(try await scene.ids()) == [1, 2, 3, 4, 5])
    #expect(!program.standardError.contains("a record was refused for good"), "\(program.lastWords)")
    try await scene.end(program)
  }

  @Test func `slow brokers keep memory bounded`() async throws {
    let scene = try await MockScene.make(partitions: 4)
    let program = try await scene.streaming()
    try await scene.cluster.delay(1, milliseconds: 400)
    // 200 MB, of which the brokers take 8 MB a second at best.
    try await scene.bed.inSource(
      "ALTER TABLE t ALTER v SET STORAGE EXTERNAL; INSERT INTO t SELECT g, repeat(md5(g::text), 600) FROM generate_series(1, 10000) g"
    )
    try await scene.bed.wait(
      scene.bed.source, scene.kafka.scene.name,
      "SELECT sent_lsn - confirmed_flush_lsn > 5000000 FROM pg_stat_replication r JOIN pg_replication_slots s ON s.active_pid = r.pid WHERE slot_name = '\(scene.kafka.prefix)'",
      program)
    // Time in which whatever grows would.
    try await Task.sleep(for: .seconds(4))
    let peak = try #require(program.peakMemory)
    #expect(peak < 150_000 * ChildProcess.memoryFactor, "\(peak) kB")
    #expect(program.exitStatus == nil, "\(program.lastWords)")
    program.signal(SIGKILL)
    _ = await program.wait()
    try await scene.cluster.stop()
  }

  @Test func `a producer over its quota waits as long as it is told`() async throws {
    let kafka = try await KafkaScene.make()
    var options = KafkaProxy.Options()
    options.throttleMilliseconds = 200
    let proxy = try await kafka.broker.withProxy(options)
    var slow = kafka
    slow.address = proxy.address
    let program = try await slow.start()
    try await slow.bed.waitForStream(program)
    try await slow.bed.change(1...5)
    try await slow.waitForRecords(5, program)
    #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
    #expect(try await slow.story() == "c1 c2 c3 c4 c5")
    await proxy.close()
  }
}
