extension Settings.Kafka {
  /// How missing topics are made.
  ///
  /// Source: Kafka Connect's `topic.creation.*` (KIP-158): groups in their order, then `default`, which matches all.
  public struct TopicCreation: Sendable, Hashable {
    /// How the topics of one group are made.
    public struct Rule: Sendable, Hashable {
      /// The group's name; `default` for the last one.
      public let name: String
      /// Names that are of the group; nil for all.
      public let include: PatternList?
      /// Names that are not of it though ``include`` matches.
      public let exclude: PatternList
      /// Partitions; -1 for the broker's default.
      public let partitions: Int
      /// Replicas; -1 for the broker's default.
      public let replicationFactor: Int
      /// Other settings of the topics, as `cleanup.policy`.
      public let configs: [String: String]

      /// Whether the topic is of the group.
      public func matches(_ topic: String) -> Bool { include?.matches(topic) != false && !exclude.matches(topic) }
    }

    /// Whether missing topics are made here; else the broker makes them, or none.
    public let isEnabled: Bool
    /// The groups in their order, `default` last; empty where nothing is set.
    public let rules: [Rule]

    /// How a missing topic is made: by the first rule that it matches; nil where it is left to the broker.
    public func rule(for topic: String) -> Rule? { isEnabled ? rules.first { $0.matches(topic) } : nil }

    static let prefix = "topic.creation."
    private static let ownParts: Set<String> = ["include", "exclude", "partitions", "replication.factor"]

    init(_ values: Values) {
      let isSet = Self.isUsed(values.entries.keys)
      isEnabled = values.boolean("\(Self.prefix)enable") && isSet
      rules = isSet ? (Self.groups(values) + ["default"]).map { Rule(values, $0) } : []
    }

    /// Whether any rule is set: then `default` has to be, too.
    static func isUsed(_ keys: some Sequence<String>) -> Bool {
      keys.contains { $0.hasPrefix(prefix) && $0 != "\(prefix)enable" }
    }

    /// The groups' names; `default` needs no mention.
    static func groups(_ values: Values) -> [String] { values.list("\(prefix)groups").filter { $0 != "default" } }

    fileprivate static func configs(_ values: Values, _ group: String) -> [String: String] {
      let head = "\(prefix)\(group)."
      let set = values.entries.values.filter { $0.key.hasPrefix(head) }.map {
        (String($0.key.dropFirst(head.count)), Values.trimmed($0.text))
      }
      return Dictionary(set.filter { !ownParts.contains($0.0) }, uniquingKeysWith: { first, _ in first })
    }
  }
}

extension Settings.Kafka.TopicCreation.Rule {
  fileprivate init(_ values: Values, _ group: String) {
    typealias Creation = Settings.Kafka.TopicCreation
    func number(_ part: String) -> Int {
      values.optionalInteger("\(Creation.prefix)\(group).\(part)")
        ?? values.optionalInteger("\(Creation.prefix)default.\(part)") ?? -1
    }
    func patterns(_ part: String) -> PatternList {
      (try? PatternList(values.text("\(Creation.prefix)\(group).\(part)"), ignoringCase: false)) ?? .none
    }
    let isDefault = group == "default"
    name = group
    include = isDefault ? nil : patterns("include")
    exclude = isDefault ? .none : patterns("exclude")
    partitions = number("partitions")
    replicationFactor = number("replication.factor")
    configs = Creation.configs(values, group)
  }
}
