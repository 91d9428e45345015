import ServerKit
import WAL

/// Compares the trail with the source in two ways that know nothing of the program: the source's rows with what the trail
/// folds to, and the trail's rows one by one with what a slot of another plugin saw.
struct TrailComparison: Sendable {
  let servers: StandInServers

  /// Makes the other slot; what commits from now on is compared.
  static func begin(_ servers: StandInServers) async throws -> TrailComparison {
    try await servers.source.sql("SELECT pg_create_logical_replication_slot('witness', 'test_decoding')")
    return TrailComparison(servers: servers)
  }

  /// What differs; nothing when the trail is right. The writers must have stopped and the trail must have caught up.
  func differences() async throws -> [String] {
    try await sequenceDifferences() + rowDifferences()
  }

  // MARK: Each change once, in order

  private struct Step: Equatable, CustomStringConvertible {
    let transaction: String
    let operation: String
    let table: String
    var description: String { "\(transaction) \(operation) \(table)" }
  }

  private func sequenceDifferences() async throws -> [String] {
    let snapshot = try await servers.audit(
      "SELECT min(commit_lsn) FROM cdc.audit_log WHERE operation_type = 'SNAPSHOT'")
    let expected = try await witnessed(after: LSN(snapshot) ?? .zero)
    let (recorded, disorder) = try await recorded()
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

  /// What test_decoding saw of transactions that a snapshot at `start` does not hold, in commit order.
  private func witnessed(after start: LSN) async throws -> [Step] {
    let lines = try await servers.source.sql(
      """
      SELECT lsn, xid, CASE WHEN data LIKE 'COMMIT%' THEN 'COMMIT' ELSE m[2] END, m[1]
      FROM (SELECT *, regexp_match(left(data, 300), '^table (.+?): (INSERT|UPDATE|DELETE|TRUNCATE):') AS m
        FROM pg_logical_slot_get_changes('witness', NULL, NULL, 'skip-empty-xacts', '1')) AS changes
      WHERE m IS NOT NULL OR data LIKE 'COMMIT%'
      """)
    var steps: [Step] = []
    var open: [Step] = []
    for line in lines.split(separator: "\n") {
      let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      guard fields[2] == "COMMIT" else {
        // A TRUNCATE of several tables is one line there and a row a table here.
        open += fields[3].split(separator: ", ").map {
          Step(transaction: fields[1], operation: fields[2], table: String($0))
        }
        continue
      }
      if let end = LSN(fields[0]), end > start { steps += open }
      open = []
    }
    return steps
  }

  private func recorded() async throws -> ([Step], [String]) {
    let lines = try await servers.audit.sql(
      """
      SELECT transaction_id, operation_type, source_schema || '.' || source_table, commit_lsn, ordinal
      FROM cdc.audit_log WHERE operation_type <> 'SNAPSHOT' ORDER BY id
      """)
    var steps: [Step] = []
    var disorder: [String] = []
    var last: (commit: LSN, ordinal: Int) = (.zero, -1)
    for line in lines.split(separator: "\n") {
      let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      steps.append(Step(transaction: fields[0], operation: fields[1], table: fields[2]))
      let place = (commit: LSN(fields[3]) ?? .zero, ordinal: Int(fields[4]) ?? -1)
      let follows =
        place.commit == last.commit
        ? place.ordinal == last.ordinal + 1 : place.commit > last.commit && place.ordinal == 0
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
    let folded = try await TrailFold(servers).rows()
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
