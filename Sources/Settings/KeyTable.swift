/// The one table of all known keys.
public enum KeyTable {
  /// Every key, in the order of the reference: ours and Debezium's honoured ones by group, then the others of Debezium.
  public static let all: [Key] =
    database + slot + publication + capture + snapshot + stream + heartbeat + audit + pipeline + http + log + events
    + debeziumSource + debeziumEvents + debeziumValues + debeziumSnapshot + debeziumSignals + debeziumRunning
    + kafka + topicCreation + converters + debeziumFamilies

  private static let byName = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  private static let families = all.filter(\.isFamily)

  /// The key of this name, or the family it belongs to; nil for an unknown one.
  public static func find(_ name: String) -> Key? {
    byName[name] ?? families.first { $0.matches(name) }
  }

  /// The known name that is nearest to `name`, if any is near.
  public static func nearest(to name: String) -> String? {
    // Debezium Server puts this before every property of the connector.
    for prefix in ["debezium.source.", "debezium."] where name.hasPrefix(prefix) {
      let rest = String(name.dropFirst(prefix.count))
      if find(rest) != nil { return rest }
    }
    // Kafka Connect's workers have these without it.
    if find("kafka.\(name)") != nil { return "kafka.\(name)" }
    return NearestKey.find(name, among: all.filter { !$0.isFamily && $0.isOfUse }.map(\.name))
  }
}

extension Key {
  /// Whether the key is not only known to be turned down.
  var isOfUse: Bool { !trail.isDeadEnd || !events.isDeadEnd }
}
