internal import CLibrdkafka

extension KafkaSettings {
  /// What every client of these brokers is told.
  var common: ClientProperties {
    var properties = ClientProperties()
    properties.set("client.id", "cdc-direct")
    properties.set("socket.keepalive.enable", "true")
    for (name, value) in self.properties { properties.set(name, value) }
    properties.set("bootstrap.servers", bootstrapServers)
    properties.set("log.queue", "true")
    return properties
  }

  /// How large a message may be; librdkafka's own limit where none is given.
  private var largestMessage: Int {
    let given = properties.last { $0.name == "message.max.bytes" || $0.name == "max.request.size" }?.value
    return given.flatMap { Int($0) } ?? 1_000_000
  }

  /// The producer's properties: what the user gave counts, but for what exactly once rests on.
  var producer: ClientProperties {
    var properties = ClientProperties()
    properties.set("acks", "all")
    properties.set("enable.idempotence", "true")
    // The Java client's: a keyed record is where its consumers look for it.
    properties.set("partitioner", "murmur2_random")
    // Batches fill meanwhile; nothing that is to be stored waits for it, as `Producer.hurry` sees to that.
    properties.set("linger.ms", "10")
    properties.set("queue.buffering.max.kbytes", "\(max(queueBytes, 2 * largestMessage) >> 10)")
    properties.set("message.timeout.ms", "\(deliveryTimeout.milliseconds)")
    properties.set("statistics.interval.ms", "\(statisticsInterval.milliseconds)")
    for (name, value) in common.pairs { properties.set(name, value) }
    if exactlyOnce {
      properties.set("transactional.id", transactionalID)
      // A transaction lasts as long as the source's own, which may be long; one that nobody goes on with is ended by
      // whoever comes next.
      if properties.value("transaction.timeout.ms") == nil { properties.set("transaction.timeout.ms", "300000") }
    }
    return properties
  }

  /// A consumer's properties.
  var consumer: ClientProperties {
    var properties = ClientProperties()
    // What means nothing to a consumer is left out, or it would be complained of.
    let others: Set<String> = [
      "acks", "request.required.acks", "enable.idempotence", "partitioner", "linger.ms", "queue.buffering.max.ms",
      "queue.buffering.max.kbytes", "queue.buffering.max.messages", "message.timeout.ms", "delivery.timeout.ms",
      "compression.type", "compression.codec", "compression.level", "batch.size", "batch.num.messages",
      "transaction.timeout.ms", "transactional.id", "retries", "message.send.max.retries", "request.timeout.ms",
      "sticky.partitioning.linger.ms", "max.in.flight.requests.per.connection", "max.in.flight", "retry.backoff.ms",
      "statistics.interval.ms", "enable.gapless.guarantee", "queue.buffering.backpressure.threshold",
      "delivery.report.only.error",
    ]
    for (name, value) in common.pairs where !others.contains(name) { properties.set(name, value) }
    properties.set("group.id", "cdc-direct-\(name)")
    properties.set("enable.auto.commit", "false")
    properties.set("enable.auto.offset.store", "false")
    properties.set("enable.partition.eof", "true")
    properties.set("isolation.level", "read_committed")
    properties.set("auto.offset.reset", "earliest")
    properties.set("fetch.wait.max.ms", "10")
    return properties
  }

  var token: BearerToken? { tokenFile.map(BearerToken.init) }

  /// Makes sure that librdkafka is there and takes the settings; nothing is connected.
  /// - Throws: what is missing or not taken.
  public func check() throws(KafkaError) {
    let library = try Librdkafka(library)
    // Freed by the client that is never started.
    let conf = try producer.makeConf(library)
    library.call.rd_kafka_conf_destroy(conf)
  }
}
