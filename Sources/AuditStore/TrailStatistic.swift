internal import PGReplication

/// How often one operation happened to one table.
public struct TrailStatistic: Sendable, Hashable {
  /// The table's schema.
  public let schema: String
  /// The table.
  public let table: String
  /// `INSERT`, `UPDATE`, `DELETE`, `TRUNCATE` or `SNAPSHOT`.
  public let operation: String
  /// How many changes.
  public let changes: Int64
  /// How many source transactions they belong to.
  public let transactions: Int64
  /// The first one's commit time, in UTC.
  public let first: String
  /// The last one's commit time, in UTC.
  public let last: String

  init(_ rows: Rows, _ row: Int) {
    func text(_ column: String) -> String { rows[row, column] ?? "" }
    schema = text("source_schema")
    table = text("source_table")
    operation = text("operation_type")
    changes = Int64(text("changes")) ?? 0
    transactions = Int64(text("transactions")) ?? 0
    first = text("first")
    last = text("last")
  }
}
