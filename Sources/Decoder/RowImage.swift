/// What a row image could not say in its JSON: columns by their place, collected while it is rendered.
public struct RowNotes: Sendable {
  /// Columns whose unchanged out-of-line value PostgreSQL did not send; they are absent from the image.
  public internal(set) var unchangedToast: [Int] = []
  /// Columns whose value was not in the text form that its type's catalogue entry promised, so that it is recorded
  /// as a JSON string of the text PostgreSQL sent. Seen when a type changes between the change and its reading.
  public internal(set) var recordedAsText: [Int] = []

  /// No notes.
  public init() {}

  /// Forgets all, keeping the room.
  public mutating func clear() {
    unchangedToast.removeAll(keepingCapacity: true)
    recordedAsText.removeAll(keepingCapacity: true)
  }

  /// Whether nothing was noted.
  public var isEmpty: Bool { unchangedToast.isEmpty && recordedAsText.isEmpty }
}

extension Change {
  /// Whether there is a row after the change; that of a table without columns is an empty one.
  public var hasNew: Bool {
    switch operation {
    case .insert, .update, .snapshot: true
    case .delete, .truncate: false
    }
  }

  /// Whether PostgreSQL sent anything of the row before the change.
  public var hasOld: Bool { oldRow != .absent }

  /// Writes the row after the change as `to_jsonb` gives it on the source. An unchanged out-of-line value is taken
  /// from the old row where that holds it; else the column is left out and noted.
  public func appendNew(to buffer: inout OutputBuffer, notes: inout RowNotes) {
    let all = plan.columns
    let columns = all.span
    buffer.append(UInt8(ascii: "{"))
    let start = buffer.count
    for index in columns.indices where index < new.count && columns[index].isCaptured {
      let cell = newCell(index, columns[index])
      if cell.kind == .unchangedToast {
        notes.unchangedToast.append(index)
      } else {
        append(cell, index, columns[index], first: buffer.count == start, to: &buffer, notes: &notes)
      }
    }
    buffer.append(UInt8(ascii: "}"))
  }

  /// Writes what PostgreSQL sent of the row before the change: the identity's columns, or the whole row under
  /// REPLICA IDENTITY FULL. A column that was not sent is absent, never null.
  public func appendOld(to buffer: inout OutputBuffer, notes: inout RowNotes) {
    let all = plan.columns
    let columns = all.span
    buffer.append(UInt8(ascii: "{"))
    let start = buffer.count
    for index in columns.indices where index < old.count {
      let column = columns[index]
      guard column.isCaptured, wasSent(old[index], column) else { continue }
      append(old[index], index, column, first: buffer.count == start, to: &buffer, notes: &notes)
    }
    buffer.append(UInt8(ascii: "}"))
  }

  /// Whether the row's key can be told: there is one, and each of its columns was sent. A delete's old row lacks them
  /// where the replica identity is another index.
  public var hasKey: Bool {
    let all = plan.columns
    let columns = all.span
    for index in plan.key {
      guard let cell = keyCell(index, columns[index]), cell.kind != .unchangedToast else { return false }
    }
    return !plan.key.isEmpty
  }

  /// Writes the row's key: the new one, or the old one of a delete.
  public func appendKey(to buffer: inout OutputBuffer, notes: inout RowNotes) {
    let all = plan.columns
    let columns = all.span
    buffer.append(UInt8(ascii: "{"))
    let start = buffer.count
    for index in plan.key {
      guard let cell = keyCell(index, columns[index]), cell.kind != .unchangedToast else { continue }
      append(cell, index, columns[index], first: buffer.count == start, to: &buffer, notes: &notes)
    }
    buffer.append(UInt8(ascii: "}"))
  }

  /// Whether the update gave the column another value; nil where the old value was not sent.
  public func isChanged(_ index: Int) -> Bool? {
    guard index < new.count, index < old.count, wasSent(old[index], plan.columns[index]) else { return nil }
    let before = old[index]
    let after = new[index]
    if after.kind == .unchangedToast { return false }
    if before.kind != after.kind || before.count != after.count { return true }
    return before.count > 0 && !bytes.equal(before.range, after.range)
  }

  /// With the identity PostgreSQL sends its out-of-line values, changed or not.
  private func newCell(_ index: Int, _ column: RelationPlan.Column) -> Cell {
    let cell = new[index]
    guard cell.kind == .unchangedToast, let before = oldCell(index, column) else { return cell }
    return before
  }

  private func keyCell(_ index: Int, _ column: RelationPlan.Column) -> Cell? {
    guard hasNew else { return oldCell(index, column) }
    return index < new.count ? newCell(index, column) : nil
  }

  private func oldCell(_ index: Int, _ column: RelationPlan.Column) -> Cell? {
    guard index < old.count, wasSent(old[index], column) else { return nil }
    return old[index]
  }

  private func wasSent(_ cell: Cell, _ column: RelationPlan.Column) -> Bool {
    cell.kind != .unchangedToast && (oldRow == .full || column.isIdentity)
  }

  @inline(__always)
  private func append(
    _ cell: Cell, _ index: Int, _ column: RelationPlan.Column, first: Bool, to buffer: inout OutputBuffer,
    notes: inout RowNotes
  ) {
    if !first { buffer.append(UInt8(ascii: ",")) }
    let keys = plan.keys
    let key = Int(column.keyStart)..<(Int(column.keyStart) + Int(column.keyCount))
    buffer.append(unsafe keys.span.bytes.extracting(key))
    guard cell.kind != .null else { return buffer.append(literal: "null") }
    let value = bytes.extracting(cell.range)
    let start = buffer.count
    do throws(ValueError) {
      if column.shape < 0 {
        try buffer.appendJSON(value, as: column.scalar)
      } else {
        try buffer.appendJSON(value, as: plan.shapes[Int(column.shape)])
      }
    } catch {
      buffer.truncate(to: start)
      buffer.appendJSONString(value)
      notes.recordedAsText.append(index)
    }
  }
}

extension RawSpan {
  /// Whether two ranges of the same length hold the same bytes; eight at a time.
  fileprivate func equal(_ a: Range<Int>, _ b: Range<Int>) -> Bool {
    let left = extracting(a)
    let right = extracting(b)
    var offset = 0
    while left.byteCount &- offset >= 8 {
      let difference =
        unsafe left.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
        ^ right.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
      if difference != 0 { return false }
      offset &+= 8
    }
    while offset < left.byteCount {
      if left.byte(offset) != right.byte(offset) { return false }
      offset &+= 1
    }
    return true
  }
}
