import ServerKit
import WAL

/// Plays the trail back into the rows that it says are there.
///
/// What a statement of DDL does to rows is not in the stream: a column that is added, dropped, renamed or given another
/// type is in the trail from the row's next change on. So whoever compares changes each row of the table afterwards, and
/// empties a table before it is dropped.
struct TrailFold {
  /// A row of the trail that makes up an image, or a part of it.
  private struct Part {
    let id: Int
    let digest: String
  }

  private struct Table {
    /// By key: a whole image, then those with unchanged parts left out.
    var images: [String: [Part]] = [:]
    /// Of rows without a key: how often each digest is there.
    var bag: [String: Int] = [:]
  }

  private var tables: [String: Table] = [:]

  /// Plays what is in the trail from a position on; at zero from the last snapshot on, which holds what committed before.
  mutating func play(_ servers: StandInServers, from start: LSN = .zero) async throws {
    let lines = try await servers.audit.sql(
      """
      SELECT concat_ws(E'\\x01', id, source_table, operation_type, coalesce(row_key::text, ''),
        CASE WHEN row_key IS NULL THEN coalesce(md5(old_data::text), '') WHEN old_data IS NULL THEN ''
          ELSE (SELECT jsonb_object_agg(k, old_data -> k)::text FROM jsonb_object_keys(row_key) k) END,
        coalesce(md5(new_data::text), ''), coalesce(source_metadata ? 'unchanged_toast', false))
      FROM cdc.audit_log
      WHERE commit_lsn >= greatest('\(start)',
        (SELECT max(commit_lsn) FROM cdc.audit_log WHERE operation_type = 'SNAPSHOT'))
      ORDER BY commit_lsn, operation_type <> 'SNAPSHOT', ordinal
      """)
    for line in lines.split(separator: "\n") {
      play(line.split(separator: "\u{1}", omittingEmptySubsequences: false).map(String.init))
    }
  }

  private mutating func play(_ fields: [String]) {
    let (name, key, old, new) = (fields[1], fields[3], fields[4], fields[5])
    guard fields[2] != "TRUNCATE" else {
      tables[name] = nil
      return
    }
    var table = tables.removeValue(forKey: name) ?? Table()
    defer { tables[name] = table }
    guard !key.isEmpty else {
      if !old.isEmpty { table.bag[old, default: 0] -= 1 }
      if !new.isEmpty { table.bag[new, default: 0] += 1 }
      return
    }
    let before = table.images.removeValue(forKey: old.isEmpty ? key : old)
    guard !new.isEmpty else { return }
    table.images[key] = (fields[6] == "t" ? before ?? [] : []) + [Part(id: Int(fields[0]) ?? 0, digest: new)]
  }

  /// Each keyed row's digest by table and key; of tables without a key, how often each digest is there.
  func rows(_ servers: StandInServers) async throws -> [String: String] {
    var rows: [String: String] = [:]
    var inParts: [String] = []
    var parts = ""
    for (name, table) in tables {
      for (digest, count) in table.bag where count != 0 { rows["\(name) \(digest)"] = "\(count)" }
      for (key, image) in table.images {
        guard image.count > 1 else {
          rows["\(name) \(key)"] = image.first?.digest
          continue
        }
        for (place, part) in image.enumerated() { parts += "\(inParts.count)\t\(place)\t\(part.id)\n" }
        inParts.append("\(name) \(key)")
      }
    }
    guard !parts.isEmpty else { return rows }
    // Put together by the server.
    let merged = try await servers.audit.sql(
      """
      CREATE TEMP TABLE part (number int, place int, id bigint);
      COPY part FROM stdin;
      \(parts)\\.
      SELECT number, md5(jsonb_object_agg(key, value ORDER BY place)::text)
      FROM part JOIN cdc.audit_log USING (id) CROSS JOIN jsonb_each(new_data) GROUP BY number;
      """)
    for line in merged.split(separator: "\n") {
      let fields = line.split(separator: "|").map(String.init)
      if let number = Int(fields[0]) { rows[inParts[number]] = fields[1] }
    }
    return rows
  }
}
