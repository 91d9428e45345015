public import Decoder
internal import Pipeline
internal import WAL

/// Changes that go to `processing_error` instead of the trail.
extension AuditEncoder {
  /// A text field is below 1 GB; a change beyond that keeps its key and loses its images.
  private static var largestPayload: Int { 900_000_000 }

  /// Sets a change aside, whole, as a JSON text.
  @inline(never)
  mutating func quarantine(_ change: borrowing Change, reason: String, code: String) {
    var payload = OutputBuffer(capacity: 1024)
    appendPayload(change, images: true, to: &payload)
    if payload.count > Self.largestPayload {
      payload.clear(retaining: 1024)
      appendPayload(change, images: false, to: &payload)
    }
    quarantinedBytes += payload.count
    batch.quarantined.append(
      QuarantinedChange(
        position: change.position, lsn: change.lsn,
        transaction: transaction.transaction.rawValue == 0 ? nil : transaction.transaction,
        commitTime: transaction.commitTime, schema: change.plan.relation.schema, table: change.plan.relation.name,
        operation: change.operation, payload: payload.withUnsafeBytes { String(decoding: $0, as: UTF8.self) },
        reason: reason, code: code))
  }

  private mutating func appendPayload(_ change: borrowing Change, images: Bool, to buffer: inout OutputBuffer) {
    notes.clear()
    buffer.append(literal: "{\"operation\":\"")
    buffer.append(utf8: change.operation.auditName)
    buffer.append(literal: "\",\"row_key\":")
    if change.hasKey { change.appendKey(to: &buffer, notes: &keyNotes) } else { buffer.append(literal: "null") }
    keyNotes.clear()
    buffer.append(literal: ",\"old_data\":")
    if images && change.hasOld { change.appendOld(to: &buffer, notes: &notes) } else { buffer.append(literal: "null") }
    buffer.append(literal: ",\"new_data\":")
    if images && change.hasNew { change.appendNew(to: &buffer, notes: &notes) } else { buffer.append(literal: "null") }
    if !images { buffer.append(literal: ",\"images_omitted\":true") }
    appendChangedJSON(change, to: &buffer)
    buffer.append(literal: ",\"change_user\":")
    if let user = context?.user { buffer.appendJSONString(user) } else { buffer.append(literal: "null") }
    buffer.append(literal: ",\"context\":")
    buffer.append(utf8: context?.json ?? "null")
    buffer.append(literal: ",\"source_metadata\":")
    if notes.isEmpty && change.operation != .truncate {
      buffer.append(literal: "null")
    } else {
      Self.appendMetadataJSON(change, notes, to: &buffer)
    }
    buffer.append(UInt8(ascii: "}"))
  }

  private func appendChangedJSON(_ change: borrowing Change, to buffer: inout OutputBuffer) {
    buffer.append(literal: ",\"changed_columns\":")
    guard change.operation == .update, change.oldRow == .full else { return buffer.append(literal: "null") }
    buffer.append(UInt8(ascii: "["))
    let start = buffer.count
    let plan = change.plan
    for index in plan.columns.indices where plan.columns[index].isCaptured && change.isChanged(index) == true {
      if buffer.count > start { buffer.append(UInt8(ascii: ",")) }
      buffer.appendJSONString(plan.relation.columns[index].name)
    }
    buffer.append(UInt8(ascii: "]"))
  }
}

extension Change.Operation {
  /// The value of `operation_type`.
  public var auditName: String {
    switch self {
    case .insert: "INSERT"
    case .update: "UPDATE"
    case .delete: "DELETE"
    case .truncate: "TRUNCATE"
    case .snapshot: "SNAPSHOT"
    }
  }
}
