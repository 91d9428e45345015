import FoundationEssentials
import ServerKit
import Testing

/// A `KafkaScene` whose brokers are librdkafka's mock cluster: they report what a test tells them.
///
/// The mock makes topics by itself but not when it is asked to, so those of the test are there before.
struct MockScene: Sendable {
  let kafka: KafkaScene
  let cluster: MockCluster

  static func make(brokers: Int = 1, partitions: Int = 1) async throws -> MockScene {
    let cluster = try await MockCluster.start(brokers: brokers)
    var kafka = try await KafkaScene.make()
    kafka.address = cluster.address
    try await cluster.createTopic(kafka.topic, partitions: partitions, replicas: brokers)
    try await cluster.createTopic(kafka.positions, replicas: brokers)
    return MockScene(kafka: kafka, cluster: cluster)
  }

  var bed: TestBed { kafka.bed }
  private var client: KafkaClient {
    KafkaClient(address: cluster.address, settings: ["topic.metadata.refresh.interval.ms": "500"])
  }

  /// Settings under which failures pass quickly.
  static func settings(_ own: [String: String]) -> [String: String] {
    [
      "kafka.producer.retry.backoff.ms": "20", "kafka.producer.topic.metadata.refresh.fast.interval.ms": "20",
      "kafka.producer.topic.metadata.refresh.interval.ms": "200",
    ].merging(own) { $1 }
  }

  /// Starts `stream`, and returns once it reads the slot.
  func streaming(_ own: [String: String] = [:]) async throws -> ChildProcess {
    let program = try await kafka.start(Self.settings(own))
    try await bed.waitForStream(program)
    return program
  }

  /// Runs `stream` to its end.
  func run(_ own: [String: String] = [:]) async throws -> ChildProcess.Result {
    try await kafka.run(Self.settings(own))
  }

  /// Waits until the table's topic has so many records.
  func waitForRecords(_ count: Int, _ program: ChildProcess, within limit: Duration = .seconds(30)) async throws {
    let found = try await client.waitForCount(
      count, kafka.topic.replacing(".", with: "\\."), within: program.exitStatus == nil ? limit : .zero)
    guard found >= count else {
      throw StandInServers.Stuck(
        description: "\(found) of \(count) records, \(String(describing: program.exitStatus)): \(program.lastWords)")
    }
  }

  /// The keys of the table's records, in their order.
  func ids() async throws -> [Int] {
    try await client.records(kafka.topic.replacing(".", with: "\\.")).compactMap {
      try JSONDecoder().decode(StreamLine.Row.self, from: Data(($0.key ?? []))).id
    }
  }

  /// Stops the program, and the cluster with it.
  func end(_ program: ChildProcess, at location: SourceLocation = #_sourceLocation) async throws {
    #expect(await program.terminate() == .exited(0), "\(program.lastWords)", sourceLocation: location)
    try await cluster.stop()
  }
}
