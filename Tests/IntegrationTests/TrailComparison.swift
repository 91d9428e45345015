import ServerKit
import Testing
import WAL

/// Compares the trail with the source in two ways that know nothing of the program: the source's rows with what the trail
/// folds to, and the trail's rows one by one with what a slot of another plugin saw.
struct TrailComparison: Sendable {
  let servers: StandInServers
  /// The other slot.
  var witness = "witness"

  /// Makes the other slot; what commits from now on is compared.
  static func begin(_ servers: StandInServers) async throws -> TrailComparison {
    try await servers.source.sql("SELECT pg_create_logical_replication_slot('witness', 'test_decoding')")
    return TrailComparison(servers: servers)
  }

  /// What one comparison leaves for the next, so that each change is compared once.
  struct Memory {
    /// Behind the last commit that was compared.
    fileprivate(set) var end = LSN.zero
    /// How many changes and transactions were compared.
    fileprivate(set) var changes = 0
    fileprivate(set) var transactions = 0
    fileprivate var fold = TrailFold()
  }

  /// What differs; nothing when the trail is right. The writers must have stopped and the trail must have caught up.
  func differences() async throws -> [String] {
    var memory = Memory()
    return try await differences(since: &memory)
  }

  /// What differs, the last comparison having found nothing.
  func differences(since memory: inout Memory) async throws -> [String] {
    let start = memory.end
    let differences = try await sequenceDifferences(&memory)
    try await memory.fold.play(servers, from: start)
    return try await differences + rowDifferences(memory.fold)
  }

  /// Ends the program once it has stored everything, compares, and removes the servers.
  func finish(
    _ program: ChildProcess, _ note: String = "", at location: SourceLocation = #_sourceLocation
  ) async throws {
    try await servers.waitForTrail(program)
    #expect(
      await servers.stop(program) == .exited(0), "\(note)\n\(program.lastWords)", sourceLocation: location)
    let found = try await differences()
    #expect(
      found.isEmpty, "\(note)\n\(found.joined(separator: "\n"))\n\(program.lastWords)", sourceLocation: location)
    try await servers.destroy()
  }

  // MARK: Each change once, in order

  private struct Step: Equatable, CustomStringConvertible {
    let transaction: String
    /// Among all changes and transactional messages of the transaction.
    let ordinal: Int
    let operation: String
    let table: String
    /// What the application said about the transaction before this change.
    let context: String
    var description: String { "\(transaction).\(ordinal) \(operation) \(table)\(context.isEmpty ? "" : " " + context)" }
  }

  private func sequenceDifferences(_ memory: inout Memory) async throws -> [String] {
    let snapshot = try await servers.audit(
      "SELECT min(commit_lsn) FROM cdc.audit_log WHERE operation_type = 'SNAPSHOT'")
    let (recorded, disorder) = try await recorded(from: memory.end)
    let expected = try await witnessed(after: max(LSN(snapshot) ?? .zero, memory.end), &memory)
    guard recorded != expected else { return disorder }
    let first =
      zip(recorded, expected).enumerated().first { $1.0 != $1.1 }?.offset ?? min(recorded.count, expected.count)
    let around = max(0, first - 2)..<(first + 3)
    return disorder + [
      """
      change \(first) differs; \(recorded.count) recorded, \(expected.count) happened
      recorded: \(recorded.indices.clamped(to: around).map { "\(recorded[$0])" })
      happened: \(expected.indices.clamped(to: around).map { "\(expected[$0])" })
      """
    ]
  }

  /// What test_decoding saw of transactions that neither a snapshot at `start` nor an earlier comparison holds, in commit
  /// order. After a crash of its server a slot may give again what it gave before.
  private func witnessed(after start: LSN, _ memory: inout Memory) async throws -> [Step] {
    let lines = try await servers.source.sql(
      """
      SET logical_decoding_work_mem = '256MB';
      SELECT lsn, xid, CASE WHEN data LIKE 'COMMIT%' THEN 'COMMIT' WHEN said IS NOT NULL THEN 'CONTEXT'
          WHEN data LIKE 'message%' THEN 'MESSAGE' ELSE m[2] END,
        coalesce(said, m[1])
      FROM (SELECT *, regexp_match(left(data, 300), '^table (.+?): (INSERT|UPDATE|DELETE|TRUNCATE):') AS m,
          substring(data FROM '^message: transactional: 1 prefix: cdc.context, sz: [0-9]+ content:(.*)$') AS said
        FROM pg_logical_slot_get_changes('\(witness)', NULL, NULL, 'skip-empty-xacts', '1')) AS changes
      WHERE m IS NOT NULL OR data LIKE 'message: transactional: 1 %' OR data LIKE 'COMMIT%'
      """, within: .seconds(600))
    var steps: [Step] = []
    var open: [Step] = []
    var (transaction, context, ordinal) = ("", "", 0)
    for line in lines.split(separator: "\n") {
      let fields = line.split(separator: "|", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
      // One of messages alone has no line for its end.
      if fields[1] != transaction { (transaction, context, ordinal) = (fields[1], "", 0) }
      switch fields[2] {
      case "COMMIT":
        if let end = LSN(fields[0]), end > start {
          steps += open
          if !open.isEmpty { memory.transactions += 1 }
          memory.end = max(memory.end, end)
        }
        open = []
      case "CONTEXT":
        context = fields[3]
        ordinal += 1
      case "MESSAGE":
        ordinal += 1
      default:
        // A TRUNCATE of several tables is one line there and a row a table here.
        for table in fields[3].split(separator: ", ") {
          open.append(
            Step(
              transaction: transaction, ordinal: ordinal, operation: fields[2], table: String(table), context: context))
          ordinal += 1
        }
      }
    }
    memory.changes += steps.count
    return steps
  }

  private func recorded(from start: LSN) async throws -> ([Step], [String]) {
    let lines = try await servers.audit.sql(
      """
      SELECT transaction_id, operation_type, source_schema || '.' || source_table, commit_lsn, ordinal, context
      FROM cdc.audit_log WHERE operation_type <> 'SNAPSHOT' AND commit_lsn >= '\(start)' ORDER BY id
      """, within: .seconds(600))
    var steps: [Step] = []
    var disorder: [String] = []
    var last: (commit: LSN, ordinal: Int) = (.zero, -1)
    for line in lines.split(separator: "\n") {
      let fields = line.split(separator: "|", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
      let place = (commit: LSN(fields[3]) ?? .zero, ordinal: Int(fields[4]) ?? -1)
      steps.append(
        Step(
          transaction: fields[0], ordinal: place.ordinal, operation: fields[1], table: fields[2], context: fields[5]))
      let follows = place.commit == last.commit ? place.ordinal > last.ordinal : place.commit > last.commit
      if !follows, disorder.count < 5 {
        disorder.append("\(place) follows \(last) in the trail, row \(steps.count) of transaction \(fields[0])")
      }
      last = place
    }
    return (steps, disorder)
  }

  // MARK: The rows

  /// Rows that differ between the source and what the trail folds to from its last snapshot on.
  func rowDifferences() async throws -> [String] {
    var fold = TrailFold()
    try await fold.play(servers)
    return try await rowDifferences(fold)
  }

  private func rowDifferences(_ fold: TrailFold) async throws -> [String] {
    let folded = try await fold.rows(servers)
    let present = try await sourceRows()
    var differences: [String] = []
    for key in Set(folded.keys).union(present.keys).sorted() where folded[key] != present[key] {
      guard differences.count < 5 else { break }
      differences.append(
        "row \(key): folded \(folded[key] ?? "absent"), on the source \(present[key] ?? "absent")\n"
          + (try await history(of: key)))
    }
    return differences
  }

  /// Each keyed row's digest by table and key; of tables without a key, how often each digest is there.
  private func sourceRows() async throws -> [String: String] {
    let tables = try await servers.source.sql(
      """
      SELECT c.relname, coalesce((SELECT string_agg(quote_literal(a.attname), ',') FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum = ANY (i.indkey)), '')
      FROM pg_class c LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
      WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
      """)
    var script = ""
    for line in tables.split(separator: "\n") {
      let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      let image = "md5(to_jsonb(t)::text)"
      script +=
        fields[1].isEmpty
        ? "SELECT '\(fields[0]) ' || \(image) || '\u{1}' || count(*) FROM \(fields[0]) t GROUP BY \(image);\n"
        : """
        SELECT '\(fields[0]) ' || (SELECT jsonb_object_agg(k, to_jsonb(t) -> k) FROM unnest(ARRAY[\(fields[1])]) k)::text
          || '\u{1}' || \(image) FROM \(fields[0]) t;

        """
    }
    let rows = try await servers.source.sql(script)
    return Dictionary(
      rows.split(separator: "\n").map { line in
        let parts = line.split(separator: "\u{1}").map(String.init)
        return (parts[0], parts[1])
      }
    ) { "\($0) and \($1)" }
  }

  private func history(of key: String) async throws -> String {
    let parts = key.split(separator: " ", maxSplits: 1).map(String.init)
    let literal = parts[1].split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
    guard literal.hasPrefix("{") else { return "" }
    return try await servers.audit.sql(
      """
      SELECT id, commit_lsn, ordinal, operation_type, left(old_data::text, 80), left(new_data::text, 80)
      FROM cdc.audit_log WHERE source_table = '\(parts[0])'
        AND (row_key = '\(literal)' OR old_data @> '\(literal)') ORDER BY id DESC LIMIT 6
      """)
  }
}
