internal import ArgumentParser
internal import AuditStore
internal import Settings

/// `cdc-direct errors`: the changes that the audit database could not store, and records that Kafka refused.
struct Errors: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "See, retry and resolve changes that a sink could not store.",
    discussion: """
      Such a change is set aside whole, with its position and the reason, and the rest of its transaction is stored.

      Examples:
        cdc-direct errors list --config cdc.yaml
        cdc-direct errors show 12
        cdc-direct errors retry --all
        cdc-direct errors resolve 12 --note 'known, ticket 4711'
      """, subcommands: commands)

  private static var commands: [any AsyncParsableCommand.Type] {
    var commands: [any AsyncParsableCommand.Type] = [
      ErrorsList.self, ErrorsShow.self, ErrorsRetry.self, ErrorsResolve.self,
    ]
    #if Kafka
      commands.append(ErrorsReplay.self)
    #endif
    return commands
  }
}

/// `cdc-direct errors list`.
struct ErrorsList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List changes that were set aside, oldest first.",
    discussion: """
      Examples:
        cdc-direct errors list
        cdc-direct errors list --status resolved --csv
      """)

  /// What became of a change.
  enum State: String, ExpressibleByArgument, CaseIterable { case open, retried, resolved, all }

  @OptionGroup var trail: TrailOptions

  @Option(help: "open, retried, resolved or all.")
  var status = State.open

  @Option(help: "At most so many.")
  var limit = 100

  func validate() throws {
    guard (1...1_000_000).contains(limit) else { throw ValidationError("--limit is 1 to 1000000") }
  }

  func run() async throws {
    let errors = try await trail.ask {
      try $0.errors(status: status == .all ? nil : status.rawValue, limit: limit)
    }
    try trail.show(
      errors.map(ErrorLine.init),
      cells: errors.map {
        [
          "\($0.id)", $0.status, $0.sink, $0.changeTimestamp, $0.operation, "\($0.schema).\($0.table)", $0.code,
          "\($0.attempts)", $0.reason,
        ]
      }, header: ["ID", "STATUS", "SINK", "COMMITTED AT", "OPERATION", "TABLE", "CODE", "ATTEMPTS", "REASON"],
      empty: status == .open ? "no open errors" : "no errors")
  }
}

/// `cdc-direct errors show`.
struct ErrorsShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one set-aside change whole, with its row data.",
    discussion: "Example: cdc-direct errors show 12")

  @OptionGroup var trail: TrailOptions

  @Argument(help: "The error's number, as list prints it.")
  var id: Int64

  func run() async throws {
    let found = try await trail.ask { trail in try trail.error(id: id) }
    guard let error = found else { throw ErrorNumber.unknown(id) }
    if trail.json { return print(try JSONText.pretty(ErrorLine(error, withPayload: true))) }
    let cells = ErrorLine(error, withPayload: true).fields
    if trail.csv { return print(Table.csv([cells.map(\.value)], header: cells.map(\.name))) }
    print(Table.text(cells.map { [$0.name, $0.value] }, header: ["FIELD", "VALUE"]))
  }
}

/// `cdc-direct errors retry`.
struct ErrorsRetry: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Try again to store set-aside changes; what is refused again stays open.",
    discussion: """
      Ends with 41 when a change was refused again.

      Examples:
        cdc-direct errors retry 12
        cdc-direct errors retry --all --replace-nul
      """)

  @OptionGroup var trail: TrailOptions

  @Argument(help: "The errors' numbers.")
  var ids: [Int64] = []

  @Flag(help: "All that are open.")
  var all = false

  @Flag(help: "Store \\u0000, which jsonb cannot hold, as U+FFFD; the row's metadata says so.")
  var replaceNul = false

  func validate() throws {
    guard all == ids.isEmpty else { throw ValidationError("name the errors, or --all") }
  }

  func run() async throws {
    var stored = 0
    var refused = 0
    if all {
      (stored, refused) = try await trail.ask { try $0.retryAllErrors(replacingNUL: replaceNul) }
    } else {
      let outcomes = try await trail.ask { trail in
        try ids.map { try trail.retry(error: $0, replacingNUL: replaceNul) }
      }
      if let place = outcomes.firstIndex(of: nil) { throw ErrorNumber.unknown(ids[place]) }
      stored = outcomes.count { $0 == true }
      refused = outcomes.count { $0 == false }
    }
    if trail.json {
      print(try JSONText.line(["stored": stored, "refused": refused]))
    } else {
      print("\(stored) stored, \(refused) refused again")
    }
    if refused > 0 { throw ExitCode(41) }
  }
}

/// `cdc-direct errors resolve`.
struct ErrorsResolve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resolve", abstract: "Close a set-aside change with a note, without storing it in the trail.",
    discussion: "Example: cdc-direct errors resolve 12 --note 'known, ticket 4711'")

  @OptionGroup var settings: SettingsOptions

  @Argument(help: "The errors' numbers.")
  var ids: [Int64]

  @Option(help: "Why it may stay unstored.")
  var note: String

  func validate() throws {
    guard !note.allSatisfy(\.isWhitespace) else {
      throw ValidationError("--note says why the change may stay unstored")
    }
  }

  func run() async throws {
    let loaded = try settings.load(requiring: [.audit])
    try await failing {
      let trail = try Trail(try loaded.auditStore())
      for id in ids {
        guard try trail.resolve(error: id, note: note) else { throw ErrorNumber.unknown(id) }
        print("resolved \(id)")
      }
    }
  }
}
