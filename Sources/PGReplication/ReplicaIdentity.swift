/// Which old values a table's updates and deletes carry.
///
/// Source: PostgreSQL documentation, ALTER TABLE, REPLICA IDENTITY.
public enum ReplicaIdentity: Sendable, Hashable, CustomStringConvertible {
  /// The primary key's columns, when there is one.
  case `default`
  /// All columns.
  case full
  /// None: updates and deletes of a published table are refused.
  case nothing
  /// A unique index's columns; the name is that of the index, empty where it is not known.
  case index(String)

  /// By `pg_class.relreplident`; nil for an unknown letter.
  init?(letter: String?, index: String?) {
    switch letter {
    case "d": self = .default
    case "f": self = .full
    case "n": self = .nothing
    case "i": self = .index(index ?? "")
    default: return nil
    }
  }

  /// As ALTER TABLE writes it, the index unquoted.
  public var description: String {
    switch self {
    case .default: "DEFAULT"
    case .full: "FULL"
    case .nothing: "NOTHING"
    case .index(let name): "INDEX \(name)"
    }
  }
}
