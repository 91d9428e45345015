/// What two right readers may disagree on, of which one made a recording on another server.
struct ComparisonRules: Sendable {
  private let always: [IgnoredPlaces.Rule]
  private let handling: [IgnoredPlaces.Rule]
  private let readRow: [IgnoredPlaces.Rule]
  private let transaction: [IgnoredPlaces.Rule]
  private let cloudEvent: [IgnoredPlaces.Rule]

  /// - Parameter paths: what else does not count, as a workload says.
  init(ignoring paths: [String] = []) throws {
    func rules(_ paths: [String], _ extent: IgnoredPlaces.Extent = .value) throws -> [IgnoredPlaces.Rule] {
      try paths.map { IgnoredPlaces.Rule(path: try JSONPath($0), extent: extent) }
    }
    let times = ["ts_ms", "ts_us", "ts_ns"]
    always =
      try rules(paths, .all) + rules(["$.headers[\"__debezium.context.runId\"]", "$.value.source.xmin"])
      // Commit times and origins are those of another server.
      + rules((times + ["origin_lsn"]).map { "$.value.source.\($0)" })
    // The reader's clock when it handled the event.
    handling = try rules(times.map { "$.value.\($0)" })
    // Rows that a query read: clock, position and transaction of the reader's own session.
    readRow = try rules(["lsn", "txId", "sequence"].map { "$.value.source.\($0)" })
    transaction = try rules(["$.value.ts_ms"])
    // The same of CloudEvents, whose id is made of name, position and transaction.
    let attributes = ["tsms", "tsus", "tsns", "lsn", "txId", "sequence", "xmin", "originlsn", "txid"]
    cloudEvent = try rules(["$.value.id", "$.value.time"] + attributes.map { "$.value.iodebezium\($0)" })
  }

  /// The rules for one event.
  func rules(for event: ChangeEvent) -> Set<IgnoredPlaces.Rule> {
    var rules = always
    if event.source != nil || event.isHeartbeat { rules += handling }
    if event.isReadRow { rules += readRow }
    if event.tellsOfTransaction { rules += transaction }
    if event.isCloudEvent { rules += cloudEvent }
    return Set(rules)
  }
}
