internal import CLibrdkafka

/// What brokers keep settings of.
///
/// Source: Apache Kafka documentation, "Topic Configs" and "Broker Configs".
enum ConfiguredResource {
  /// A topic, by its name.
  case topic(String)
  /// A broker, by its number.
  case broker(Int32)

  private var kind: rd_kafka_ResourceType_t {
    switch self {
    case .topic: RD_KAFKA_RESOURCE_TOPIC
    case .broker: RD_KAFKA_RESOURCE_BROKER
    }
  }

  private var name: String {
    switch self {
    case .topic(let name): name
    case .broker(let number): String(number)
    }
  }

  private var place: String {
    switch self {
    case .topic(let name): "topic \(name)"
    case .broker(let number): "broker \(number)"
    }
  }

  /// Its settings; those without a value are left out.
  func settings(on client: OpaquePointer, _ library: Librdkafka, within limit: Duration) throws(KafkaError) -> [String:
    String]
  {
    let request = AdminRequest(
      operation: RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, doing: "asking for settings", place: place)
    var resource = library.call.rd_kafka_ConfigResource_new(kind, name)
    guard resource != nil else { throw KafkaError(.configuration, "there is no such resource", at: place) }
    defer { library.call.rd_kafka_ConfigResource_destroy(resource) }
    return try request.answer(from: client, library, within: limit) { options, queue in
      library.call.rd_kafka_DescribeConfigs(client, &resource, 1, options, queue)
    } _: { event throws(KafkaError) in
      var count = 0
      guard let result = library.call.rd_kafka_event_DescribeConfigs_result(event),
        let answers = library.call.rd_kafka_DescribeConfigs_result_resources(result, &count), count > 0
      else { return [:] }
      let code = library.call.rd_kafka_ConfigResource_error(answers[0])
      guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw library.error(code, request.doing, at: place) }
      return ConfiguredResource.entries(answers[0], library)
    }
  }

  private static func entries(_ resource: OpaquePointer?, _ library: Librdkafka) -> [String: String] {
    var count = 0
    guard let entries = library.call.rd_kafka_ConfigResource_configs(resource, &count) else { return [:] }
    var settings: [String: String] = [:]
    for index in 0..<count {
      guard let value = library.call.rd_kafka_ConfigEntry_value(entries[index]) else { continue }
      settings[Librdkafka.text(library.call.rd_kafka_ConfigEntry_name(entries[index]))] = Librdkafka.text(value)
    }
    return settings
  }
}
