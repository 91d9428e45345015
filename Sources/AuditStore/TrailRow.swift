internal import Decoder
internal import PGReplication

/// One change as the trail has it. Times and JSON are the server's text.
public struct TrailRow: Sendable, Hashable {
  /// `id`.
  public let id: Int64
  /// `source_id`.
  public let sourceID: Int32
  /// `source_schema`.
  public let schema: String
  /// `source_table`.
  public let table: String
  /// `operation_type`.
  public let operation: String
  /// `change_timestamp`: when it was committed, ISO form in UTC.
  public let changeTimestamp: String
  /// `transaction_id`; nil for rows of a snapshot.
  public let transaction: String?
  /// `commit_lsn`.
  public let commitLSN: String
  /// `lsn`.
  public let lsn: String
  /// `ordinal`.
  public let ordinal: Int64
  /// `row_key`, JSON.
  public let rowKey: String?
  /// `old_data`, JSON.
  public let oldData: String?
  /// `new_data`, JSON.
  public let newData: String?
  /// `changed_columns` as a JSON array.
  public let changedColumns: String?
  /// `change_user`.
  public let user: String?
  /// `context`, JSON.
  public let context: String?
  /// `source_metadata`, JSON.
  public let sourceMetadata: String?
  /// `recorded_at`, ISO form in UTC.
  public let recordedAt: String

  static let columns = """
    id, source_id, source_schema, source_table, operation_type, change_timestamp, transaction_id, commit_lsn, lsn, ordinal, \
    row_key, old_data, new_data, pg_catalog.array_to_json(changed_columns) AS changed_columns, change_user, context, \
    source_metadata, recorded_at
    """

  init(_ rows: Rows, _ row: Int) {
    func text(_ column: String) -> String { rows[row, column] ?? "" }
    id = Int64(text("id")) ?? 0
    sourceID = Int32(text("source_id")) ?? 0
    schema = text("source_schema")
    table = text("source_table")
    operation = text("operation_type")
    changeTimestamp = text("change_timestamp")
    transaction = rows[row, "transaction_id"]
    commitLSN = text("commit_lsn")
    lsn = text("lsn")
    ordinal = Int64(text("ordinal")) ?? 0
    rowKey = rows[row, "row_key"]
    oldData = rows[row, "old_data"]
    newData = rows[row, "new_data"]
    changedColumns = rows[row, "changed_columns"]
    user = rows[row, "change_user"]
    context = rows[row, "context"]
    sourceMetadata = rows[row, "source_metadata"]
    recordedAt = text("recorded_at")
  }

  /// Column names and values in the table's order, with whether a value is JSON or a number already: for any output form.
  public var fields: [(name: String, value: String?, isJSON: Bool)] {
    [
      ("id", String(id), true), ("source_id", String(sourceID), true), ("source_schema", schema, false),
      ("source_table", table, false), ("operation_type", operation, false),
      ("change_timestamp", changeTimestamp, false),
      ("transaction_id", transaction, true), ("commit_lsn", commitLSN, false), ("lsn", lsn, false),
      ("ordinal", String(ordinal), true), ("row_key", rowKey, true), ("old_data", oldData, true),
      ("new_data", newData, true), ("changed_columns", changedColumns, true), ("change_user", user, false),
      ("context", context, true), ("source_metadata", sourceMetadata, true), ("recorded_at", recordedAt, false),
    ]
  }

  /// The change as one JSON object on one line.
  public var json: String {
    var buffer = OutputBuffer(capacity: 1024)
    for (place, field) in fields.enumerated() {
      buffer.append(UInt8(ascii: place == 0 ? "{" : ","))
      buffer.appendJSONString(field.name)
      buffer.append(UInt8(ascii: ":"))
      if let value = field.value, !field.isJSON {
        buffer.appendJSONString(value)
      } else {
        buffer.append(utf8: field.value ?? "null")
      }
    }
    buffer.append(UInt8(ascii: "}"))
    return buffer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }
}
