internal import Decoder
internal import Pipeline

/// The change's own columns: key, rows before and after, changed columns, metadata.
extension AuditEncoder {
  /// Adds the row images and what is said about them; false when one is too large for PostgreSQL.
  @inline(__always)
  mutating func appendImages(_ change: borrowing Change) -> Bool {
    if !notes.isEmpty { notes.clear() }
    var fits = true
    if change.hasKey {
      let start = batch.bytes.beginJSONB()
      change.appendKey(to: &batch.bytes, notes: &keyNotes)
      // The same columns are noted again by the row's image.
      if !keyNotes.isEmpty { keyNotes.clear() }
      fits = batch.bytes.endField(start)
    } else {
      batch.bytes.appendNullField()
    }
    if change.hasOld {
      let start = batch.bytes.beginJSONB()
      change.appendOld(to: &batch.bytes, notes: &notes)
      if !batch.bytes.endField(start) { fits = false }
    } else {
      batch.bytes.appendNullField()
    }
    if change.hasNew {
      let start = batch.bytes.beginJSONB()
      change.appendNew(to: &batch.bytes, notes: &notes)
      if !batch.bytes.endField(start) { fits = false }
    } else {
      batch.bytes.appendNullField()
    }
    imagesEnd = batch.bytes.count
    appendChangedColumns(change)
    appendMetadata(change)
    return fits
  }

  /// `changed_columns` is known only when the whole old row was sent.
  @inline(__always)
  private mutating func appendChangedColumns(_ change: borrowing Change) {
    guard change.operation == .update, change.oldRow == .full else { return batch.bytes.appendNullField() }
    appendChangedNames(change)
  }

  /// A one-dimensional `text[]` in its binary form.
  @inline(never)
  private mutating func appendChangedNames(_ change: borrowing Change) {
    let start = batch.bytes.beginField()
    batch.bytes.appendBigEndian(Int32(1))  // dimensions
    batch.bytes.appendBigEndian(Int32(0))  // no nulls
    batch.bytes.appendBigEndian(Int32(25))  // text
    let size = batch.bytes.beginField()
    batch.bytes.appendBigEndian(Int32(1))  // lower bound
    var count: Int32 = 0
    let plan = change.plan
    for index in plan.columns.indices where plan.columns[index].isCaptured && change.isChanged(index) == true {
      batch.bytes.appendField(text: plan.relation.columns[index].name)
      count &+= 1
    }
    if count == 0 {
      // An empty array has no dimensions.
      batch.bytes.truncate(to: start + 4)
      batch.bytes.appendBigEndian(Int32(0))
      batch.bytes.appendBigEndian(Int32(0))
      batch.bytes.appendBigEndian(Int32(25))
    } else {
      batch.bytes.overwriteBigEndian(count, at: size)
    }
    batch.bytes.endField(start)
  }

  @inline(__always)
  private mutating func appendMetadata(_ change: borrowing Change) {
    if notes.isEmpty && change.operation != .truncate { return batch.bytes.appendNullField() }
    let start = batch.bytes.beginJSONB()
    Self.appendMetadataJSON(change, notes, to: &batch.bytes)
    batch.bytes.endField(start)
  }

  /// What the images could not say, or a TRUNCATE's options.
  @inline(never)
  static func appendMetadataJSON(_ change: borrowing Change, _ notes: RowNotes, to buffer: inout OutputBuffer) {
    if change.operation == .truncate {
      buffer.append(literal: "{\"cascade\":")
      buffer.append(literal: change.truncate.contains(.cascade) ? "true" : "false")
      buffer.append(literal: ",\"restart_identity\":")
      buffer.append(literal: change.truncate.contains(.restartIdentity) ? "true" : "false")
      return buffer.append(UInt8(ascii: "}"))
    }
    buffer.append(UInt8(ascii: "{"))
    appendNames("\"unchanged_toast\":[", notes.unchangedToast, change.plan, to: &buffer)
    if !notes.unchangedToast.isEmpty && !notes.recordedAsText.isEmpty { buffer.append(UInt8(ascii: ",")) }
    appendNames("\"recorded_as_text\":[", notes.recordedAsText, change.plan, to: &buffer)
    buffer.append(UInt8(ascii: "}"))
  }

  private static func appendNames(
    _ key: StaticString, _ places: [Int], _ plan: RelationPlan, to buffer: inout OutputBuffer
  ) {
    guard !places.isEmpty else { return }
    buffer.append(literal: key)
    var first = true
    // The old row and the new one may both have noted a column.
    for (offset, place) in places.enumerated() where !places[..<offset].contains(place) {
      if !first { buffer.append(UInt8(ascii: ",")) }
      first = false
      buffer.appendJSONString(plan.relation.columns[place].name)
    }
    buffer.append(UInt8(ascii: "]"))
  }
}
