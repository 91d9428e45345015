internal import CLibrdkafka
internal import Glibc
internal import Logging

/// One client of librdkafka and its queue: freed together, used by one owner.
struct ClientHandle: ~Copyable {
  let library: Librdkafka
  let client: OpaquePointer
  let queue: OpaquePointer
  /// The brokers, for messages.
  let brokers: String

  /// Starts a client.
  init(_ kind: rd_kafka_type_t, _ properties: ClientProperties, _ library: Librdkafka, events: Int32) throws(KafkaError)
  {
    let brokers = properties.value("bootstrap.servers") ?? ""
    let conf = try properties.makeConf(library)
    library.call.rd_kafka_conf_set_events(conf, events)
    var reason = [CChar](repeating: 0, count: 512)
    guard let client = library.call.rd_kafka_new(kind, conf, &reason, reason.count) else {
      library.call.rd_kafka_conf_destroy(conf)
      let words = Librdkafka.text(reason)
      throw KafkaError(.configuration, "librdkafka cannot start: \(words)", at: "kafka.producer.*")
    }
    guard let queue = library.call.rd_kafka_queue_get_main(client) else {
      throw KafkaError(.configuration, "librdkafka has no queue", at: "kafka.producer.*")
    }
    (self.client, self.queue) = (client, queue)
    _ = library.call.rd_kafka_set_log_queue(client, queue)
    (self.library, self.brokers) = (library, brokers)
  }

  deinit {
    library.call.rd_kafka_queue_destroy(queue)
    // Whoever leaves has waited for what matters.
    library.call.rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
  }

  /// How many partitions a topic has; nil for one that does not exist. For producers brokers may make it.
  func partitions(of topic: String, within limit: Duration) throws(KafkaError) -> Int? {
    let handle = library.call.rd_kafka_topic_new(client, topic, nil)
    defer { if let handle = handle { library.call.rd_kafka_topic_destroy(handle) } }
    var metadata: UnsafePointer<rd_kafka_metadata>?
    let code = library.call.rd_kafka_metadata(client, 0, handle, &metadata, limit.milliseconds)
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let found = metadata else {
      throw library.error(code, "asking for topic \(topic)", at: brokers)
    }
    defer { library.call.rd_kafka_metadata_destroy(found) }
    guard found.pointee.topic_cnt > 0 else { return nil }
    let answer = found.pointee.topics[0]
    switch answer.err {
    case RD_KAFKA_RESP_ERR_NO_ERROR, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE: return Int(answer.partition_cnt)
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART: return nil
    default: throw library.error(answer.err, "asking for topic \(topic)", at: brokers)
    }
  }

  /// The topics that exist, as far as we may know of them.
  func existingTopics(within limit: Duration) throws(KafkaError) -> Set<String> {
    var metadata: UnsafePointer<rd_kafka_metadata>?
    let code = library.call.rd_kafka_metadata(client, 1, nil, &metadata, limit.milliseconds)
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let found = metadata else {
      throw library.error(code, "asking for the topics", at: brokers)
    }
    defer { library.call.rd_kafka_metadata_destroy(found) }
    let topics = UnsafeBufferPointer(start: found.pointee.topics, count: Int(found.pointee.topic_cnt)).filter {
      $0.err == RD_KAFKA_RESP_ERR_NO_ERROR || $0.err == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE
    }
    return Set(topics.map { Librdkafka.text($0.topic) })
  }

  /// The numbers of the brokers.
  func brokers(within limit: Duration) throws(KafkaError) -> [Int32] {
    var metadata: UnsafePointer<rd_kafka_metadata>?
    let code = library.call.rd_kafka_metadata(client, 0, nil, &metadata, limit.milliseconds)
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let found = metadata else {
      throw library.error(code, "asking for the brokers", at: brokers)
    }
    defer { library.call.rd_kafka_metadata_destroy(found) }
    return (0..<Int(found.pointee.broker_cnt)).map { found.pointee.brokers[$0].id }
  }

  /// Passes librdkafka's log lines on; freed with the event.
  func log(_ event: OpaquePointer, _ logger: Logger) {
    var facility: UnsafePointer<CChar>?
    var text: UnsafePointer<CChar>?
    var level: Int32 = 7
    guard library.call.rd_kafka_event_log(event, &facility, &text, &level) == 0, let text = text else {
      return
    }
    let words = Librdkafka.text(text)
    let name = Librdkafka.text(facility)
    // What matters comes as an error too, and then once.
    logger.log(
      level: level <= 3 ? .info : .debug, "librdkafka", metadata: ["facility": .string(name), "text": .string(words)])
  }
}

extension Duration {
  /// Whole milliseconds, as librdkafka counts.
  var milliseconds: Int32 {
    Int32(clamping: components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000)
  }
}
