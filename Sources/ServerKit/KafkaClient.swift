internal import FoundationEssentials

/// A client of a broker that shares nothing with the program under test: Confluent's for Python, by the tools of `testkit`.
public struct KafkaClient: Sendable {
  /// A topic as the broker describes it.
  public struct Topic: Sendable, Hashable, Decodable {
    /// Its name.
    public let topic: String
    /// The number of its partitions.
    public let partitions: Int
    /// The number of replicas of a partition.
    public let replicas: Int
    /// The settings that it was given; defaults are left out.
    public let settings: [String: String]
  }

  /// A transaction that records are produced in.
  public struct Transaction: Sendable {
    /// The transactional id.
    public var id: String
    /// Whether it is aborted in the end.
    public var isAborted = false

    /// A transaction that is committed, or aborted.
    public init(id: String, isAborted: Bool = false) {
      self.id = id
      self.isAborted = isAborted
    }
  }

  /// Host and port.
  public let address: String
  /// More settings of librdkafka, for example `security.protocol`; `admin` commands know the address alone.
  public var settings: [String: String]

  /// A client of the broker at `address`.
  public init(address: String, settings: [String: String] = [:]) {
    self.address = address
    self.settings = settings
  }

  private var properties: [String] { settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } }

  /// All records of topics from their beginning to their end, partition by partition.
  ///
  /// - Parameters:
  ///   - topics: regular expressions for whole names; empty: all but the broker's own.
  ///   - uncommitted: whether records of aborted and open transactions are among them.
  /// - Throws: `ServerKitError` with the client's own words.
  public func records(_ topics: String..., uncommitted: Bool = false) async throws -> [ConsumedRecord] {
    try ConsumedRecord.all(in: await consume(topics, uncommitted ? ["--uncommitted"] : []))
  }

  /// How many records each topic has; topics without any are left out.
  public func counts(_ topics: String..., uncommitted: Bool = false) async throws -> [String: Int] {
    let text = try await consume(topics, ["--count"] + (uncommitted ? ["--uncommitted"] : []))
    return try JSONDecoder().decode([String: Int].self, from: Data(text.utf8))
  }

  /// Waits until the topics have so many records together; gives the number found last, fewer when the time is over.
  public func waitForCount(
    _ count: Int, _ topics: String..., within limit: Duration = .seconds(60)
  ) async throws -> Int {
    let deadline = ContinuousClock.now + limit
    while true {
      let text = try await consume(topics, ["--count"])
      let found = try JSONDecoder().decode([String: Int].self, from: Data(text.utf8)).values.reduce(0, +)
      if found >= count || ContinuousClock.now > deadline { return found }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  /// Puts records on a topic and waits until they are acknowledged; Java's default partitioner chooses where.
  public func produce(
    to topic: String, _ records: [(key: String?, value: String?)], in transaction: Transaction? = nil
  ) async throws {
    struct Line: Encodable {
      let topic: String
      let key: Data?
      let value: Data?
    }
    let encoder = JSONEncoder()
    let lines = try records.map { record in
      let line = Line(topic: topic, key: record.key.map { Data($0.utf8) }, value: record.value.map { Data($0.utf8) })
      return String(decoding: try encoder.encode(line), as: UTF8.self) + "\n"
    }
    var words = [address] + properties
    if let transaction {
      words += ["--transaction", transaction.id] + (transaction.isAborted ? ["--abort"] : [])
    }
    _ = try await TestKit.run("produce", words, input: .text(lines.joined()))
  }

  /// Makes a topic with these settings.
  public func createTopic(_ name: String, partitions: Int = 1, settings: [String: String] = [:]) async throws {
    let words = ["--partitions", "\(partitions)"] + settings.map { "\($0.key)=\($0.value)" }
    _ = try await TestKit.run("admin", [address, "create", name] + words)
  }

  /// Changes settings of a topic.
  public func configureTopic(_ name: String, _ settings: [String: String]) async throws {
    _ = try await TestKit.run("admin", [address, "configure", name] + settings.map { "\($0.key)=\($0.value)" })
  }

  /// Removes a topic.
  public func deleteTopic(_ name: String) async throws {
    _ = try await TestKit.run("admin", [address, "delete", name])
  }

  /// All topics but the broker's own.
  public func topics() async throws -> [Topic] {
    let text = try await TestKit.run("admin", [address, "describe"])
    return try text.split(separator: "\n").map { try JSONDecoder().decode(Topic.self, from: Data($0.utf8)) }
  }

  private func consume(_ topics: [String], _ options: [String]) async throws -> String {
    let words = [address] + properties + topics.flatMap { ["--topic", $0] } + options
    return try await TestKit.run("consume", words, within: .seconds(600))
  }
}
