internal import Logging

/// Makes the topics that are missing, where a rule says how.
///
/// Source: Apache Kafka documentation, Connect, `topic.creation.enable`.
struct TopicMaker {
  private let rule: @Sendable (String) -> TopicRule?
  private let logger: Logger
  /// The topics that exist, once somebody had to know.
  private var existing: [String: Int]?

  init(_ rule: @escaping @Sendable (String) -> TopicRule?, logger: Logger) {
    self.rule = rule
    self.logger = logger
  }

  /// Makes a topic that is missing, where a rule says how; the brokers may make the others.
  mutating func ensure(_ topic: String, with producer: borrowing Producer, within limit: Duration) throws(KafkaError) {
    guard let rule = rule(topic) else { return }
    try ensure(
      NewTopic(
        name: topic, partitions: rule.partitions, replicationFactor: rule.replicationFactor, settings: rule.settings),
      with: producer, within: limit)
  }

  /// Makes a topic that is missing.
  mutating func ensure(_ topic: NewTopic, with producer: borrowing Producer, within limit: Duration) throws(KafkaError)
  {
    if existing == nil { existing = try producer.existingTopics(within: limit) }
    guard existing?[topic.name] == nil else { return }
    try producer.create(topic, within: limit)
    self.existing?[topic.name] = Int(topic.partitions)
    logger.info("made a topic", metadata: ["topic": .string(topic.name)])
  }
}
