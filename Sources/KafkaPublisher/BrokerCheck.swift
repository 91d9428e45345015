internal import CLibrdkafka
internal import Logging

/// A look at the brokers without publishing anything.
public struct BrokerCheck: ~Copyable {
  private let settings: KafkaSettings
  private var producer: Producer

  /// Starts a client; it connects by itself.
  public init(_ settings: KafkaSettings) throws(KafkaError) {
    self.settings = settings
    var plain = settings
    plain.exactlyOnce = false
    producer = try Producer(
      plain.producer, try Librdkafka(settings.library), token: settings.token, logger: Logger(label: "kafka")
    ) { _ in }
  }

  /// What the brokers tell of a topic.
  public struct TopicAnswer: Sendable {
    /// How many partitions it has; nil where it does not exist.
    public let partitions: Int?
  }

  /// Waits for brokers to answer about the topic of positions.
  /// - Throws: why they do not: no connection, no credentials, no right.
  @discardableResult
  public mutating func answer(within limit: Duration) throws(KafkaError) -> TopicAnswer {
    try topic(settings.offsetsTopic, within: limit)
  }

  /// Asks for a topic.
  public mutating func topic(_ name: String, within limit: Duration) throws(KafkaError) -> TopicAnswer {
    let deadline = ContinuousClock.now + limit
    while true {
      do throws(KafkaError) {
        return TopicAnswer(partitions: try producer.existingTopics(within: .milliseconds(500))[name])
      } catch {
        producer.serve()
        // Why there is no answer is said apart from that there is none.
        if let complaint = producer.complaint, complaint.code == .authentication { throw complaint }
        guard error.code == .unreachable || error.isRetriable, ContinuousClock.now < deadline else {
          throw producer.complaint ?? error
        }
      }
    }
  }

  /// librdkafka's version.
  public var libraryVersion: String { producer.libraryVersion }
}
