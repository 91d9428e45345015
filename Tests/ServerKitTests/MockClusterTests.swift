import ServerKit
import Testing

@Suite(
  .enabled("librdkafka-dev is there") { await MockCluster.isAvailable },
  .enabled("the client can be had") { await KafkaBroker.isAvailable })
struct MockClusterTests {
  private func client(of cluster: MockCluster) -> KafkaClient {
    KafkaClient(
      address: cluster.address, settings: ["message.timeout.ms": "2000", "topic.metadata.refresh.interval.ms": "100"])
  }

  @Test func `brokers report the errors they are told`() async throws {
    let cluster = try await MockCluster.start()
    #expect(cluster.address.split(separator: ",").count == 3)
    try await cluster.createTopic("a", partitions: 1, replicas: 3)
    // MESSAGE_TOO_LARGE is not tried again.
    try await cluster.fail(.produce, code: 10)
    let error = await #expect(throws: ServerKitError.self) {
      try await client(of: cluster).produce(to: "a", [(nil, "x")])
    }
    #expect(error?.nextStep.contains("MSG_SIZE_TOO_LARGE") == true, "\(String(describing: error))")
    try await client(of: cluster).produce(to: "a", [(nil, "x")])
    // NOT_ENOUGH_REPLICAS is.
    try await cluster.fail(.produce, code: 19, times: 2)
    try await client(of: cluster).produce(to: "a", [(nil, "y")])
    try await cluster.stop()
  }

  @Test func `brokers and leaders come and go`() async throws {
    let cluster = try await MockCluster.start(brokers: 2)
    try await cluster.createTopic("a", partitions: 1, replicas: 2)
    try await cluster.setLeader(of: "a", partition: 0, broker: 2)
    try await cluster.takeDown(2)
    await #expect(throws: ServerKitError.self) { try await client(of: cluster).produce(to: "a", [(nil, "x")]) }
    try await cluster.setLeader(of: "a", partition: 0, broker: 1)
    try await client(of: cluster).produce(to: "a", [(nil, "y")])
    try await cluster.bringUp(2)
    try await cluster.delay(2, milliseconds: 1)
    try await cluster.stop()
  }

  @Test func `a wrong command is an error`() async throws {
    let cluster = try await MockCluster.start(brokers: 1)
    await #expect(throws: ServerKitError.self) { try await cluster.takeDown(7) }
    try await cluster.stop()
  }
}
