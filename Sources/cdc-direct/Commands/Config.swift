internal import ArgumentParser
internal import Events
internal import FoundationEssentials
internal import Settings

/// `cdc-direct config`: the settings in force, with their origin; secrets masked.
struct Config: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check the settings and print what is in force, with where each came from; secrets are masked.",
    discussion: """
      Examples:
        cdc-direct config --config cdc.yaml
        cdc-direct config --config connector.json --json
        cdc-direct config --config connector.json --events --changed
        cdc-direct config --debezium
        cdc-direct config --quirks
        cdc-direct config --reference > docs/configuration.md
      """)

  @OptionGroup var options: SettingsOptions

  @Flag(help: "Print only what differs from the defaults.")
  var changed = false

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Print the reference of all settings as Markdown.")
  var reference = false

  @Flag(help: "Print what becomes of each of Debezium's properties, for events and for the audit trail, as Markdown.")
  var debezium = false

  @Flag(help: "Print the oddities of Debezium that are imitated, and what stands in their place without, as Markdown.")
  var quirks = false

  @Flag(help: "Check and print what holds for `stream`, Debezium's events, instead of the audit trail.")
  var events = false

  func run() async throws {
    if reference { return print(Settings.referenceMarkdown(), terminator: "") }
    if debezium { return print(Settings.debeziumTable(), terminator: "") }
    if quirks { return print(Quirk.table, terminator: "") }
    let settings = try options.load(requiring: events ? [.database, .events] : [.database, .audit])
    let rows = settings.effective.filter { !changed || !$0.isDefault }
    if json {
      let entries = rows.map {
        Row(key: $0.key, value: $0.text, origin: $0.origin.description, isDefault: $0.isDefault)
      }
      return print(try JSONLines.pretty(entries))
    }
    print(Table.text(rows.map { [$0.key, $0.text, $0.origin.description] }, header: ["KEY", "VALUE", "ORIGIN"]))
    for notice in settings.notices { Terminal.error("note: \(notice)") }
  }

  private struct Row: Encodable {
    let key: String
    let value: String
    let origin: String
    let isDefault: Bool
  }
}
