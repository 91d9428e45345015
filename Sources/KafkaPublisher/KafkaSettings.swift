public import AvroConverter

/// How events are published.
public struct KafkaSettings: Sendable {
  /// Where brokers are asked for: `host:port`, separated by commas.
  public var bootstrapServers: String
  /// librdkafka's properties as the user gave them (`kafka.producer.*`).
  public var properties: [(name: String, value: String)] = []
  /// librdkafka's file name or path (`kafka.library`).
  public var library = "librdkafka.so.1"
  /// Whether each batch is one transaction, with the position in it (`kafka.exactly.once`).
  public var exactlyOnce = false
  /// What fences another instance (`kafka.transactional.id`).
  public var transactionalID: String
  /// Where positions are kept: `offset.storage.topic`.
  public var offsetsTopic: String
  /// Its partitions, where it has to be made (`offset.storage.partitions`).
  public var offsetsPartitions: Int32 = 1
  /// Its copies, -1 for the brokers' default (`offset.storage.replication.factor`).
  public var offsetsReplicationFactor: Int32 = -1
  /// What the key of the position is called: one for each source that shares the topic.
  public var offsetKey: String
  /// How a missing topic is made (`topic.creation.*`); nil leaves it to the brokers.
  public var creation: @Sendable (_ topic: String) -> TopicRule? = { _ in nil }
  /// Where records go that brokers refuse; nil for nowhere.
  public var deadLetters: DeadLetterSettings?
  /// What happens to such a record besides.
  public var refusal = RefusalHandling.stop
  /// For how long such a record is tried again first (`errors.retry.timeout`); nil without end.
  public var retryTimeout: Duration? = .zero
  /// How long a record may be on its way (`kafka.delivery.timeout.ms`).
  public var deliveryTimeout: Duration = .seconds(120)
  /// How long a call may wait for brokers.
  public var waitLimit: Duration = .seconds(120)
  /// How many bytes may wait to be sent.
  public var queueBytes = 32 << 20
  /// The file of a bearer token (`kafka.sasl.oauthbearer.token.file`).
  public var tokenFile: String?
  /// How often librdkafka tells its figures (`kafka.statistics.interval.ms`).
  public var statisticsInterval: Duration = .seconds(5)
  /// How keys look.
  public var keys = RecordForm.text
  /// How values look.
  public var values = RecordForm.text
  /// What the source is called in dead letters (`topic.prefix`).
  public var name: String

  /// At least once, text, topics left to the brokers.
  public init(
    bootstrapServers: String, name: String, transactionalID: String, offsetsTopic: String, offsetKey: String
  ) {
    self.bootstrapServers = bootstrapServers
    self.name = name
    self.transactionalID = transactionalID
    self.offsetsTopic = offsetsTopic
    self.offsetKey = offsetKey
  }
}

/// How keys or values look on the wire.
public enum RecordForm: Sendable {
  /// As the encoder renders them.
  case text
  /// Confluent's wire format with a schema registry.
  case avro(AvroSettings)
}

/// How a missing topic is made.
///
/// Source: Apache Kafka documentation, Connect, `topic.creation.*`.
public struct TopicRule: Sendable {
  /// How many partitions; -1 for the brokers' default.
  public var partitions: Int32
  /// How many copies; -1 for the brokers' default.
  public var replicationFactor: Int32
  /// The topic's own settings, such as `cleanup.policy`.
  public var settings: [(name: String, value: String)]

  /// A rule by its parts.
  public init(partitions: Int32 = -1, replicationFactor: Int32 = -1, settings: [(name: String, value: String)] = []) {
    self.partitions = partitions
    self.replicationFactor = replicationFactor
    self.settings = settings
  }
}

/// Where records go that brokers refuse.
///
/// Source: Apache Kafka documentation, Connect, `errors.deadletterqueue.*`.
public struct DeadLetterSettings: Sendable {
  /// The topic.
  public var topic: String
  /// Its copies, where it has to be made; -1 for the brokers' default.
  public var replicationFactor: Int32
  /// Whether headers tell why, and where the record comes from.
  public var tellsWhy: Bool

  /// A dead letter topic.
  public init(topic: String, replicationFactor: Int32 = -1, tellsWhy: Bool = true) {
    self.topic = topic
    self.replicationFactor = replicationFactor
    self.tellsWhy = tellsWhy
  }
}

/// What happens to a record that brokers refuse for good.
public enum RefusalHandling: Sendable {
  /// The program stops, unless a dead letter topic takes the record.
  case stop
  /// The record is logged and left out.
  case leaveOut
  /// The record is set aside in the audit database.
  case setAside
}
