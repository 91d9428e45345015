/// Values that Debezium has and we turn down.
enum ValueRefusal {
  /// Why the value is turned down, and what to do; nil when it is not.
  static func reason(_ name: String, _ text: String, for purpose: Key.Purpose) -> String? {
    let text = Values.trimmed(text)
    if let reason = ofBoth(name, text.lowercased()) { return reason }
    switch purpose {
    case .trail: return ofTrail(name, text.lowercased())
    case .events: return ofEvents(name, text)
    }
  }

  private static func ofBoth(_ name: String, _ word: String) -> String? {
    switch (name, word) {
    case ("plugin.name", "decoderbufs"):
      "only pgoutput is read; it is in every PostgreSQL server and needs no extension: set plugin.name=pgoutput"
    case ("snapshot.mode", "exported"): "Debezium removed it in version 2: initial does the same"
    case ("snapshot.mode", "custom"), ("snapshot.locking.mode", "custom"), ("snapshot.query.mode", "custom"):
      "a Java class cannot be loaded"
    case ("internal.log.position.check.enable", "false"): "a gap is never stepped over: remove it"
    default: nil
    }
  }

  private static func ofTrail(_ name: String, _ word: String) -> String? {
    switch (name, word) {
    case ("snapshot.mode", "configuration_based"):
      "it is made of several switches: choose initial, initial_only, no_data, always or when_needed"
    case ("lsn.flush.mode", "manual"), ("flush.lsn.source", "false"):
      "a position nobody confirms lets WAL fill the source's disk: positions are always confirmed"
    case ("offset.mismatch.strategy", "trust_slot"), ("offset.mismatch.strategy", "trust_greater_lsn"):
      "it steps over a gap in silence: the audit database's offset is always the truth"
    default: nil
    }
  }

  private static func ofEvents(_ name: String, _ text: String) -> String? {
    switch name {
    case "key.converter", "value.converter", "header.converter", "converter": converter(name, text)
    case "offset.storage": Settings.Events.OffsetStorage(className: text) == nil ? storage : nil
    case "offset.commit.policy":
      Settings.Events.isAlways(policy: text) == nil
        ? "a Java class cannot be loaded: choose PeriodicCommitOffsetPolicy or AlwaysCommitOffsetPolicy" : nil
    case "topic.naming.strategy":
      Settings.Events.NamingStrategy(className: text) == nil
        ? "a Java class cannot be loaded: choose one of Debezium's own, io.debezium.schema."
          + "\(Settings.Events.NamingStrategy.allCases.map(\.rawValue).joined(separator: ", "))" : nil
    case "signal.enabled.channels":
      Values.list(text.lowercased()).contains("kafka")
        ? "signals are read from the table or from a file: leave kafka out" : nil
    default: nil
    }
  }

  private static func converter(_ name: String, _ text: String) -> String? {
    switch (ConverterClass(rawValue: text), name) {
    case (.json, _), (.avro, "key.converter"), (.avro, "value.converter"), (.cloudEvents, "value.converter"): nil
    case (.avro, _): "it writes keys and values: set key.converter and value.converter"
    case (.cloudEvents, _): "CloudEvents are values: set value.converter"
    case (nil, _):
      "a Java class cannot be loaded: choose \(ConverterClass.json.rawValue), \(ConverterClass.avro.rawValue) or, for"
        + " values, \(ConverterClass.cloudEvents.rawValue)"
    }
  }

  private static let storage =
    "a Java class cannot be loaded: choose org.apache.kafka.connect.storage.FileOffsetBackingStore,"
    + " MemoryOffsetBackingStore or, with Kafka, KafkaOffsetBackingStore"
}
