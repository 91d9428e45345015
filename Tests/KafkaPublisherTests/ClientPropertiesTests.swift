import Testing

@testable import KafkaPublisher

@Suite struct ClientPropertiesTests {
  private func settings(_ properties: [(String, String)], exactlyOnce: Bool = false) -> KafkaSettings {
    var settings = KafkaSettings(
      bootstrapServers: "b1:9092,b2:9092", name: "srv", transactionalID: "tx", offsetsTopic: "offsets", offsetKey: "k")
    settings.properties = properties.map { (name: $0.0, value: $0.1) }
    settings.exactlyOnce = exactlyOnce
    return settings
  }

  @Test func `a producer waits for all replicas and doubles nothing, unless it is told otherwise`() {
    let usual = settings([]).producer
    #expect(usual.value("acks") == "all" && usual.value("enable.idempotence") == "true")
    #expect(usual.value("partitioner") == "murmur2_random" && usual.value("message.timeout.ms") == "120000")
    #expect(usual.value("transactional.id") == nil && usual.value("bootstrap.servers") == "b1:9092,b2:9092")
    let own = settings([("acks", "1"), ("enable.idempotence", "false"), ("compression.type", "zstd")]).producer
    #expect(own.value("acks") == "1" && own.value("enable.idempotence") == "false")
    #expect(own.value("compression.type") == "zstd")
    #expect(own.pairs.map(\.name).count == Set(own.pairs.map(\.name)).count, "a name is given twice")
  }

  @Test func `brokers and transactional id are those of the settings`() {
    let producer = settings([("bootstrap.servers", "x"), ("transactional.id", "y")], exactlyOnce: true).producer
    #expect(producer.value("bootstrap.servers") == "b1:9092,b2:9092" && producer.value("transactional.id") == "tx")
    #expect(producer.value("transaction.timeout.ms") == "300000")
    let own = settings([("transaction.timeout.ms", "5000")], exactlyOnce: true).producer
    #expect(own.value("transaction.timeout.ms") == "5000")
  }

  @Test func `a consumer has what leads to the brokers, and nothing that is for producers`() {
    let consumer = settings([
      ("security.protocol", "SASL_SSL"), ("sasl.password", "p"), ("ssl.ca.pem", "c"), ("acks", "1"),
      ("compression.type", "gzip"), ("linger.ms", "5"), ("isolation.level", "read_uncommitted"),
      ("enable.auto.commit", "true"),
    ]).consumer
    #expect(consumer.value("security.protocol") == "SASL_SSL" && consumer.value("sasl.password") == "p")
    #expect(consumer.value("ssl.ca.pem") == "c" && consumer.value("isolation.level") == "read_committed")
    #expect(consumer.value("enable.auto.commit") == "false" && consumer.value("group.id") == "cdc-direct-srv")
    #expect(["acks", "compression.type", "linger.ms"].allSatisfy { consumer.value($0) == nil })
  }
}
