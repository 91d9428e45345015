import ServerKit
import Testing

@Suite(.enabled("the broker can be had") { await KafkaBroker.isAvailable })
struct KafkaBrokerTests {
  @Test func `a broker starts, keeps records and leaves nothing behind`() async throws {
    let broker = try await KafkaBroker.start()
    #expect(broker.port < 32_768)
    try await broker.client.produce(to: "a", [("k", "v"), ("k", nil), (nil, "")])
    let records = try await broker.client.records()
    #expect(records.map(\.keyText) == ["k", "k", nil])
    #expect(records.map(\.valueText) == ["v", nil, ""])
    #expect(records.map(\.offset) == [0, 1, 2])
    #expect(records.allSatisfy { $0.topic == "a" && $0.partition == 0 && $0.timestamp > 1_600_000_000_000 })
    try await broker.destroy()
    #expect(broker.pid == nil)
    let gone = try await ChildProcess.run("test", ["-e", broker.directory])
    #expect(!gone.status.isSuccess)
  }

  @Test func `records survive an orderly restart on the same port`() async throws {
    let broker = try await KafkaBroker.start()
    try await broker.client.createTopic("a", partitions: 3, settings: ["cleanup.policy": "compact"])
    try await broker.client.produce(to: "a", (0..<100).map { ("k\($0)", "v\($0)") })
    let (address, pid) = (broker.address, broker.pid)
    let before = try await broker.client.records()
    try await broker.restart()
    #expect(broker.address == address)
    #expect(broker.pid != pid)
    #expect(try await broker.client.records() == before)
    #expect(
      try await broker.client.topics().map { "\($0.topic) \($0.partitions) \($0.settings)" }
        == [#"a 3 ["cleanup.policy": "compact"]"#])
    try await broker.destroy()
  }

  @Test func `a killed broker comes back on its port`() async throws {
    let broker = try await KafkaBroker.start()
    await broker.kill()
    #expect(broker.pid == nil)
    try await broker.restart()
    try await broker.client.produce(to: "a", [("k", "v")])
    #expect(try await broker.client.counts() == ["a": 1])
    try await broker.destroy()
  }

  @Test func `what a transaction wrote shows when it is committed`() async throws {
    let broker = try await KafkaBroker.start()
    let client = broker.client
    try await client.produce(to: "a", [(nil, "1")], in: .init(id: "t"))
    try await client.produce(to: "a", [(nil, "2"), (nil, "3")], in: .init(id: "t", isAborted: true))
    try await client.produce(to: "b", [(nil, "4")], in: .init(id: "t"))
    #expect(try await client.records().map(\.valueText) == ["1", "4"])
    #expect(try await client.counts("a", uncommitted: true) == ["a": 3])
    #expect(try await client.waitForCount(2, "a|b") == 2)
    try await broker.destroy()
  }

  @Test func `a topic is configured and deleted`() async throws {
    let broker = try await KafkaBroker.start()
    try await broker.client.createTopic("a")
    try await broker.client.configureTopic("a", ["retention.ms": "1000"])
    #expect(try await broker.client.topics().map(\.settings) == [["retention.ms": "1000"]])
    let error = await #expect(throws: ServerKitError.self) { try await broker.client.createTopic("a") }
    #expect(error?.nextStep.contains("TOPIC_ALREADY_EXISTS") == true, "\(String(describing: error))")
    try await broker.client.deleteTopic("a")
    #expect(try await broker.client.topics() == [])
    try await broker.destroy()
  }
}
