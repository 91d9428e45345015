internal import CLibrdkafka

/// A topic to be made: its partitions, copies and settings.
struct NewTopic {
  let name: String
  /// How many partitions; -1 for the brokers' default.
  let partitions: Int32
  /// How many copies; -1 for the brokers' default.
  let replicationFactor: Int32
  /// The topic's own settings, such as `cleanup.policy`.
  let settings: [(name: String, value: String)]

  /// Whether Kafka takes a topic's name.
  ///
  /// Source: Apache Kafka, `org.apache.kafka.common.internals.Topic.validate`.
  static func isLegal(_ name: String) -> Bool {
    (1...249).contains(name.utf8.count) && name != "." && name != ".."
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }

  /// Makes it, unless somebody else just did.
  /// - Parameter isTrial: whether brokers are only to say whether they would make it.
  func create(
    on client: OpaquePointer, _ library: Librdkafka, within limit: Duration, isTrial: Bool
  ) throws(KafkaError) {
    let place = "topic \(name)"
    var reason = [CChar](repeating: 0, count: 512)
    var topic = library.call.rd_kafka_NewTopic_new(
      name, partitions, replicationFactor, &reason, reason.count)
    guard topic != nil else {
      let words = Librdkafka.text(reason)
      throw KafkaError(.recordRefused, "the topic cannot be made: \(words)", at: place)
    }
    defer { library.call.rd_kafka_NewTopic_destroy(topic) }
    for (name, value) in settings { _ = library.call.rd_kafka_NewTopic_set_config(topic, name, value) }
    let request = AdminRequest(operation: RD_KAFKA_ADMIN_OP_CREATETOPICS, doing: "making the topic", place: place)
    try request.answer(from: client, library, within: limit) { options, queue in
      _ = library.call.rd_kafka_AdminOptions_set_operation_timeout(
        options, limit.milliseconds, &reason, reason.count)
      if isTrial { _ = library.call.rd_kafka_AdminOptions_set_validate_only(options, 1, &reason, reason.count) }
      library.call.rd_kafka_CreateTopics(client, &topic, 1, options, queue)
    } _: { event throws(KafkaError) in
      var count = 0
      guard let result = library.call.rd_kafka_event_CreateTopics_result(event),
        let topics = library.call.rd_kafka_CreateTopics_result_topics(result, &count), count > 0
      else { return }
      let code = library.call.rd_kafka_topic_result_error(topics[0])
      switch code {
      case RD_KAFKA_RESP_ERR_NO_ERROR, RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS: return
      default:
        let words = Librdkafka.text(library.call.rd_kafka_topic_result_error_string(topics[0]))
        throw KafkaError(
          KafkaError.Code(code), name: library.name(code),
          "the topic cannot be made: \(words.isEmpty ? library.name(code) : words)", at: place)
      }
    }
  }
}
