/// Which changes of the trail are asked for; what is left out does not restrict.
public struct TrailFilter: Sendable, Hashable {
  /// The tables' schema.
  public var schema: String?
  /// The table's name, in any schema unless `schema` says which.
  public var table: String?
  /// `INSERT`, `UPDATE`, `DELETE`, `TRUNCATE`, `SNAPSHOT`; empty for all.
  public var operations: [String] = []
  /// Changes committed at this moment or later, in any form that PostgreSQL reads as `timestamptz`.
  public var from: String?
  /// Changes committed before this moment.
  public var to: String?
  /// The application's user, from `cdc.context`.
  public var user: String?
  /// The source transaction's identifier.
  public var transaction: UInt32?
  /// The row's key as a JSON object, for example `{"id": 7}`.
  public var key: String?
  /// At most so many changes.
  public var limit = 100
  /// Newest first; otherwise oldest first.
  public var newestFirst = true

  /// Everything, the newest hundred.
  public init() {}

  /// The condition of a WHERE, and what stands beside it as parameters.
  func condition() -> (sql: String, parameters: [String?]) {
    var terms: [String] = []
    var parameters: [String?] = []
    func add(_ value: String?, _ term: (String) -> String) {
      guard let value else { return }
      parameters.append(value)
      terms.append(term("$\(parameters.count)"))
    }
    add(schema) { "source_schema = \($0)" }
    add(table) { "source_table = \($0)" }
    if !operations.isEmpty {
      add(operations.map { $0.uppercased() }.joined(separator: ",")) {
        "operation_type = ANY (pg_catalog.string_to_array(\($0), ','))"
      }
    }
    add(from) { "change_timestamp >= \($0)::timestamptz" }
    add(to) { "change_timestamp < \($0)::timestamptz" }
    add(user) { "change_user = \($0)" }
    add(transaction.map { String($0) }) { "transaction_id = \($0)::bigint" }
    // The index holds the key's hash; the key itself decides.
    add(key) {
      "pg_catalog.jsonb_hash_extended(row_key, 0) = pg_catalog.jsonb_hash_extended(\($0)::jsonb, 0) "
        + "AND row_key = \($0)::jsonb"
    }
    return (terms.isEmpty ? "true" : terms.joined(separator: " AND "), parameters)
  }
}
