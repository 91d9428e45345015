import Foundation
import Settings
import Testing

private let brokers = "kafka.bootstrap.servers=one:9092, two:9093\n"

@Suite struct KafkaSettingsTests {
  @Test func `Kafka is off where no broker is named, and its keys say so`() throws {
    let settings = try events("kafka.producer.acks=1\ntopic.creation.enable=false\noffset.storage.topic=a")
    #expect(settings.kafka == nil)
    for name in ["kafka.producer.acks", "topic.creation.enable", "offset.storage.topic"] {
      #expect(settings.notices.contains { $0.hasPrefix(name) && $0.contains("Kafka is off") }, "\(name)")
    }
    #expect(!settings.effective.contains { $0.key == "kafka.library" })
  }

  @Test func `defaults`() throws {
    let settings = try events(brokers)
    let kafka = try #require(settings.kafka)
    #expect(kafka.bootstrapServers == ["one:9092", "two:9093"])
    #expect(kafka.producer.isEmpty)
    #expect(kafka.library == "librdkafka.so.1")
    #expect(!kafka.isExactlyOnce)
    #expect(kafka.transactionalID == "cdc-direct-srv-debezium")
    #expect(kafka.offsets.name == "srv.cdc-direct-offsets")
    #expect(kafka.offsets.partitions == 1 && kafka.offsets.replicationFactor == -1)
    #expect(kafka.deliveryTimeout == .seconds(120))
    #expect(kafka.patience == .seconds(10))
    #expect(kafka.maximumLagBytes == nil)
    #expect(kafka.tokenFile == nil)
    #expect(kafka.statisticsInterval == .seconds(5))
    #expect(!kafka.metricsByTopic)
    #expect(!kafka.topicCreation.isEnabled && kafka.topicCreation.rule(for: "srv.public.a") == nil)
    #expect(kafka.deadLetters == nil)
    #expect(kafka.retry.timeout == .zero)
    #expect(kafka.retry.initialDelay == .milliseconds(300) && kafka.retry.maximumDelay == .seconds(10))
    #expect(kafka.tolerance == .none)
    #expect(settings.events.keyConverter.form == .json && settings.events.valueConverter.form == .json)
    #expect(settings.notices.isEmpty)
    let shown = settings.effective.map(\.key)
    #expect(shown.contains("kafka.library") && !shown.contains("events.output"))
    #expect(!shown.contains("offset.storage.file.filename"))
  }

  @Test func `texts become types`() throws {
    let kafka = try #require(
      try events(
        brokers + """
          kafka.producer.compression.type=zstd
          kafka.library=/opt/lib/librdkafka.so
          kafka.exactly.once=true
          kafka.transactional.id=mine
          kafka.producer.transaction.timeout.ms=90000
          kafka.patience.ms=0
          kafka.max.lag.bytes=2GiB
          kafka.statistics.interval.ms=0
          kafka.metrics.topics=true
          offset.storage=org.apache.kafka.connect.storage.KafkaOffsetBackingStore
          offset.storage.topic=positions
          offset.storage.partitions=25
          offset.storage.replication.factor=3
          errors.deadletterqueue.topic.name=dead
          errors.deadletterqueue.topic.replication.factor=2
          errors.deadletterqueue.context.headers.enable=false
          errors.retry.timeout=-1
          errors.retry.delay.initial.ms=20
          errors.retry.delay.max.ms=10
          errors.tolerance=all
          """
      ).kafka)
    #expect(kafka.producer["compression.type"]?.text == "zstd")
    #expect(kafka.library == "/opt/lib/librdkafka.so")
    #expect(kafka.isExactlyOnce && kafka.transactionalID == "mine")
    #expect(kafka.deliveryTimeout == .seconds(90))
    #expect(kafka.patience == .zero)
    #expect(kafka.maximumLagBytes == 2 << 30)
    #expect(kafka.statisticsInterval == nil && kafka.metricsByTopic)
    #expect(kafka.offsets.name == "positions" && kafka.offsets.partitions == 25 && kafka.offsets.replicationFactor == 3)
    #expect(kafka.deadLetters?.topic.name == "dead" && kafka.deadLetters?.topic.replicationFactor == 2)
    #expect(kafka.deadLetters?.topic.partitions == 1 && kafka.deadLetters?.contextHeaders == false)
    #expect(kafka.retry.timeout == nil && kafka.retry.maximumDelay == .milliseconds(20))
    #expect(kafka.tolerance == .all)
  }

  @Test func `beside the trail events may do what they may beside it in a file`() throws {
    let text = brokers + "signal.data.collection=public.signals\nnotification.enabled.channels=log\n"
    let environment = required.merging(["TOPIC_PREFIX": "srv"]) { first, _ in first }
    let settings = try Settings.load(texts: [("a.properties", text)], environment: environment)
    #expect(settings.kafka?.tolerance == .all)
    #expect(settings.events.signals.table == "public.signals")
    #expect(settings.notices.isEmpty)
    #expect(
      problems(text, as: "a.properties", environment: required, requiring: [.database, .audit]).map(\.key)
        == ["topic.prefix"])
    // A command that reaches neither judges the same file alike.
    #expect(problems(text, as: "a.properties").isEmpty)
    let masked = problems(
      text + "column.mask.with.3.chars=public.t.a", as: "a.properties", environment: environment,
      requiring: [.database, .audit])
    #expect(masked.map(\.code) == [.refused])
  }

  @Test func `positions are kept in Kafka`() throws {
    let settings = try events(
      brokers + "offset.storage.file.filename=/var/x\n"
        + "offset.storage=org.apache.kafka.connect.storage.FileOffsetBackingStore")
    #expect(settings.events.offsets.file == nil)
    for name in ["offset.storage.file.filename", "offset.storage"] {
      #expect(settings.notices.contains { $0.hasPrefix("\(name) (") && $0.contains("with Kafka on") }, "\(name)")
    }
  }

  @Test func `Kafka Connect's word for exactly once is heard where ours is not set`() throws {
    #expect(try events(brokers + "exactly.once.support=required").kafka?.isExactlyOnce == true)
    #expect(try events(brokers + "exactly.once.support=requested").kafka?.isExactlyOnce == false)
    let found = eventProblems(brokers + "exactly.once.support=required\nkafka.exactly.once=false")
    #expect(found.map(\.code) == [.contradiction])
    #expect(try events(brokers + "kafka.exactly.once=true").kafka?.deliveryTimeout == .seconds(120))
  }

  @Test func `all contradictions are told together`() {
    let found = eventProblems(
      brokers + """
        events.output=events.jsonl
        kafka.exactly.once=true
        kafka.delivery.timeout.ms=300001
        kafka.producer.acks=1
        kafka.producer.enable.idempotence=false
        kafka.producer.bootstrap.servers=other:9092
        kafka.producer.transactional.id=a
        kafka.producer.dr_msg_cb=a
        kafka.sasl.oauthbearer.token.file=/run/token
        kafka.statistic.interval.ms=1
        topic.creation.groups=a,a
        topic.creation.default.partitions=0
        offset.storage.topic=a b
        value.converter=io.confluent.connect.avro.AvroConverter
        """)
    let codes = Dictionary(grouping: found, by: \.code).mapValues { Set($0.compactMap(\.key)) }
    #expect(
      codes[.contradiction] == [
        "kafka.bootstrap.servers", "kafka.delivery.timeout.ms", "kafka.producer.acks",
        "kafka.producer.enable.idempotence", "kafka.producer.bootstrap.servers", "kafka.producer.transactional.id",
        "kafka.sasl.oauthbearer.token.file", "topic.creation.groups",
      ])
    #expect(codes[.refused] == ["kafka.producer.dr_msg_cb"])
    #expect(codes[.badValue] == ["topic.creation.default.partitions", "offset.storage.topic"])
    #expect(codes[.unknownKey] == ["kafka.statistic.interval.ms"])
    #expect(
      codes[.missing] == ["topic.creation.default.replication.factor", "value.converter.schema.registry.url"])
  }

  @Test func `a token's file goes with OAUTHBEARER and without an identity provider`() throws {
    let token = brokers + "kafka.sasl.oauthbearer.token.file=/run/token\nkafka.producer.sasl.mechanism=OAUTHBEARER\n"
    #expect(try events(token).kafka?.tokenFile == "/run/token")
    #expect(eventProblems(token + "kafka.producer.sasl.oauthbearer.method=oidc").map(\.code) == [.contradiction])
  }

  @Test func `the producer's properties can come from the environment, secrets from files`() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try "hunter2\n".write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let environment = source.merging([
      "KAFKA_BOOTSTRAP_SERVERS": "one:9092", "KAFKA_PRODUCER_SASL_MECHANISM": "PLAIN",
      "CDC_KAFKA_PRODUCER_SASL_MECHANISM": "SCRAM-SHA-512", "KAFKA_PRODUCER_SASL_PASSWORD_FILE": path,
      "KAFKA_PRODUCER_SERVICE_HOST": "10.0.0.1", "KAFKA_PRODUCER_PORT": "tcp://10.0.0.1:1",
      "KAFKA_PRODUCER_PORT_1_TCP_ADDR": "10.0.0.1",
    ]) { first, _ in first }
    let settings = try Settings.load(environment: environment, requiring: [.database, .events])
    let kafka = try #require(settings.kafka)
    #expect(kafka.producer.mapValues(\.text) == ["sasl.mechanism": "SCRAM-SHA-512", "sasl.password": "hunter2"])
    let shown = settings.effective.first { $0.key == "kafka.producer.sasl.password" }
    #expect(shown?.text == "****")
    #expect(shown?.origin == .environment("KAFKA_PRODUCER_SASL_PASSWORD_FILE"))
    let both = problems(environment: environment.merging(["KAFKA_PRODUCER_SASL_PASSWORD": "x"]) { first, _ in first })
    #expect(both.map(\.code) == [.contradiction])
  }

  @Test func `every key of Kafka has a variable of its own`() throws {
    for key in KeyTable.all where [.kafka, .topicCreation, .converters].contains(key.group) && !key.isFamily {
      let name = try #require(key.environmentName)
      let text = key.kind == .secretURLs ? "https://a" : key.defaultText.isEmpty ? "1" : key.defaultText
      for name in [name, "CDC_\(name)"] {
        let settings = try Settings.load(environment: [name: text], requiring: [])
        #expect(settings.effective.first { $0.key == key.name }?.origin == .environment(name), "\(key.name)")
      }
    }
  }

  @Test func `no print-out, description or dump shows a secret`() throws {
    let secrets = [
      "sasl.password", "ssl.key.password", "ssl.key.pem", "ssl.keystore.password", "sasl.oauthbearer.client.secret",
      "sasl.oauthbearer.config", "sasl.oauthbearer.assertion.private.key.passphrase",
    ]
    let settings = try events(
      brokers + secrets.map { "kafka.producer.\($0)=hunter2\n" }.joined() + """
        kafka.producer.sasl.username=scott
        key.converter=io.confluent.connect.avro.AvroConverter
        key.converter.schema.registry.url=https://u:hunter2@one:8081,http://two
        key.converter.schema.registry.ssl.key.password=hunter2
        key.converter.schema.registry.ssl.keystore.type=PEM
        key.converter.schema.registry.ssl.keystore.key=hunter2
        key.converter.schema.registry.ssl.keystore.certificate.chain=chain
        value.converter=io.confluent.connect.avro.AvroConverter
        value.converter.schema.registry.url=http://two
        value.converter.basic.auth.credentials.source=USER_INFO
        value.converter.basic.auth.user.info=u:hunter2
        value.converter.bearer.auth.token=hunter2
        converter.schema.registry.url=https://u:hunter2,3@one
        """)
    var text = "\(settings.effective) \(settings.notices) \(settings) \(settings.kafka as Any)"
    text += String(reflecting: settings)
    dump(settings, to: &text)
    #expect(!text.contains("hunter2"))
    #expect(settings.kafka?.producer["sasl.password"]?.text == "hunter2")
    let shown = Dictionary(settings.effective.map { ($0.key, $0.text) }, uniquingKeysWith: { first, _ in first })
    #expect(shown["key.converter.schema.registry.url"] == "https://****@one:8081,http://two")
    #expect(shown["kafka.producer.sasl.username"] == "scott")
    for key in ["kafka.producer.sasl.password=hunter2\\u0000", "value.converter.schema.registry.url=hunter2"] {
      #expect(!"\(SettingsError(eventProblems(brokers + key)))".contains("hunter2"))
    }
  }

  @Test func `what Kafka Connect calls otherwise is told`() throws {
    let settings = try events(brokers + "producer.override.linger.ms=5")
    #expect(settings.notices.contains { $0.contains("producer.override.linger.ms") && $0.contains("kafka.producer.") })
    #expect(KeyTable.nearest(to: "bootstrap.servers") == "kafka.bootstrap.servers")
    #expect(KeyTable.nearest(to: "producer.acks") == "kafka.producer.acks")
    let alone = try events(brokers + "kafka.patience.ms=5")
    #expect(alone.notices.contains { $0.hasPrefix("kafka.patience.ms") && $0.contains("as long as it takes") })
    let unused = try events(brokers + "kafka.transactional.id=a")
    #expect(unused.notices.contains { $0.hasPrefix("kafka.transactional.id is not used") })
  }
}
