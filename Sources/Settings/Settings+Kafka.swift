extension Settings {
  /// Kafka: the brokers, and how events are published to them.
  ///
  /// What events are stands in ``Settings/events``, their converters too.
  public struct Kafka: Sendable, Hashable {
    /// A topic that is ours: how it is called and, when it is missing, made.
    public struct Topic: Sendable, Hashable {
      /// Its name.
      public let name: String
      /// Partitions; -1 for the broker's default.
      public let partitions: Int
      /// Replicas; -1 for the broker's default.
      public let replicationFactor: Int
    }

    /// Where events go that the broker refuses for good.
    public struct DeadLetters: Sendable, Hashable {
      /// Their topic.
      public let topic: Topic
      /// Whether they have the headers `__connect.errors.*`.
      public let contextHeaders: Bool
    }

    /// How long an event that the broker refuses is sent again.
    public struct Retry: Sendable, Hashable {
      /// For how long; zero for not at all, nil for ever.
      public let timeout: Duration?
      /// First pause; it doubles.
      public let initialDelay: Duration
      /// Longest pause.
      public let maximumDelay: Duration
    }

    /// Brokers to begin with, as `host:port`; never empty.
    public let bootstrapServers: [String]
    /// librdkafka's properties that were set, by their names there. None of those that have a key of their own.
    public let producer: [String: Secret]
    /// Path or name of librdkafka's shared library.
    public let library: String
    /// Whether events and their position are written in one Kafka transaction.
    public let isExactlyOnce: Bool
    /// The producer's `transactional.id`, for exactly once.
    public let transactionalID: String
    /// The compacted topic of positions.
    public let offsets: Topic
    /// How long one delivery may take; with exactly once no longer than a Kafka transaction.
    public let deliveryTimeout: Duration
    /// How long the audit trail waits for brokers before it goes on without them.
    public let patience: Duration
    /// Bytes that the slot may hold back for Kafka's sake before publishing is given up; nil for no limit.
    public let maximumLagBytes: UInt64?
    /// File of a bearer token for SASL OAUTHBEARER; nil for none.
    public let tokenFile: String?
    /// Period of librdkafka's figures; nil for none.
    public let statisticsInterval: Duration?
    /// Whether metrics are told by topic, too.
    public let metricsByTopic: Bool
    /// How missing topics are made.
    public let topicCreation: TopicCreation
    /// Where events go that the broker refuses for good; nil for nowhere.
    public let deadLetters: DeadLetters?
    /// How long an event that the broker refuses is sent again.
    public let retry: Retry
    /// What becomes of an event that the broker refuses for good and no dead letters take.
    ///
    /// Beside the trail `all` sets it aside in processing_error; without one it is left out.
    public let tolerance: ErrorTolerance

    init(_ values: Values, isBesideTrail: Bool) {
      bootstrapServers = values.list("kafka.bootstrap.servers")
      let properties = Self.producerProperties(values)
      producer = properties
      library = Values.trimmed(values.text("kafka.library"))
      isExactlyOnce = Self.isExactlyOnce(values)
      let prefix = Values.trimmed(values.text("topic.prefix"))
      let slot = Values.trimmed(values.text("slot.name"))
      transactionalID = values.optionalText("kafka.transactional.id") ?? "cdc-direct-\(prefix)-\(slot)"
      offsets = Topic(
        name: values.optionalText("offset.storage.topic").map { Values.trimmed($0) } ?? "\(prefix).cdc-direct-offsets",
        partitions: values.integer("offset.storage.partitions"),
        replicationFactor: values.integer("offset.storage.replication.factor"))
      let timeout = values.milliseconds("kafka.delivery.timeout.ms")
      deliveryTimeout = isExactlyOnce ? min(timeout, Self.transactionTimeout(values)) : timeout
      patience = values.milliseconds("kafka.patience.ms")
      let lag = values.bytes("kafka.max.lag.bytes")
      maximumLagBytes = lag == 0 ? nil : UInt64(clamping: lag)
      tokenFile = values.optionalText("kafka.sasl.oauthbearer.token.file").map { Values.trimmed($0) }
      statisticsInterval = values.bound("kafka.statistics.interval.ms")
      metricsByTopic = values.boolean("kafka.metrics.topics")
      topicCreation = TopicCreation(values)
      deadLetters = DeadLetters(values)
      retry = Retry(values)
      tolerance = values.choice("errors.tolerance", isBesideTrail ? .all : .none)
    }

    static let producerPrefix = "kafka.producer."

    private static func producerProperties(_ values: Values) -> [String: Secret] {
      let set = values.entries.values.filter { $0.key.hasPrefix(producerPrefix) }
      return Dictionary(
        set.map { (String($0.key.dropFirst(producerPrefix.count)), Secret(text: $0.text)) },
        uniquingKeysWith: { first, _ in first })
    }

    /// Kafka Connect's word holds where ours is not set.
    static func isExactlyOnce(_ values: Values) -> Bool {
      if values.isSet("kafka.exactly.once") { return values.boolean("kafka.exactly.once") }
      return Values.trimmed(values.text("exactly.once.support")).lowercased() == "required"
    }

    /// The producer's `transaction.timeout.ms`; librdkafka's default is a minute.
    static func transactionTimeout(_ values: Values) -> Duration {
      let text = values.optionalText("\(producerPrefix)transaction.timeout.ms")
      return .milliseconds(text.flatMap { Values.integer($0) } ?? 300_000)
    }
  }
}

extension Settings.Kafka.DeadLetters {
  init?(_ values: Values) {
    guard let name = values.optionalText("errors.deadletterqueue.topic.name") else { return nil }
    topic = Settings.Kafka.Topic(
      name: Values.trimmed(name), partitions: 1,
      replicationFactor: values.integer("errors.deadletterqueue.topic.replication.factor"))
    contextHeaders = values.boolean("errors.deadletterqueue.context.headers.enable")
  }
}

extension Settings.Kafka.Retry {
  init(_ values: Values) {
    let milliseconds = values.integer("errors.retry.timeout")
    timeout = milliseconds < 0 ? nil : .milliseconds(milliseconds)
    initialDelay = values.milliseconds("errors.retry.delay.initial.ms")
    maximumDelay = max(initialDelay, values.milliseconds("errors.retry.delay.max.ms"))
  }
}
