internal import CLibrdkafka
internal import FoundationEssentials
internal import Logging
internal import Synchronization

/// A look at the brokers: nothing is published, and no topic is made.
public struct BrokerCheck: ~Copyable {
  private let settings: KafkaSettings
  private let numbered = Numbered()
  private var producer: Producer

  /// What of librdkafka's statistics tells whether brokers gave the producer its number.
  private struct Statistics: Decodable {
    struct Idempotence: Decodable {
      let idemp_state: String
    }

    let eos: Idempotence?
  }

  /// Whether they did.
  private final class Numbered: Sendable {
    let isSo = Atomic<Bool>(false)
  }

  /// Starts a client; it connects by itself.
  public init(_ settings: KafkaSettings) throws(KafkaError) {
    self.settings = settings
    var plain = settings
    plain.exactlyOnce = false
    // Asking a producer's question would make the topic that is asked for.
    plain.properties.append(("allow.auto.create.topics", "false"))
    plain.properties.append(("statistics.interval.ms", "100"))
    producer = try BrokerCheck.makeProducer(plain) { [numbered] statistics in
      let told = try? JSONDecoder().decode(Statistics.self, from: Data(statistics.utf8))
      if told?.eos?.idemp_state == "Assigned" { numbered.isSo.store(true, ordering: .relaxed) }
    }
  }

  private static func makeProducer(
    _ settings: KafkaSettings, onStatistics: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(KafkaError) -> Producer {
    // What goes wrong is thrown.
    var quiet = Logger(label: "kafka")
    quiet.logLevel = max(quiet.logLevel, .warning)
    return try Producer(
      settings.producer, try Librdkafka(settings.library), token: settings.token, logger: quiet,
      onStatistics: onStatistics)
  }

  /// librdkafka's version.
  public var libraryVersion: String { producer.libraryVersion }

  // MARK: Questions

  /// Waits for brokers to answer.
  /// - Returns: their numbers.
  /// - Throws: why they do not: no connection, no credentials, no right.
  @discardableResult
  public mutating func answer(within limit: Duration) throws(KafkaError) -> [Int32] {
    try producer.brokers(within: limit)
  }

  /// How many partitions a topic has; nil where it does not exist.
  public mutating func partitions(of topic: String, within limit: Duration) throws(KafkaError) -> Int? {
    try producer.partitions(of: topic, within: limit)
  }

  /// The settings of a topic, as the brokers have them.
  public func settings(ofTopic topic: String, within limit: Duration) throws(KafkaError) -> [String: String] {
    try producer.settings(of: .topic(topic), within: limit)
  }

  /// The settings of a broker.
  public func settings(ofBroker number: Int32, within limit: Duration) throws(KafkaError) -> [String: String] {
    try producer.settings(of: .broker(number), within: limit)
  }

  /// Has brokers say whether they would make a topic.
  /// - Throws: why they would not.
  public func tryMaking(_ topic: String, _ rule: TopicRule, within limit: Duration) throws(KafkaError) {
    try producer.create(
      NewTopic(
        name: topic, partitions: rule.partitions, replicationFactor: rule.replicationFactor, settings: rule.settings),
      within: limit, isTrial: true)
  }

  // MARK: The producer's rights

  /// Whether brokers let this producer be idempotent, which each of its writes rests on; false where they do not say.
  /// - Throws: that they do not.
  public mutating func isIdempotent(within limit: Duration) throws(KafkaError) -> Bool {
    let deadline = ContinuousClock.now + limit
    while !numbered.isSo.load(ordering: .relaxed), ContinuousClock.now < deadline {
      producer.serve(waitingAtMost: .milliseconds(50))
      if let complaint = producer.complaint, complaint.isFatal { throw complaint }
    }
    return numbered.isSo.load(ordering: .relaxed)
  }

  /// Takes a transactional id, as exactly once does at each start.
  /// - Parameter id: not the one in use: whoever has it would be fenced.
  /// - Throws: that brokers do not let us, or refuse `transaction.timeout.ms`.
  public func takeTransactionalID(_ id: String, within limit: Duration) throws(KafkaError) {
    var own = settings
    own.exactlyOnce = true
    own.transactionalID = id
    var taker = try BrokerCheck.makeProducer(own)
    do throws(KafkaError) { try taker.initTransactions(within: limit) } catch { throw taker.complaint ?? error }
  }

  /// Which topics may not be written to. Nothing is written: the records ask for two acknowledgements, which brokers refuse
  /// after they looked at rights.
  ///
  /// Source: Apache Kafka, protocol guide, Produce request: `acks` is 0, 1 or -1.
  ///
  /// - Parameters:
  ///   - topics: those to be asked about; they must exist.
  ///   - own: a compacted topic that is ours and exists. It is asked about first, and a broker that takes the record all
  ///     the same, where it does no harm, is asked about no other.
  /// - Returns: why not, by topic; nil where these brokers do not tell beforehand.
  public func refusals(of topics: [String], own: String, within limit: Duration) throws(KafkaError) -> [String:
    KafkaError]?
  {
    var asking = settings
    asking.exactlyOnce = false
    let replaced: Set<String> = [
      "acks", "request.required.acks", "enable.idempotence", "enable.gapless.guarantee", "message.timeout.ms",
      "delivery.timeout.ms", "transactional.id",
    ]
    asking.properties.removeAll { replaced.contains($0.name) }
    asking.properties += [("enable.idempotence", "false"), ("acks", "2"), ("allow.auto.create.topics", "false")]
    asking.deliveryTimeout = limit
    var asker = try BrokerCheck.makeProducer(asking)
    let none = HeaderList([], try Librdkafka(settings.library))
    guard let first = try BrokerCheck.answers([own], &asker, none, within: limit)[own] else { return nil }
    if first.code == .authorization { return [own: first] }
    guard first.name == BrokerCheck.looksAtRightsFirst else { return nil }
    return try BrokerCheck.answers(topics, &asker, none, within: limit)
      .filter { $0.value.name != BrokerCheck.looksAtRightsFirst }
  }

  /// What a broker says of two acknowledgements.
  private static let looksAtRightsFirst = "INVALID_REQUIRED_ACKS"

  /// What brokers say to a record for each topic; nothing for those that took it.
  private static func answers(
    _ topics: [String], _ asker: inout Producer, _ none: HeaderList, within limit: Duration
  ) throws(KafkaError) -> [String: KafkaError] {
    let key = Array("cdc-direct/check".utf8)
    for (index, topic) in topics.enumerated() {
      let handle = try asker.topic(topic)
      let sent = key.withUnsafeBytes { key in
        Result { () throws(KafkaError) in
          try asker.send(to: handle, partition: nil, key: key, value: nil, headers: none, tag: index + 1)
        }
      }
      _ = try sent.get()
    }
    _ = asker.waitForReports(within: limit + .seconds(1))
    var answers: [String: KafkaError] = [:]
    for failure in asker.takeUndelivered() where topics.indices.contains(failure.tag - 1) {
      answers[topics[failure.tag - 1]] = failure.error
    }
    return answers
  }
}
