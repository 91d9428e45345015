internal import PGReplication

/// The queries that read a table chunk by chunk in the order of its key.
///
/// Rows whose key holds NULL, as a surrogate key may, come last, as PostgreSQL orders them.
struct ChunkQuery {
  /// `"schema"."table"`.
  let table: String
  /// What each row shows, comma-separated.
  let projection: String
  /// The key's columns, quoted, in order, and whether they can be NULL.
  let key: [(name: String, isNullable: Bool)]
  /// A further condition; nil for all rows.
  let condition: String?

  /// The greatest key.
  var maximum: String {
    let names = key.map(\.name)
    let filter = condition.map { " WHERE (\($0))" } ?? ""
    let order = names.map { "\($0) DESC" }.joined(separator: ", ")
    return "SELECT \(names.joined(separator: ", ")) FROM \(table)\(filter) ORDER BY \(order) LIMIT 1"
  }

  /// The rows after a key, or the first ones without it.
  func rows(after position: ChunkKey?, through maximum: ChunkKey, limit: Int) throws(PostgresError) -> String {
    var conditions: [String] = []
    if let position {
      conditions = [try isGreater(than: position), "NOT \(try isGreater(than: maximum))"]
    }
    if let condition { conditions.append("(\(condition))") }
    let filter = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
    let order = key.map(\.name).joined(separator: ", ")
    return "SELECT \(projection) FROM \(table)\(filter) ORDER BY \(order) LIMIT \(limit)"
  }

  /// Greater in the first column that differs. A row comparison would be unknown where there are NULLs, and false.
  private func isGreater(than values: ChunkKey) throws(PostgresError) -> String {
    guard values.count == key.count else { return "(false)" }
    guard key.count == 1 || key.contains(where: \.isNullable) else {
      var literals: [String] = []
      for value in values { literals.append(try literal(value)) }
      return "(ROW(\(key.map(\.name).joined(separator: ", "))) > ROW(\(literals.joined(separator: ", "))))"
    }
    var alternatives: [String] = []
    for last in key.indices {
      var parts: [String] = []
      for place in 0..<last { parts.append(try equal(key[place].name, values[place])) }
      parts.append(try greater(key[last], values[last]))
      alternatives.append("(" + parts.joined(separator: " AND ") + ")")
    }
    return "(" + alternatives.joined(separator: " OR ") + ")"
  }

  private func equal(_ name: String, _ value: String?) throws(PostgresError) -> String {
    value == nil ? "\(name) IS NULL" : "\(name) = \(try literal(value))"
  }

  private func greater(_ column: (name: String, isNullable: Bool), _ value: String?) throws(PostgresError) -> String {
    guard value != nil else { return "false" }
    let comparison = "\(column.name) > \(try literal(value))"
    return column.isNullable ? "(\(comparison) OR \(column.name) IS NULL)" : comparison
  }

  private func literal(_ value: String?) throws(PostgresError) -> String {
    guard let value else { return "NULL" }
    return try Identifier.quoteLiteral(value)
  }
}
