extension Resolution {
  /// What becomes of a key here: what it needs decides, too.
  func support(of key: Key) -> Key.Support {
    let support = key.support(for: purposes)
    guard case .honouredWith(let need) = support else { return support }
    let isMet =
      switch need {
      case .kafka: isKafkaOn
      case .file: !isKafkaOn
      case .avroKeys: converter("key.converter") == .avro
      case .avroValues: converter("value.converter") == .avro
      case .cloudEvents: converter("value.converter") == .cloudEvents
      }
    return isMet ? .honoured : .noMeaning(need.absence)
  }

  /// What is Kafka's alone.
  mutating func checkWithoutKafka(_ values: Values) {
    let hint = "Set kafka.bootstrap.servers, or remove it."
    if let entry = accepted["offset.storage"],
      Settings.Events.OffsetStorage(className: Values.trimmed(entry.text)) == .kafka
    {
      report(.contradiction, entry, "positions are kept in Kafka where Kafka is on", hint: hint)
    }
    for name in ["key.converter", "value.converter"] {
      guard let entry = accepted[name], converter(name) == .avro else { continue }
      report(.contradiction, entry, "Avro is written to Kafka alone: lines of a file are text", hint: hint)
    }
  }

  /// What belongs together in the settings of Kafka.
  mutating func checkKafka(_ values: Values) {
    exclude("kafka.bootstrap.servers", "events.output", hint: "Events go to Kafka, or to a file: keep one of them.")
    checkProducer(values)
    if Settings.Kafka.isExactlyOnce(values) {
      checkTransactions(values)
    } else if values.isSet("kafka.transactional.id") {
      tell("kafka.transactional.id is not used: kafka.exactly.once is not true")
    }
    if let entry = accepted["kafka.exactly.once"], !values.boolean("kafka.exactly.once"),
      Values.trimmed(values.text("exactly.once.support")).lowercased() == "required"
    {
      report(
        .contradiction, entry, "it is false, and exactly.once.support is required",
        hint: "Keep one of them.")
    }
    checkTopicCreation(values)
  }

  /// Properties of the producer that have a key of their own, or that only a program can set.
  private mutating func checkProducer(_ values: Values) {
    let owners = [
      "bootstrap.servers": "kafka.bootstrap.servers", "metadata.broker.list": "kafka.bootstrap.servers",
      "transactional.id": "kafka.transactional.id", "delivery.timeout.ms": "kafka.delivery.timeout.ms",
      "message.timeout.ms": "kafka.delivery.timeout.ms", "statistics.interval.ms": "kafka.statistics.interval.ms",
    ]
    for key in accepted.keys.sorted() where key.hasPrefix(Settings.Kafka.producerPrefix) {
      guard let entry = accepted[key] else { continue }
      let property = String(key.dropFirst(Settings.Kafka.producerPrefix.count))
      if let owner = owners[property] {
        report(.contradiction, entry, "it has a key of its own", hint: "Set \(owner).")
      } else if property.hasSuffix("_cb") || property == "opaque" {
        report(.refused, entry, "a program sets it, not a text", hint: "Remove it.")
      }
    }
    guard let entry = accepted["kafka.sasl.oauthbearer.token.file"] else { return }
    let mechanism =
      values.optionalText("kafka.producer.sasl.mechanism") ?? values.text("kafka.producer.sasl.mechanisms")
    if Values.trimmed(mechanism).uppercased() != "OAUTHBEARER" {
      report(
        .contradiction, entry, "a token is for OAUTHBEARER", hint: "Set kafka.producer.sasl.mechanism=OAUTHBEARER.")
    } else if Values.trimmed(values.text("kafka.producer.sasl.oauthbearer.method")).lowercased() == "oidc" {
      exclude(
        "kafka.sasl.oauthbearer.token.file", "kafka.producer.sasl.oauthbearer.method",
        hint: "The token comes from the file, or from the identity provider: keep one of them.")
    }
  }

  /// What a transactional producer cannot do.
  private mutating func checkTransactions(_ values: Values) {
    let prefix = Settings.Kafka.producerPrefix
    if let entry = accepted["\(prefix)enable.idempotence"], Values.boolean(entry.text) == false {
      report(.contradiction, entry, "exactly once needs idempotence", hint: "Remove it.")
    }
    for name in ["acks", "request.required.acks"] {
      guard let entry = accepted[prefix + name] else { continue }
      if !["all", "-1"].contains(Values.trimmed(entry.text).lowercased()) {
        report(.contradiction, entry, "exactly once needs acks=all", hint: "Remove it.")
      }
    }
    if let entry = accepted["kafka.delivery.timeout.ms"],
      values.milliseconds(entry.key) > Settings.Kafka.transactionTimeout(values)
    {
      report(
        .contradiction, entry,
        "with exactly once it is at most the producer's transaction.timeout.ms, 300000 where unset",
        hint: "Lower it, or raise kafka.producer.transaction.timeout.ms.")
    }
  }

  /// Kafka Connect refuses the same.
  private mutating func checkTopicCreation(_ values: Values) {
    let prefix = Settings.Kafka.TopicCreation.prefix
    guard Settings.Kafka.TopicCreation.isUsed(accepted.keys) else { return }
    for part in ["partitions", "replication.factor"] where !isSet("\(prefix)default.\(part)") {
      report(
        missing: "\(prefix)default.\(part)", "it is required where any rule of topic.creation is set",
        hint: "Set it; -1 is the broker's default.")
    }
    let groups = Settings.Kafka.TopicCreation.groups(values)
    if let entry = accepted["\(prefix)groups"], Set(groups).count < groups.count {
      report(.contradiction, entry, "it names a group twice", hint: "Name each once.")
    }
    for key in accepted.keys.sorted() where key.hasPrefix(prefix) {
      guard let entry = accepted[key], !["\(prefix)enable", "\(prefix)groups"].contains(key) else { continue }
      if !(groups + ["default"]).contains(where: { key.hasPrefix("\(prefix)\($0).") }) {
        tell("\(key) (\(entry.origin)) is not used: topic.creation.groups does not name its group")
      } else if key.hasSuffix(".partitions") || key.hasSuffix(".replication.factor"), Values.integer(entry.text) == 0 {
        report(
          .badValue, entry, "it cannot be 0", hint: "A number from 1 on, or -1 for the broker's default, is expected.")
      }
    }
    for group in groups where !isSet("\(prefix)\(group).include") {
      tell("topic.creation.\(group).include is not set: the group has no topics")
    }
  }
}
