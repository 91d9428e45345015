internal import Logging

/// Makes the topics that are missing, where a rule says how.
///
/// Source: Apache Kafka documentation, Connect, `topic.creation.enable`.
struct TopicMaker {
  private let rule: @Sendable (String) -> TopicRule?
  private let logger: Logger
  private var known: Set<String> = []

  init(_ rule: @escaping @Sendable (String) -> TopicRule?, logger: Logger) {
    self.rule = rule
    self.logger = logger
  }

  /// Makes sure of a topic, once.
  mutating func ensure(_ topic: String, with producer: borrowing Producer, within limit: Duration) throws(KafkaError) {
    guard !known.contains(topic) else { return }
    if let rule = rule(topic) {
      try TopicMaker.ensure(
        NewTopic(
          name: topic, partitions: rule.partitions, replicationFactor: rule.replicationFactor, settings: rule.settings),
        with: producer, within: limit, logger: logger)
    }
    known.insert(topic)
  }

  /// Makes a topic that is missing.
  static func ensure(
    _ topic: NewTopic, with producer: borrowing Producer, within limit: Duration, logger: Logger
  ) throws(KafkaError) {
    guard try producer.partitions(of: topic.name, within: limit) == nil else { return }
    try producer.create(topic, within: limit)
    logger.info("made a topic", metadata: ["topic": .string(topic.name)])
  }
}
