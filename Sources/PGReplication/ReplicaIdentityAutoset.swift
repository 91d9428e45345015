/// Debezium's `replica.identity.autoset.values`: which replica identity captured tables get at start.
///
/// Text form: `schema.table:FULL,schema.other:INDEX name`; the table part is a regular expression that must match the
/// whole of `schema.table`. Source: Debezium's PostgreSQL connector documentation.
public struct ReplicaIdentityAutoset: Sendable, Hashable {
  /// One entry of the list.
  public struct Rule: Sendable, Hashable {
    /// The expression as it was written.
    public let pattern: String
    /// What matching tables get.
    public let identity: ReplicaIdentity

    /// A rule by its parts.
    public init(pattern: String, identity: ReplicaIdentity) {
      self.pattern = pattern
      self.identity = identity
    }
  }

  /// Why the text cannot be used.
  public struct Invalid: Error, Sendable, Hashable, CustomStringConvertible {
    /// The entry as it was written.
    public let entry: String
    /// What is wrong with it.
    public let reason: String
    /// One line.
    public var description: String {
      "replica.identity.autoset.values: \"\(entry)\" \(reason); expected schema.table:FULL, DEFAULT, NOTHING or INDEX name"
    }
  }

  /// In order; the first that matches a table counts.
  public let rules: [Rule]

  /// Reads the text; empty text gives no rule. Throws at the first entry that cannot be used.
  public init(parsing text: String) throws(Invalid) {
    var rules: [Rule] = []
    for part in text.split(separator: ",") {
      let entry = ReplicaIdentityAutoset.trimmed(part)
      guard !entry.isEmpty else { continue }
      rules.append(try ReplicaIdentityAutoset.rule(entry))
    }
    self.rules = rules
  }

  /// Rules that were read elsewhere, first match first.
  public init(rules: [Rule]) { self.rules = rules }

  private static func trimmed(_ text: Substring) -> String {
    let start = text.drop(while: \.isWhitespace)
    return String(start.reversed().drop(while: \.isWhitespace).reversed())
  }

  private static func rule(_ entry: String) throws(Invalid) -> Rule {
    guard let colon = entry.lastIndex(of: ":") else { throw Invalid(entry: entry, reason: "has no colon") }
    let pattern = trimmed(entry[..<colon])
    let words = entry[entry.index(after: colon)...].split(whereSeparator: \.isWhitespace).map(String.init)
    guard !pattern.isEmpty, (try? Regex(pattern)) != nil else {
      throw Invalid(entry: entry, reason: "has no valid regular expression before the colon")
    }
    switch (words.first?.uppercased(), words.count) {
    case ("FULL", 1): return Rule(pattern: pattern, identity: .full)
    case ("DEFAULT", 1): return Rule(pattern: pattern, identity: .default)
    case ("NOTHING", 1): return Rule(pattern: pattern, identity: .nothing)
    case ("INDEX", 2): return Rule(pattern: pattern, identity: .index(words[1]))
    default: throw Invalid(entry: entry, reason: "names no replica identity after the colon")
    }
  }

  /// What a table shall get; nil when no entry matches it.
  public func identity(for table: TableName) -> ReplicaIdentity? {
    rules.first { rule in
      guard let expression = try? Regex(rule.pattern).ignoresCase() else { return false }
      return (try? expression.wholeMatch(in: table.description)) ?? nil != nil
    }?.identity
  }

  /// Alters those of `tables` whose identity differs from what the rules say; returns them. Throws what the server says,
  /// `42501` when the session's role does not own the table.
  public func apply(
    to tables: [TableName], on connection: borrowing Connection
  ) throws(PostgresError) -> [(table: TableName, identity: ReplicaIdentity)] {
    var changed: [(table: TableName, identity: ReplicaIdentity)] = []
    for table in tables {
      guard let wanted = identity(for: table), try current(table, on: connection) != wanted else { continue }
      var clause = wanted.description
      if case .index(let name) = wanted { clause = "USING INDEX \(try Identifier.quoteIdentifier(name))" }
      try connection.execute("ALTER TABLE \(try table.quoted()) REPLICA IDENTITY \(clause)")
      changed.append((table, wanted))
    }
    return changed
  }

  private func current(
    _ table: TableName, on connection: borrowing Connection
  ) throws(PostgresError) -> ReplicaIdentity? {
    let rows = try connection.execute(
      """
      SELECT c.relreplident, (SELECT x.relname FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = c.oid AND i.indisreplident) AS index
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relname = $2
      """, [table.schema, table.name])
    return ReplicaIdentity(letter: rows[0, "relreplident"], index: rows[0, "index"])
  }
}
