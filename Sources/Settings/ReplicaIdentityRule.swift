/// What `replica.identity.autoset.values` sets for the tables that its expression matches.
public struct ReplicaIdentityRule: Sendable, Hashable {
  /// A replica identity, as ALTER TABLE … REPLICA IDENTITY has them.
  public enum Identity: Sendable, Hashable {
    /// The primary key.
    case `default`
    /// The whole row.
    case full
    /// Nothing.
    case nothing
    /// A unique index, by its name.
    case index(String)
  }

  /// The tables, as `schema.table`.
  public let tables: PatternList
  /// What they get.
  public let identity: Identity

  /// The rules in `text`, or nil when it holds anything else.
  static func parse(_ text: String) -> [ReplicaIdentityRule]? {
    var rules: [ReplicaIdentityRule] = []
    for part in PatternList.split(text) {
      guard let colon = part.lastIndex(of: ":") else { return nil }
      let words = part[part.index(after: colon)...].split(separator: " ").map(String.init)
      let pattern = PatternList.join([Values.trimmed(String(part[..<colon]))])
      guard let tables = try? PatternList(pattern), !tables.isEmpty else { return nil }
      guard let identity = identity(words) else { return nil }
      rules.append(ReplicaIdentityRule(tables: tables, identity: identity))
    }
    return rules
  }

  private static func identity(_ words: [String]) -> Identity? {
    switch (words.first?.uppercased(), words.count) {
    case ("DEFAULT", 1): .default
    case ("FULL", 1): .full
    case ("NOTHING", 1): .nothing
    case ("INDEX", 2): .index(words[1])
    default: nil
    }
  }
}
