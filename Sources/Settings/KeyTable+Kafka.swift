private let count = Key.Kind.integer(-1...2_147_483_647)
private let milliseconds = Key.Kind.milliseconds(0...2_147_483_647)
private let withKafka = Key.Support.honouredWith(.kafka)
private let inDatabase = Key.Support.noMeaning("the offset is in the audit database, in the transaction of its rows")
private let noTopics = Key.Support.noMeaning("the audit trail has no topics")
private let noDeadLetters = Key.Support.noMeaning("a change that cannot be stored is in processing_error")
private let retries = Key.Support.noMeaning("errors.max.retries and reconnect.backoff.* are of the audit database")
private let patient = Key.Support.noMeaning("`stream` waits for the brokers as long as it takes")

extension KeyTable {
  /// Kafka: brokers, positions, failures. It is on when brokers are named.
  static let kafka: [Key] =
    [
      kafka("bootstrap.servers", .list, "", "Brokers, `host:port`. Setting it turns Kafka on."),
      Key(
        "kafka.producer.<property>", .text, "", .kafka,
        "Any property of librdkafka's producer, as sasl.mechanism, ssl.ca.location, compression.type. acks is all and"
          + " idempotence on unless set here.", trail: withKafka, events: withKafka, isOurs: true),
      kafka(
        "library", .path, "librdkafka.so.1",
        "librdkafka's shared library: a path, or a name that the system's loader finds."),
      kafka(
        "exactly.once", .boolean, "false",
        "Events and their position are written in one Kafka transaction: consumers with read_committed see each once."),
      kafka(
        "transactional.id", .text, "",
        "Producer's transactional.id with exactly.once; unset: cdc-direct-, topic.prefix, -, slot.name."),
      kafka(
        "delivery.timeout.ms", .milliseconds(1...2_147_483_647), "120000",
        "How long the delivery of one event may take before the batch is tried again; with exactly.once at most the"
          + " producer's transaction.timeout.ms."),
      kafka(
        "patience.ms", milliseconds, "10000",
        "How long the audit trail waits for brokers before it goes on without them and they catch up later.",
        events: patient),
      kafka(
        "max.lag.bytes", .bytes(0...9_223_372_036_854_775_807), "0",
        "When the slot holds back more than this for Kafka's sake, publishing is given up and the gap recorded; 0: no"
          + " limit."),
      kafka(
        "sasl.oauthbearer.token.file", .path, "",
        "File of a bearer token for SASL OAUTHBEARER; read again when the token expires."),
      kafka(
        "statistics.interval.ms", .milliseconds(0...86_400_000), "5000", "Period of librdkafka's figures; 0: none."),
      kafka("metrics.topics", .boolean, "false", "Whether /metrics tells librdkafka's figures by topic, too."),
      Key(
        "exactly.once.support", .enumeration(["requested", "required"]), "requested", .kafka,
        "required: kafka.exactly.once, where that is unset, is true.", trail: .noMeaning("exactly once is always so"),
        events: withKafka),
    ] + positions + failures

  private static let positions: [Key] = [
    forEvents(
      .kafka, "offset.storage.topic", .topicName, "",
      "Compacted topic of positions; unset: topic.prefix and .cdc-direct-offsets.", trail: inDatabase, events: withKafka
    ),
    forEvents(
      .kafka, "offset.storage.partitions", count, "1",
      "Its partitions when it is made; -1: the broker's default. Kafka Connect's default is 25.", trail: inDatabase,
      events: withKafka),
    forEvents(
      .kafka, "offset.storage.replication.factor", .integer(-1...32_767), "-1",
      "Its replicas when it is made; -1: the broker's default. Kafka Connect's default is 3.", trail: inDatabase,
      events: withKafka),
  ]

  private static let failures: [Key] = [
    forEvents(
      .kafka, "errors.deadletterqueue.topic.name", .topicName, "",
      "Topic of events that the broker refuses for good; unset: none.", trail: noDeadLetters, events: withKafka),
    forEvents(
      .kafka, "errors.deadletterqueue.topic.replication.factor", .integer(-1...32_767), "-1",
      "Its replicas when it is made; -1: the broker's default. Kafka Connect's default is 3.", trail: noDeadLetters,
      events: withKafka),
    forEvents(
      .kafka, "errors.deadletterqueue.context.headers.enable", .boolean, "true",
      "Whether its records have the headers `__connect.errors.*`, which say what was wrong. Kafka Connect's default is"
        + " false.", trail: noDeadLetters, events: withKafka),
    forEvents(
      .kafka, "errors.retry.timeout", .integer(-1...9_223_372_036_854_775_807), "0",
      "Milliseconds that an event which the broker refuses is sent again before that is for good; 0: never, -1: endless.",
      trail: retries, events: withKafka),
    forEvents(
      .kafka, "errors.retry.delay.initial.ms", milliseconds, "300", "First pause before it is sent again; it doubles.",
      trail: retries, events: withKafka),
    forEvents(
      .kafka, "errors.retry.delay.max.ms", milliseconds, "10000",
      "Longest pause. Kafka Connect's default is 60000.", trail: retries, events: withKafka),
  ]

  private static func kafka(
    _ name: String, _ kind: Key.Kind, _ defaultText: String, _ meaning: String, events: Key.Support = withKafka
  ) -> Key {
    ours(.kafka, "kafka.\(name)", kind, defaultText, meaning, trail: withKafka, events: events)
  }

  /// Kafka Connect's rules by which missing topics are made.
  ///
  /// Source: Kafka documentation, "Kafka Connect", "Source Connector Configs", and the source of `TopicCreationConfig`.
  static let topicCreation: [Key] = [
    creation(
      "enable", .boolean, "true",
      "Whether missing topics are made by these rules; false: all are left to the broker. Where no rule is set they are, too."
    ),
    creation(
      "default.partitions", count, "",
      "Partitions of topics that no group names; -1: the broker's default. Required where any rule is set."),
    creation(
      "default.replication.factor", .integer(-1...32_767), "",
      "Replicas of topics that no group names; -1: the broker's default. Required where any rule is set."),
    creation(
      "default.<config>", .text, "",
      "Any other setting of such topics, as cleanup.policy or retention.ms; groups do not"
        + " inherit it."),
    creation(
      "groups", .list, "", "Names of groups of topics; the first whose include matches, and exclude not, holds."),
    creation(
      "<group>.include", .patterns, "",
      "Names of the group's topics. Unlike other expressions these and those of exclude heed case."),
    creation("<group>.exclude", .patterns, "", "Names that are not of the group though include matches."),
    creation("<group>.partitions", count, "", "As of default, which holds where this is unset."),
    creation(
      "<group>.replication.factor", .integer(-1...32_767), "", "As of default, which holds where this is unset."),
    creation("<group>.<config>", .text, "", "Any other setting of the group's topics."),
  ]

  private static func creation(_ name: String, _ kind: Key.Kind, _ defaultText: String, _ meaning: String) -> Key {
    forEvents(
      .topicCreation, "topic.creation.\(name)", kind, defaultText, meaning, trail: noTopics, events: withKafka)
  }
}
