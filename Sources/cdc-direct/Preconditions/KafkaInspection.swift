internal import Events
internal import PGReplication
internal import Pipeline
internal import Settings

#if Kafka
  internal import AvroConverter
  internal import KafkaPublisher

  /// Looks at everything that publishing needs of brokers and schema registry. Nothing is published, and no topic made.
  struct KafkaInspection {
    let settings: KafkaSettings
    /// The topics of events, but for those that only a transform names.
    let topics: [String]
    private let given: Settings
    var findings = Findings()

    /// How long one question may take.
    static let limit = Duration.seconds(10)

    init(
      _ settings: Settings, _ kafka: Settings.Kafka, _ form: EventSettings, tables: [TableName], isBesideTrail: Bool
    ) {
      self.settings = settings.kafkaSettings(kafka, isBesideTrail: isBesideTrail)
      given = settings
      if form.choosesTopics {
        topics = []
        findings.info("kafka.topics", "transforms choose the topics, which are therefore not looked at")
      } else {
        topics = form.topics(of: tables, hasHeartbeats: settings.events.heartbeatInterval != nil)
      }
    }

    /// Looks at all of it.
    mutating func run() async {
      do {
        try settings.check()
        var check = try BrokerCheck(settings)
        findings.ok("kafka.library", "librdkafka \(check.libraryVersion) takes the settings")
        look(&check)
      } catch {
        report(error, error.code == .library ? "kafka.library" : "kafka.settings")
      }
      await checkRegistry()
    }

    private mutating func report(_ error: KafkaError, _ check: String) {
      let failure = error.failure
      findings.error(failure.kind, check, "\(failure.what) (\(failure.place))", failure.advice)
    }

    private mutating func look(_ check: inout BrokerCheck) {
      let brokers: [Int32]
      do {
        brokers = try check.answer(within: KafkaInspection.limit)
        findings.ok("kafka.connect", "\(brokers.counted("broker")) at \(settings.bootstrapServers) let us in")
      } catch {
        return report(error, "kafka.connect")
      }
      checkProducer(&check)
      let hasPositions = checkOwn(
        &check, settings.offsetsTopic, "kafka.positions",
        TopicRule(partitions: settings.offsetsPartitions, replicationFactor: settings.offsetsReplicationFactor))
      if hasPositions { checkPolicy(&check, of: [settings.offsetsTopic], "kafka.positions") }
      var writable = checkTopics(&check, brokers)
      if let letters = settings.deadLetters,
        checkOwn(
          &check, letters.topic, "kafka.dead_letters",
          TopicRule(partitions: 1, replicationFactor: letters.replicationFactor))
      {
        writable.append(letters.topic)
      }
      if hasPositions { checkWriting(check, writable) }
    }

    // MARK: The producer

    private mutating func checkProducer(_ check: inout BrokerCheck) {
      guard settings.exactlyOnce else {
        do {
          if try check.isIdempotent(within: .seconds(3)) {
            findings.ok("kafka.producer", "the brokers let the producer be idempotent")
          }
        } catch {
          findings.error(
            .kafkaFailed, "kafka.producer", error.what,
            "grant Write on the topics; before Kafka 2.8 also IdempotentWrite on the cluster")
        }
        return
      }
      // Taking the id itself would fence a running instance.
      let id = "\(settings.transactionalID)-check"
      do {
        try check.takeTransactionalID(id, within: KafkaInspection.limit)
        findings.ok("kafka.transactions", "the brokers give out transactional ids, as \(id)")
      } catch  where error.code == .authorization {
        findings.warn(
          "kafka.transactions", "\(error.what), when \(id) was tried in place of \(settings.transactionalID)",
          "grant Write and Describe on transactional ids that begin with \(settings.transactionalID)")
      } catch  where error.name == "INVALID_TRANSACTION_TIMEOUT" {
        findings.error(
          .kafkaFailed, "kafka.transactions", error.what,
          "lower kafka.producer.transaction.timeout.ms, or raise transaction.max.timeout.ms of the brokers")
      } catch {
        report(error, "kafka.transactions")
      }
    }

    // MARK: The topics

    /// Looks at a topic that the program makes itself; whether it is there.
    private mutating func checkOwn(
      _ check: inout BrokerCheck, _ topic: String, _ name: String, _ rule: TopicRule
    ) -> Bool {
      do {
        if let count = try check.partitions(of: topic, within: KafkaInspection.limit) {
          findings.ok(name, "topic \(topic) is there, \((0..<count).counted("partition"))")
          return true
        }
        try check.tryMaking(topic, rule, within: KafkaInspection.limit)
        findings.ok(name, "topic \(topic) does not exist yet; it is made when it is needed")
      } catch {
        findings.error(
          .kafkaFailed, name, error.what, "create topic \(topic), or grant Create and Describe on it to this user")
      }
      return false
    }

    /// Looks at the topics of events; those that are there.
    private mutating func checkTopics(_ check: inout BrokerCheck, _ brokers: [Int32]) -> [String] {
      var (there, made, left): ([String], [String], [String]) = ([], [], [])
      var refused: [(topics: [String], why: String)] = []
      func refuse(_ topic: String, _ error: KafkaError) {
        if let index = refused.firstIndex(where: { $0.why == error.what }) {
          refused[index].topics.append(topic)
        } else {
          refused.append(([topic], error.what))
        }
      }
      for topic in topics {
        do {
          if try check.partitions(of: topic, within: KafkaInspection.limit) != nil {
            there.append(topic)
          } else if let rule = settings.creation(topic) {
            try check.tryMaking(topic, rule, within: KafkaInspection.limit)
            made.append(topic)
          } else {
            left.append(topic)
          }
        } catch {
          refuse(topic, error)
          // Nor would any other.
          if error.code == .unreachable { break }
        }
      }
      let name = "kafka.topics"
      if !there.isEmpty { findings.ok(name, "\(there.counted("topic")) there: \(there.listed)") }
      if !made.isEmpty { findings.ok(name, "\(made.counted("topic")) will be made: \(made.listed)") }
      for (topics, why) in refused {
        findings.error(
          .kafkaFailed, name, "\(why) (\(topics.listed))", "grant Describe and Create on them, or mend topic.creation.*"
        )
      }
      if !left.isEmpty { leave(left, to: brokers, check) }
      checkPolicy(
        &check, of: there.filter { settings.creation($0)?.isCompacting ?? false }, name)
      return there
    }

    private mutating func leave(_ topics: [String], to brokers: [Int32], _ check: borrowing BrokerCheck) {
      let name = "auto.create.topics.enable"
      let value = brokers.first.flatMap { try? check.settings(ofBroker: $0, within: KafkaInspection.limit)[name] }
      let (what, remedy) = (
        "\(topics.counted("topic")) not there: \(topics.listed)",
        "create them, or set topic.creation.default.partitions and topic.creation.default.replication.factor"
      )
      switch value {
      case "false"?: findings.error(.kafkaFailed, "kafka.topics", "\(what); brokers make none (\(name)=false)", remedy)
      case "true"?: findings.info("kafka.topics", "\(what); brokers make them with their defaults", remedy)
      default: findings.warn("kafka.topics", "\(what); they are left to the brokers, which must make them", remedy)
      }
    }

    /// Whether topics are compacted that are to be.
    private mutating func checkPolicy(_ check: inout BrokerCheck, of topics: [String], _ name: String) {
      var other: [String] = []
      for topic in topics {
        do {
          let policy = try check.settings(ofTopic: topic, within: KafkaInspection.limit)["cleanup.policy"]
          if let policy, !policy.contains("compact") { other.append(topic) }
        } catch {
          // Who may not see settings learns nothing of them.
          return findings.info(name, "whether \(topics.listed) is compacted cannot be seen: \(error.what)")
        }
      }
      guard !other.isEmpty else { return }
      findings.warn(
        name,
        "not compacted, so that old records go whether or not newer ones follow: \(other.listed)",
        "kafka-configs.sh --bootstrap-server … --alter --entity-type topics --entity-name \(other[0]) --add-config "
          + "cleanup.policy=compact")
    }

    /// Whether topics that are there may be written to.
    private mutating func checkWriting(_ check: borrowing BrokerCheck, _ topics: [String]) {
      do {
        guard let refusals = try check.refusals(of: topics, own: settings.offsetsTopic, within: KafkaInspection.limit)
        else { return findings.info("kafka.write", "these brokers do not tell beforehand who may write") }
        guard let (topic, error) = refusals.min(by: { $0.key < $1.key }) else {
          return findings.ok("kafka.write", "\((topics + [settings.offsetsTopic]).counted("topic")) may be written to")
        }
        findings.error(
          .kafkaFailed, "kafka.write", "\(error.what) (\(refusals.keys.sorted().listed))",
          "grant Write on topic \(topic) to this user")
      } catch {
        report(error, "kafka.write")
      }
    }

    // MARK: The schema registry

    private mutating func checkRegistry() async {
      let name = "kafka.registry"
      do {
        guard let registry = try given.schemaRegistry() else { return }
        do throws(RegistryError) {
          try await registry.probe()
          findings.ok(name, "the schema registry answers and lets us in")
        } catch {
          let failure = error.failure
          findings.error(failure.kind, name, "\(failure.what) (\(failure.place))", failure.advice)
        }
        await registry.close()
      } catch {
        findings.error(error, name)
      }
    }
  }

  extension EventSettings {
    /// Whether a transform may send events elsewhere.
    fileprivate var choosesTopics: Bool {
      transformProperties.contains { key, value in
        key.hasSuffix(".type") && value.contains("Router") || key.hasSuffix(".route.by.field") && !value.isEmpty
      }
    }

    /// The topics of these tables' events, and those of transactions, heartbeats and notifications where there are any.
    fileprivate func topics(of tables: [TableName], hasHeartbeats: Bool) -> [String] {
      // Names were looked at with the settings.
      guard let names = try? EventNames(prefix: topicPrefix, settings: names) else { return [] }
      var topics = tables.map { names.topic(schema: $0.schema, table: $0.name) }
      if transactionMetadata { topics.append(names.transactionTopic) }
      if hasHeartbeats { topics.append(names.heartbeatTopic) }
      if let notificationTopic { topics.append(notificationTopic) }
      var seen: Set<String> = []
      return topics.filter { seen.insert($0).inserted }
    }
  }

  extension TopicRule {
    fileprivate var isCompacting: Bool {
      settings.contains { $0.name == "cleanup.policy" && $0.value.contains("compact") }
    }
  }

  extension Collection {
    /// For example `3 topics`.
    fileprivate func counted(_ what: String) -> String { count == 1 ? "1 \(what)" : "\(count) \(what)s" }
  }

  extension [String] {
    /// The first few, for a message.
    fileprivate var listed: String {
      let shown = prefix(6).joined(separator: ", ")
      return count > 6 ? "\(shown) and \(count - 6) more" : shown
    }
  }
#else
  /// A build without Kafka: that settings ask for it is what there is to find.
  struct KafkaInspection {
    var findings = Findings()

    init(
      _ settings: Settings, _ kafka: Settings.Kafka, _ form: EventSettings, tables: [TableName], isBesideTrail: Bool
    ) {}

    mutating func run() async { findings.error(KafkaSink.isMissing, "kafka.library") }
  }
#endif
