internal import CLibrdkafka

/// librdkafka's properties for one client, ours first and the user's after them.
///
/// Source: librdkafka, `CONFIGURATION.md`.
struct ClientProperties {
  private(set) var pairs: [(name: String, value: String)] = []

  /// Sets a property; a later value of the same name wins.
  mutating func set(_ name: String, _ value: String) {
    pairs.removeAll { $0.name == name }
    pairs.append((name, value))
  }

  /// What a property was set to.
  func value(_ name: String) -> String? { pairs.last { $0.name == name }?.value }

  /// librdkafka's own object, which the caller frees or gives away.
  func makeConf(_ library: Librdkafka) throws(KafkaError) -> OpaquePointer {
    guard let conf = library.call.rd_kafka_conf_new() else {
      throw KafkaError(.configuration, "there is no memory for a configuration", at: "librdkafka")
    }
    var reason = [CChar](repeating: 0, count: 512)
    for (name, value) in pairs {
      let result = library.call.rd_kafka_conf_set(conf, name, value, &reason, reason.count)
      guard result == RD_KAFKA_CONF_OK else {
        library.call.rd_kafka_conf_destroy(conf)
        // Its words may hold the value.
        let words = result == RD_KAFKA_CONF_UNKNOWN ? "there is no such property" : "the value is not taken"
        throw KafkaError(.configuration, "librdkafka \(library.version): \(words)", at: "kafka.producer.\(name)")
      }
    }
    return conf
  }
}
