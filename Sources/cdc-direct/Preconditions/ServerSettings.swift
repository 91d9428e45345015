internal import PGReplication

/// Settings of a server that preconditions depend on, as `pg_settings` has them.
struct ServerSettings: Sendable {
  private let values: [String: (setting: String, shown: String)]

  /// Reads those of `names` that this server's version has.
  init(_ names: [String], on connection: borrowing Connection) throws(PostgresError) {
    let rows = try connection.execute(
      "SELECT name, setting, pg_catalog.current_setting(name) FROM pg_catalog.pg_settings "
        + "WHERE name = ANY (pg_catalog.string_to_array($1, ','))", [names.joined(separator: ",")])
    values = Dictionary(rows.rows.map { ($0[0] ?? "", ($0[1] ?? "", $0[2] ?? "")) }) { first, _ in first }
  }

  /// The value in the setting's own unit; nil where the server has no such setting.
  func integer(_ name: String) -> Int64? { values[name].flatMap { Int64($0.setting) } }

  /// The value as SHOW writes it, such as `1GB`.
  func text(_ name: String) -> String { values[name]?.shown ?? "" }
}
