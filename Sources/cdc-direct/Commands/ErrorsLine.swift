internal import ArgumentParser
internal import AuditStore

/// A set-aside change for programs.
struct ErrorLine: Encodable {
  private let id: Int64
  private let sourceId: Int32
  private let status, sink, position, changeTimestamp, sourceSchema, sourceTable, operationType, code, reason: String
  private let attempts: Int
  private let createdAt: String
  private let transactionId, note, resolvedAt, payload: String?

  init(_ error: StoredError) { self.init(error, withPayload: false) }

  /// - Parameter withPayload: whether the row data goes with it.
  init(_ error: StoredError, withPayload: Bool) {
    id = error.id
    sourceId = error.sourceID
    status = error.status
    sink = error.sink
    position = error.position
    changeTimestamp = error.changeTimestamp
    sourceSchema = error.schema
    sourceTable = error.table
    operationType = error.operation
    code = error.code
    reason = error.reason
    attempts = error.attempts
    createdAt = error.createdAt
    transactionId = error.transaction
    note = error.note
    resolvedAt = error.resolvedAt
    payload = withPayload ? error.payload : nil
  }

  /// Names and values, what is absent left out.
  var fields: [(name: String, value: String)] {
    let all: [(String, String?)] = [
      ("id", "\(id)"), ("status", status), ("sink", sink), ("reason", reason), ("code", code),
      ("source_schema", sourceSchema),
      ("source_table", sourceTable), ("operation_type", operationType), ("change_timestamp", changeTimestamp),
      ("transaction_id", transactionId), ("position", position), ("source_id", "\(sourceId)"),
      ("attempts", "\(attempts)"), ("created_at", createdAt), ("resolved_at", resolvedAt), ("note", note),
      ("payload", payload),
    ]
    return all.compactMap { name, value in value.map { (name, $0) } }
  }
}

/// A number that no set-aside change has.
enum ErrorNumber {
  /// Says so and ends with 1.
  static func unknown(_ id: Int64) -> any Error {
    Terminal.error("cdc-direct: there is no open error \(id); cdc-direct errors list --status all shows them")
    return ExitCode(1)
  }
}
