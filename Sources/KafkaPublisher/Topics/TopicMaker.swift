internal import Logging

/// Makes the topics that are missing, where a rule says how.
///
/// Source: Apache Kafka documentation, Connect, `topic.creation.enable`.
struct TopicMaker {
  private let rule: @Sendable (String) -> TopicRule?
  private let logger: Logger
  /// The topics that exist, once somebody had to know.
  private var existing: Set<String>?

  init(_ rule: @escaping @Sendable (String) -> TopicRule?, logger: Logger) {
    self.rule = rule
    self.logger = logger
  }

  /// Makes a topic that is missing, where a rule says how; the brokers may make the others.
  mutating func ensure(_ topic: String, with producer: inout Producer, within limit: Duration) throws(KafkaError) {
    guard let rule = rule(topic) else { return }
    try ensure(
      NewTopic(
        name: topic, partitions: rule.partitions, replicationFactor: rule.replicationFactor, settings: rule.settings),
      with: &producer, within: limit)
  }

  /// Makes sure that brokers let us know of a topic; where it is missing they may make it.
  /// - Throws: that they do not: records would wait for it in vain.
  mutating func check(_ topic: String, with producer: inout Producer, within limit: Duration) throws(KafkaError) {
    guard try !isThere(topic, with: &producer, within: limit) else { return }
    do throws(KafkaError) {
      _ = try producer.partitions(of: topic, within: limit)
      existing?.insert(topic)
    } catch {
      // Whatever else it is, records may be delivered after it.
      guard error.code == .authorization || error.code == .authentication else { return }
      throw error
    }
  }

  private mutating func isThere(_ topic: String, with producer: inout Producer, within limit: Duration)
    throws(KafkaError) -> Bool
  {
    if existing == nil { existing = try producer.existingTopics(within: limit) }
    return existing?.contains(topic) ?? false
  }

  /// Makes a topic that is missing.
  mutating func ensure(_ topic: NewTopic, with producer: inout Producer, within limit: Duration) throws(KafkaError) {
    guard try !isThere(topic.name, with: &producer, within: limit) else { return }
    try producer.create(topic, within: limit)
    existing?.insert(topic.name)
    logger.info("made a topic", metadata: ["topic": .string(topic.name)])
  }
}
