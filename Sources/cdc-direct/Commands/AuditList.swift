internal import ArgumentParser
internal import AuditStore

/// `cdc-direct audit list`: the changes that a filter lets through.
struct AuditList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List changes, newest first.",
    discussion: """
      Times are what PostgreSQL reads as timestamptz: '2026-01-31 12:00:00+00', 'yesterday', 'now'. All filters must \
      hold.

      Examples:
        cdc-direct audit list --table public.people --operation delete
        cdc-direct audit list --user alice --since yesterday --json | jq .new_data
        cdc-direct audit list --transaction 7421 --oldest-first
        cdc-direct audit list --key '{"id": 7}' --csv > changes.csv
      """)

  /// What a change can be.
  enum Operation: String, ExpressibleByArgument, CaseIterable { case insert, update, delete, truncate, snapshot }

  @OptionGroup var trail: TrailOptions

  @Option(help: "Changes of schema.table, or of a table in any schema.")
  var table: TableArgument?

  @Option(help: "insert, update, delete, truncate or snapshot; may be given again.")
  var operation: [Operation] = []

  @Option(help: "Committed at this moment or later.")
  var since: String?

  @Option(help: "Committed before this moment.")
  var until: String?

  @Option(help: "Made by this user, as the application's cdc.context says.")
  var user: String?

  @Option(help: "Of this transaction of the source.")
  var transaction: UInt32?

  @Option(help: "Of the row with this key, a JSON object.")
  var key: String?

  @Option(help: "At most so many.")
  var limit = 50

  @Flag(help: "Oldest first.")
  var oldestFirst = false

  func validate() throws {
    guard (1...1_000_000).contains(limit) else { throw ValidationError("--limit is 1 to 1000000") }
  }

  func run() async throws {
    var filter = TrailFilter()
    filter.schema = table?.schema
    filter.table = table?.table
    filter.operations = operation.map(\.rawValue)
    filter.from = since
    filter.to = until
    filter.user = user
    filter.transaction = transaction
    filter.key = key
    filter.limit = limit
    filter.newestFirst = !oldestFirst
    trail.show(try await trail.ask { try $0.changes(filter) })
  }
}

/// `cdc-direct audit history`: all that happened to one row.
struct AuditHistory: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "Show all that happened to one row, oldest first.",
    discussion: """
      The key has the row's key columns as a JSON object. A change of the key itself is recorded under the new key.

      Example: cdc-direct audit history --table public.people --key '{"id": 7}'
      """)

  @OptionGroup var trail: TrailOptions

  @Option(help: "The table; public when no schema is named.")
  var table: TableArgument

  @Option(help: "The row's key, a JSON object.")
  var key: String

  func run() async throws {
    let rows = try await trail.ask {
      try $0.history(schema: table.schema ?? "public", table: table.table, key: key)
    }
    trail.show(rows)
  }
}
