import Foundation
import Settings
import Testing

@Suite struct KeyTableTests {
  @Test func `every key has a meaning, a reason and a name of its own`() {
    #expect(Set(KeyTable.all.map(\.name)).count == KeyTable.all.count)
    for key in KeyTable.all {
      #expect(key.meaning.count > 5, "\(key.name)")
      #expect(!key.meaning.contains("\n"))
      for purpose in Key.Purpose.allCases {
        switch key.support(for: purpose) {
        case .honoured: #expect(!key.isFamily || purpose == .events)
        case .honouredWith: break
        case .noMeaning(let reason), .refused(let reason), .later(let reason), .others(let reason):
          #expect(!reason.isEmpty)
        }
      }
      #expect(key.isHonoured == (key.group != .debezium), "\(key.name)")
      #expect(KeyTable.find(key.name) != nil)
    }
  }

  @Test func `every key's default is well formed`() {
    for key in KeyTable.all where !key.defaultText.isEmpty && !key.isFamily {
      #expect(problems(arguments: [argument(key.name, key.defaultText)]).isEmpty, "\(key.name)")
    }
  }

  @Test(arguments: [
    ("snapshot.select.statement.overrides.public.people", "snapshot.select.statement.overrides.<schema.table>"),
    ("key.converter.schemas.cache.size", "key.converter.<property>"),
    ("key.converter.schemas.enable", "key.converter.schemas.enable"), ("transforms.a.type", "transforms.<name>.type"),
    ("transforms.a.b", "transforms.<name>"), ("column.mask.with.5.chars", "column.mask.with.<n>.chars"),
    ("column.mask.hash.v2.MD5.with.salt.x", "column.mask.hash.v2.<algorithm>.with.salt.<salt>"),
    ("column.mask.hash.MD5.with.salt.x", "column.mask.hash.<algorithm>.with.salt.<salt>"),
    ("kafka.producer.sasl.mechanism", "kafka.producer.<property>"),
    ("topic.creation.default.partitions", "topic.creation.default.partitions"),
    ("topic.creation.default.retention.ms", "topic.creation.default.<config>"),
    ("topic.creation.a.b.include", "topic.creation.<group>.include"),
    ("topic.creation.a.cleanup.policy", "topic.creation.<group>.<config>"),
    ("value.converter.schema.registry.url", "value.converter.schema.registry.url"),
  ])
  func `a name belongs to its family`(name: String, family: String) {
    #expect(KeyTable.find(name)?.name == family)
  }

  @Test(arguments: ["transforms.", "key.converter.", "column.mask.with..chars", "column.mask.with.chars", "", "."])
  func `a part of a family's name is never empty`(name: String) {
    #expect(KeyTable.find(name) == nil)
  }

  @Test func `docs-configuration is what the table says`() throws {
    let written = try Self.document("configuration.md")
    let remedy = "run `cdc-direct config --reference > docs/configuration.md`"
    Self.compare(written, Settings.referenceMarkdown(), "docs/configuration.md", remedy)
  }

  @Test func `docs-debezium holds the table of Debezium's properties`() throws {
    let written = try Self.document("debezium.md")
    let start = try #require(written.range(of: "<!-- debezium-properties -->\n"))
    let end = try #require(written.range(of: "<!-- /debezium-properties -->"))
    let remedy = "put what `cdc-direct config --debezium` prints between its markers"
    Self.compare(
      String(written[start.upperBound..<end.lowerBound]), Settings.debeziumTable(), "docs/debezium.md", remedy)
  }

  private static func document(_ name: String) throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: root.appendingPathComponent("docs/\(name)"), encoding: .utf8)
  }

  private static func compare(_ written: String, _ expected: String, _ name: String, _ remedy: String) {
    let lines = written.split(separator: "\n", omittingEmptySubsequences: false)
    let wanted = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let differing = zip(lines, wanted).first { $0 != $1 }
    #expect(differing == nil, "\(name) is not up to date: \(remedy)")
    #expect(lines.count == wanted.count, "\(name) is not up to date: \(remedy)")
  }

  @Test func `all of Debezium's published properties have a decision`() {
    let missing = DebeziumProperties.all.filter { KeyTable.find($0) == nil }
    #expect(missing.isEmpty)
    #expect(DebeziumProperties.all.count > 170)
  }
}
