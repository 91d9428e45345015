internal import PGReplication

/// A change that was set aside, as `processing_error` has it. Times are the server's text, in UTC.
public struct StoredError: Sendable, Hashable {
  /// `id`.
  public let id: Int64
  /// `source_id`.
  public let sourceID: Int32
  /// `commit_lsn` and `ordinal`.
  public let position: String
  /// `change_timestamp`.
  public let changeTimestamp: String
  /// `transaction_id`.
  public let transaction: String?
  /// `source_schema`.
  public let schema: String
  /// `source_table`.
  public let table: String
  /// `operation_type`.
  public let operation: String
  /// `sink`: who could not store it, `audit` or `kafka`.
  public let sink: String
  /// `payload`: the change, or for `kafka` the record, as a JSON text; row data.
  public let payload: String
  /// `code`: the SQLSTATE.
  public let code: String
  /// `reason`.
  public let reason: String
  /// `open`, `retried` or `resolved`.
  public let status: String
  /// How often it was tried again.
  public let attempts: Int
  /// `note`.
  public let note: String?
  /// `created_at`.
  public let createdAt: String
  /// `resolved_at`.
  public let resolvedAt: String?

  init(_ rows: Rows, _ row: Int) {
    func text(_ column: String) -> String { rows[row, column] ?? "" }
    id = Int64(text("id")) ?? 0
    sourceID = Int32(text("source_id")) ?? 0
    position = text("commit_lsn") + "#" + text("ordinal")
    changeTimestamp = text("change_timestamp")
    transaction = rows[row, "transaction_id"]
    schema = text("source_schema")
    table = text("source_table")
    operation = text("operation_type")
    sink = text("sink")
    payload = text("payload")
    code = text("code")
    reason = text("reason")
    status = text("status")
    attempts = Int(text("attempts")) ?? 0
    note = rows[row, "note"]
    createdAt = text("created_at")
    resolvedAt = rows[row, "resolved_at"]
  }
}
