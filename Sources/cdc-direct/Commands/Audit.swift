internal import ArgumentParser
internal import AuditStore
internal import Settings

/// `cdc-direct audit`: questions to the trail.
struct Audit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Ask the audit trail: changes, statistics, one row's history, gaps.",
    discussion: """
      Reads the audit database alone. Results go to standard output as a table, with --json as one JSON object a line, \
      with --csv as RFC 4180 has it.

      Examples:
        cdc-direct audit list --config cdc.yaml --table public.people --since '2026-01-01' --limit 20
        cdc-direct audit history --table public.people --key '{"id": 7}'
        cdc-direct audit stats --days 7 --csv
      """, subcommands: [AuditList.self, AuditHistory.self, AuditStats.self, AuditGaps.self])
}

/// What every question to the trail takes.
struct TrailOptions: ParsableArguments {
  @OptionGroup var settings: SettingsOptions

  @Flag(help: "Print one JSON object a line.")
  var json = false

  @Flag(help: "Print CSV with a header.")
  var csv = false

  func validate() throws {
    if json && csv { throw ValidationError("--json and --csv exclude each other") }
  }

  /// Opens the trail, asks, and gives the answer.
  func ask<R>(_ question: (borrowing Trail) throws -> R) async throws -> R {
    let loaded = try settings.load(requiring: [.audit])
    return try await failing {
      let trail = try Trail(try loaded.auditStore())
      return try question(trail)
    }
  }

  /// Prints changes in the form that was asked for.
  func show(_ rows: [TrailRow]) {
    if json {
      for row in rows { print(row.json) }
    } else if csv {
      let header = rows.first?.fields.map(\.name) ?? []
      print(Table.csv(rows.map { $0.fields.map { $0.value ?? "" } }, header: header))
    } else if rows.isEmpty {
      Terminal.error("no changes")
    } else {
      print(FittedTable.text(rows.map { ChangeText($0).cells }, header: ChangeText.header, flexible: 4))
    }
  }

  /// Prints values with their names in the form that was asked for.
  func show(_ rows: [some Encodable], cells: [[String]], header: [String], empty: String) throws {
    if json {
      for row in rows { print(try JSONText.line(row)) }
    } else if csv {
      print(Table.csv(cells, header: header.map { $0.lowercased().replacing(" ", with: "_") }))
    } else if cells.isEmpty {
      Terminal.error(empty)
    } else {
      print(Table.text(cells, header: header))
    }
  }
}

/// A table's name on the command line: `schema.table`, or `table` in any schema.
struct TableArgument: ExpressibleByArgument {
  let schema: String?
  let table: String

  init?(argument: String) {
    let parts = argument.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.allSatisfy({ !$0.isEmpty }), let last = parts.last else { return nil }
    schema = parts.count == 2 ? parts[0] : nil
    table = last
  }
}
