internal import ArgumentParser
internal import AuditStore
internal import WAL

/// `cdc-direct audit stats`: how many changes there were, by table and operation.
struct AuditStats: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats", abstract: "Count changes of the last days by table and operation.",
    discussion: "Example: cdc-direct audit stats --days 7")

  @OptionGroup var trail: TrailOptions

  @Option(help: "How many days back.")
  var days = 30

  func validate() throws {
    guard (1...36_500).contains(days) else { throw ValidationError("--days is 1 to 36500") }
  }

  func run() async throws {
    let rows = try await trail.ask { try $0.statistics(days: days) }
    try trail.show(
      rows.map(Line.init),
      cells: rows.map {
        ["\($0.schema).\($0.table)", $0.operation, "\($0.changes)", "\($0.transactions)", $0.first, $0.last]
      }, header: ["TABLE", "OPERATION", "CHANGES", "TRANSACTIONS", "FIRST", "LAST"],
      empty: "no changes in the last \(days) days")
  }

  private struct Line: Encodable {
    let sourceSchema, sourceTable, operationType, first, last: String
    let changes, transactions: Int64

    init(_ row: TrailStatistic) {
      sourceSchema = row.schema
      sourceTable = row.table
      operationType = row.operation
      changes = row.changes
      transactions = row.transactions
      first = row.first
      last = row.last
    }
  }
}

/// `cdc-direct audit gaps`: what was never read.
struct AuditGaps: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gaps", abstract: "List stretches of the source's log that were never read, newest first.",
    discussion: "Example: cdc-direct audit gaps --json")

  @OptionGroup var trail: TrailOptions

  func run() async throws {
    let gaps = try await trail.ask { try $0.gaps(limit: 1000) }
    try trail.show(
      gaps.map(Line.init),
      cells: gaps.map {
        [
          $0.recordedAt, "\($0.sourceID)", "\($0.from)", "\($0.to)", ByteText.text($0.to.distance(from: $0.from)),
          $0.reason,
        ]
      }, header: ["RECORDED AT", "SOURCE", "FROM", "TO", "SIZE", "REASON"], empty: "no gaps")
  }

  private struct Line: Encodable {
    let recordedAt, fromLsn, toLsn, reason: String
    let sourceId: Int32
    let bytes: UInt64

    init(_ gap: RecordedGap) {
      recordedAt = gap.recordedAt
      fromLsn = "\(gap.from)"
      toLsn = "\(gap.to)"
      reason = gap.reason
      sourceId = gap.sourceID
      bytes = gap.to.distance(from: gap.from)
    }
  }
}
