import Settings
import Testing

private let brokers = "kafka.bootstrap.servers=one:9092\n"
private let preset = brokers + "topic.creation.default.partitions=3\ntopic.creation.default.replication.factor=1\n"

private func creation(_ text: String) throws -> Settings.Kafka.TopicCreation {
  try #require(try events(text).kafka).topicCreation
}

@Suite struct TopicCreationTests {
  @Test func `the first group whose include matches, and exclude not, holds, as in Kafka Connect`() throws {
    let rules = try creation(
      preset + """
        topic.creation.default.retention.ms=7
        topic.creation.default.include=q
        topic.creation.groups=g, h, default
        topic.creation.g.include=a.*, b
        topic.creation.g.exclude=ab
        topic.creation.h.include=A|b|c
        topic.creation.h.partitions=1
        topic.creation.h.replication.factor=-1
        topic.creation.h.cleanup.policy=compact
        """)
    let groups = ["a1", "A1", "b", "ab", "A", "c", "x"].map { rules.rule(for: $0)?.name }
    #expect(groups == ["g", "default", "g", "default", "h", "h", "default"])
    let other = try #require(rules.rule(for: "x"))
    #expect(other.partitions == 3 && other.replicationFactor == 1 && other.configs == ["retention.ms": "7"])
    let first = try #require(rules.rule(for: "a1"))
    #expect(first.partitions == 3 && first.replicationFactor == 1 && first.configs.isEmpty)
    let second = try #require(rules.rule(for: "c"))
    #expect(second.partitions == 1 && second.replicationFactor == -1 && second.configs == ["cleanup.policy": "compact"])
  }

  @Test func `a group without an include has no topics, and says so`() throws {
    let settings = try events(
      preset + "topic.creation.groups=g\ntopic.creation.g.exclude=b\ntopic.creation.i.include=c")
    #expect(settings.kafka?.topicCreation.rule(for: "a")?.name == "default")
    #expect(settings.notices.contains { $0.contains("topic.creation.g.include is not set") })
    #expect(settings.notices.contains { $0.hasPrefix("topic.creation.i.include") && $0.contains("does not name") })
  }

  @Test func `it can be turned off`() throws {
    #expect(try creation(preset + "topic.creation.enable=false").rule(for: "a") == nil)
    #expect(try creation(brokers + "topic.creation.enable=true").rule(for: "a") == nil)
    #expect(try creation(preset).rule(for: "a")?.partitions == 3)
  }

  @Test(arguments: [
    ("topic.creation.groups=g", ["topic.creation.default.partitions", "topic.creation.default.replication.factor"]),
    ("topic.creation.default.partitions=3", ["topic.creation.default.replication.factor"]),
  ])
  func `default is required where any rule is set`(text: String, keys: [String]) {
    let found = eventProblems(brokers + text)
    #expect(found.map(\.code) == keys.map { _ in .missing })
    #expect(found.map(\.key) == keys)
  }

  @Test(arguments: [
    "topic.creation.g.include=(", "topic.creation.g.partitions=0", "topic.creation.g.replication.factor=many",
  ])
  func `what Kafka Connect refuses is refused`(text: String) {
    let found = eventProblems(preset + "topic.creation.groups=g\n" + text)
    #expect(found.map(\.code) == [.badValue])
  }
}
