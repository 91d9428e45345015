internal import Glibc

/// librdkafka's mock cluster in a process of its own: brokers on 127.0.0.1 that report errors as a test tells them.
///
/// It has no isolation levels, no settings of topics and no groups: what a real broker does is for `KafkaBroker`. It
/// ends with this process. Needs librdkafka-dev and a C compiler.
public final class MockCluster: Sendable {
  /// A request of Kafka's protocol, by its number there.
  public enum Request: Int, Sendable {
    /// Records from a producer.
    case produce = 0
    /// Records to a consumer.
    case fetch = 1
    /// Where partitions begin and end.
    case offsets = 2
    /// Brokers, topics and leaders.
    case metadata = 3
    /// Which broker knows a transaction or a group.
    case coordinator = 10
    /// A producer's number, for idempotence and transactions.
    case initProducer = 22
    /// A partition becomes part of a transaction.
    case addPartitions = 24
    /// Commit or abort.
    case endTransaction = 26
  }

  /// The addresses of its brokers, as `bootstrap.servers` takes them.
  public let address: String
  private let process: CommandedProcess
  private let directory: String

  private init(process: CommandedProcess, directory: String) {
    address = process.greeting
    self.process = process
    self.directory = directory
  }

  deinit { process.child.signal(SIGKILL) }

  /// Whether it is compiled already or can be.
  public static var isAvailable: Bool { get async { await TestKit.shared.has("mock") } }

  /// Starts a cluster; its brokers are numbered from 1.
  ///
  /// - Throws: `ServerKitError` when librdkafka-dev or a compiler is missing.
  public static func start(brokers: Int = 3) async throws -> MockCluster {
    let program = try await TestKit.shared.fetch("mock")
    let directory = try await Workplace.shared.newDirectory()
    let process = try await CommandedProcess.start([program, String(brokers)], in: directory)
    return MockCluster(process: process, directory: directory)
  }

  /// Answers the next `times` requests of a kind with Kafka's error `code`, for example 19, NOT_ENOUGH_REPLICAS.
  public func fail(_ request: Request, code: Int, times: Int = 1) async throws {
    try await process.obey("error \(request.rawValue) \(code) \(times)")
  }

  /// Drops the connection at each of the next `times` requests of a kind.
  public func dropConnection(at request: Request, times: Int = 1) async throws {
    try await fail(request, code: -195, times: times)
  }

  /// Forgets the failures that have not come yet.
  public func clearFailures(of request: Request) async throws { try await process.obey("clear \(request.rawValue)") }

  /// Makes a topic.
  public func createTopic(_ name: String, partitions: Int = 1, replicas: Int = 1) async throws {
    try await process.obey("topic \(name) \(partitions) \(replicas)")
  }

  /// Lets metadata and production of a topic fail with Kafka's error `code`; 0 heals it.
  public func fail(topic: String, code: Int) async throws { try await process.obey("topicerror \(topic) \(code)") }

  /// Gives a partition another leader; nil: none.
  public func setLeader(of topic: String, partition: Int, broker: Int?) async throws {
    try await process.obey("leader \(topic) \(partition) \(broker ?? -1)")
  }

  /// Gives a transactional id another coordinator.
  public func setCoordinator(ofTransaction id: String, broker: Int) async throws {
    try await process.obey("coordinator \(id) \(broker)")
  }

  /// Takes a broker down: its connections end and new ones are refused.
  public func takeDown(_ broker: Int) async throws { try await process.obey("down \(broker)") }

  /// Brings a broker up again.
  public func bringUp(_ broker: Int) async throws { try await process.obey("up \(broker)") }

  /// Lets each answer of a broker take so long.
  public func delay(_ broker: Int, milliseconds: Int) async throws {
    try await process.obey("delay \(broker) \(milliseconds)")
  }

  /// Ends the cluster.
  public func stop() async throws {
    process.child.signal(SIGKILL)
    _ = await process.child.wait()
    try await Workplace.remove(directory)
  }
}
