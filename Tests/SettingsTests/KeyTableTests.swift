import Foundation
import Settings
import Testing

@Suite struct KeyTableTests {
  @Test func `every key has a meaning, a reason and a name of its own`() {
    #expect(Set(KeyTable.all.map(\.name)).count == KeyTable.all.count)
    for key in KeyTable.all {
      #expect(key.meaning.count > 5, "\(key.name)")
      #expect(!key.meaning.contains("\n"))
      switch key.support {
      case .honoured: #expect(!key.isFamily)
      case .noMeaning(let reason), .refused(let reason), .later(let reason): #expect(!reason.isEmpty)
      }
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
    ("key.converter.schemas.enable", "key.converter.<property>"), ("transforms.a.type", "transforms.<name>.type"),
    ("transforms.a.b", "transforms.<name>"), ("column.mask.with.5.chars", "column.mask.with.<n>.chars"),
    ("column.mask.hash.v2.MD5.with.salt.x", "column.mask.hash.v2.<algorithm>.with.salt.<salt>"),
    ("column.mask.hash.MD5.with.salt.x", "column.mask.hash.<algorithm>.with.salt.<salt>"),
  ])
  func `a name belongs to its family`(name: String, family: String) {
    #expect(KeyTable.find(name)?.name == family)
  }

  @Test(arguments: ["transforms.", "key.converter.", "column.mask.with..chars", "column.mask.with.chars", "", "."])
  func `a part of a family's name is never empty`(name: String) {
    #expect(KeyTable.find(name) == nil)
  }

  @Test func `docs-configuration is what the table says`() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let path = root.appendingPathComponent("docs/configuration.md")
    let committed = try String(contentsOf: path, encoding: .utf8)
    let lines = committed.split(separator: "\n", omittingEmptySubsequences: false)
    let expected = Settings.referenceMarkdown().split(separator: "\n", omittingEmptySubsequences: false)
    for (number, (line, wanted)) in zip(lines, expected).enumerated() where line != wanted {
      Issue.record("docs/configuration.md:\(number + 1) is not up to date: \(wanted)")
      break
    }
    #expect(
      lines.count == expected.count,
      "docs/configuration.md is not up to date: run `cdc-direct config --reference > docs/configuration.md`")
  }

  @Test func `all of Debezium's published properties have a decision`() {
    let missing = DebeziumProperties.all.filter { KeyTable.find($0) == nil }
    #expect(missing.isEmpty)
    #expect(DebeziumProperties.all.count > 170)
  }
}
