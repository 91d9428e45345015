import ServerKit

/// Plays the trail back into the rows that it says are there.
struct TrailFold {
  private let servers: StandInServers
  /// Of keyed rows, the trail's rows that make up the image: a whole one, then those with unchanged parts left out.
  private var images: [String: [Int]] = [:]
  private var digests: [Int: String] = [:]
  private var bags: [String: Int] = [:]

  init(_ servers: StandInServers) { self.servers = servers }

  /// Each keyed row's digest by table and key; of tables without a key, how often each digest is there.
  ///
  /// Begins with the last snapshot, which holds what committed before it.
  consuming func rows() async throws -> [String: String] {
    let lines = try await servers.audit.sql(
      """
      SELECT concat_ws(E'\\x01', id, source_table, operation_type, coalesce(row_key::text, ''),
        CASE WHEN row_key IS NULL THEN coalesce(md5(old_data::text), '') WHEN old_data IS NULL THEN ''
          ELSE (SELECT jsonb_object_agg(k, old_data -> k)::text FROM jsonb_object_keys(row_key) k) END,
        coalesce(md5(new_data::text), ''), coalesce(source_metadata ? 'unchanged_toast', false))
      FROM cdc.audit_log
      WHERE commit_lsn >= coalesce((SELECT max(commit_lsn) FROM cdc.audit_log WHERE operation_type = 'SNAPSHOT'), '0/0')
      ORDER BY commit_lsn, operation_type <> 'SNAPSHOT', ordinal
      """)
    for line in lines.split(separator: "\n") {
      play(line.split(separator: "\u{1}", omittingEmptySubsequences: false).map(String.init))
    }
    return try await result()
  }

  private mutating func play(_ fields: [String]) {
    let (table, key, old, new) = (fields[1], fields[3], fields[4], fields[5])
    if fields[2] == "TRUNCATE" {
      images = images.filter { !$0.key.hasPrefix(table + " ") }
      bags = bags.filter { !$0.key.hasPrefix(table + " ") }
    } else if key.isEmpty {
      if !old.isEmpty { bags["\(table) \(old)", default: 0] -= 1 }
      if !new.isEmpty { bags["\(table) \(new)", default: 0] += 1 }
    } else {
      let before = images.removeValue(forKey: "\(table) \(old.isEmpty ? key : old)")
      guard !new.isEmpty else { return }
      let id = Int(fields[0]) ?? 0
      images["\(table) \(key)"] = (fields[6] == "t" ? before ?? [] : []) + [id]
      digests[id] = new
    }
  }

  /// Images in parts are put together by the server.
  private consuming func result() async throws -> [String: String] {
    var rows = bags.filter { $0.value != 0 }.mapValues { "\($0)" }
    var parts = ""
    for (number, (key, ids)) in images.enumerated() {
      rows[key] = ids.count == 1 ? digests[ids[0]] : nil
      guard ids.count > 1 else { continue }
      for (place, id) in ids.enumerated() { parts += "\(number)\t\(place)\t\(id)\n" }
    }
    guard !parts.isEmpty else { return rows }
    let merged = try await servers.audit.sql(
      """
      CREATE TEMP TABLE part (number int, place int, id bigint);
      COPY part FROM stdin;
      \(parts)\\.
      SELECT number, md5(jsonb_object_agg(key, value ORDER BY place)::text)
      FROM part JOIN cdc.audit_log USING (id) CROSS JOIN jsonb_each(new_data) GROUP BY number;
      """)
    let keys = images.map(\.key)
    for line in merged.split(separator: "\n") {
      let fields = line.split(separator: "|").map(String.init)
      if let number = Int(fields[0]) { rows[keys[number]] = fields[1] }
    }
    return rows
  }
}
