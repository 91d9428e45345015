internal import WAL

/// What START_REPLICATION asks of pgoutput.
///
/// Source: PostgreSQL documentation, 55.5 "Logical Streaming Replication Protocol".
public struct StreamOptions: Sendable, Hashable {
  /// The publications, unquoted.
  public var publications: [String]
  /// The protocol's version; nil for the highest that the server offers (4 on 16, 3 on 15, 2 on 14).
  public var protoVersion: Int?
  /// Whether logical messages (`pg_logical_emit_message`) are sent.
  public var messages = true
  /// Which changes by origin, on 16 and later: `any` or `none`; left out before.
  public var origin: String? = "any"
  /// `on` or `parallel` streams transactions before they commit; nil leaves it off.
  public var streaming: String?
  /// Whether prepared transactions come at PREPARE.
  public var twoPhase = false
  /// Further options by name and value, as Debezium's `slot.stream.params`; they replace ours of the same name.
  public var extra: [Extra] = []

  /// An option that is passed on as it is.
  public struct Extra: Sendable, Hashable {
    /// The option's name.
    public let name: String
    /// Its value.
    public let value: String
    /// An option by its parts.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The usual options for these publications.
  public init(publications: [String]) { self.publications = publications }

  /// The highest protocol version that a server offers.
  public static func highestProtoVersion(serverVersion: Int) -> Int {
    switch serverVersion {
    case 160_000...: 4
    case 150_000...: 3
    case 140_000...: 2
    default: 1
    }
  }

  /// The command.
  func command(slot: String, from position: LSN, serverVersion: Int) throws(PostgresError) -> String {
    var names: [String] = []
    for name in publications { names.append(try Identifier.quoteIdentifier(name)) }
    let version = protoVersion ?? StreamOptions.highestProtoVersion(serverVersion: serverVersion)
    var options = [
      Extra(name: "proto_version", value: String(version)),
      Extra(name: "publication_names", value: names.joined(separator: ",")),
    ]
    if messages { options.append(Extra(name: "messages", value: "true")) }
    if let origin, serverVersion >= 160_000 { options.append(Extra(name: "origin", value: origin)) }
    if let streaming { options.append(Extra(name: "streaming", value: streaming)) }
    if twoPhase { options.append(Extra(name: "two_phase", value: "true")) }
    options.removeAll { option in extra.contains { $0.name == option.name } }
    var parts: [String] = []
    for option in options + extra {
      let name = try Identifier.quoteIdentifier(option.name)
      parts.append("\(name) \(try Identifier.quoteReplicationLiteral(option.value))")
    }
    return "START_REPLICATION SLOT \(try Identifier.quoteIdentifier(slot)) LOGICAL \(position) "
      + "(\(parts.joined(separator: ", ")))"
  }

  /// Throws `42704` when a publication is not there. Before 18 the server says so itself at the first change; from 18 on it
  /// skips the publication with a warning in its log, and the changes with it.
  func checkPublications(on connection: borrowing Connection) throws(PostgresError) {
    guard !extra.contains(where: { $0.name == "publication_names" }) else { return }
    for name in publications {
      // By literal: a walsender takes statements, but not parameters beside them.
      let literal = try Identifier.quoteLiteral(name)
      let rows = try connection.execute("SELECT FROM pg_catalog.pg_publication WHERE pubname = \(literal)")
      guard rows.count == 0 else { continue }
      throw PostgresError(
        .server(.undefinedObject), message: "publication \"\(name)\" does not exist", statement: "START_REPLICATION",
        connection: connection.endpoint,
        hint: "create it, or let publication.autocreate.mode do it; check the database and publication.name")
    }
  }
}
