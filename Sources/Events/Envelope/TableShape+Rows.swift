internal import Decoder

/// Which of a change's rows.
enum RowSide { case none, old, new }

extension TableShape {
  /// Adds a row of the value, or null.
  @inline(__always)
  func appendRow(
    _ change: borrowing Change, _ side: RowSide, to buffer: inout OutputBuffer, _ notices: ConversionNotices
  ) {
    guard side != .none else { return buffer.append(literal: "null") }
    let all = columns
    let columns = all.span
    let origin: ValueOrigin = change.operation == .snapshot ? .snapshot : .stream
    buffer.append(UInt8(ascii: "{"))
    for place in columns.indices {
      if place > 0 { buffer.append(UInt8(ascii: ",")) }
      buffer.append(contentsOf: columns[place].converter.key)
      let (index, isIdentity) = (columns[place].index, columns[place].isIdentity)
      if side == .old {
        appendOld(change, index, isIdentity, columns[place].converter, to: &buffer, notices)
      } else {
        appendNew(change, index, isIdentity, columns[place].converter, origin, to: &buffer, notices)
      }
    }
    buffer.append(UInt8(ascii: "}"))
  }

  /// Adds the key's payload.
  func appendKey(
    _ change: borrowing Change, _ side: RowSide, to buffer: inout OutputBuffer, _ notices: ConversionNotices,
    inHeader: Bool = false
  ) {
    let all = inHeader ? headerKey : key
    let columns = all.span
    let origin: ValueOrigin = change.operation == .snapshot ? .snapshot : .stream
    buffer.append(UInt8(ascii: "{"))
    for place in columns.indices {
      if place > 0 { buffer.append(UInt8(ascii: ",")) }
      buffer.append(contentsOf: columns[place].converter.key)
      guard let index = columns[place].index else {
        buffer.append(contentsOf: columns[place].converter.notSent)
        continue
      }
      if side == .old {
        appendOld(change, index, columns[place].isIdentity, columns[place].converter, to: &buffer, notices)
      } else {
        appendNew(change, index, columns[place].isIdentity, columns[place].converter, origin, to: &buffer, notices)
      }
    }
    buffer.append(contentsOf: keyTail)
    buffer.append(UInt8(ascii: "}"))
  }

  @inline(__always)
  private func appendNew(
    _ change: borrowing Change, _ index: Int, _ isIdentity: Bool, _ converter: borrowing ColumnConverter,
    _ origin: ValueOrigin, to buffer: inout OutputBuffer, _ notices: ConversionNotices
  ) {
    guard index < change.new.count else { return buffer.append(contentsOf: converter.null) }
    let cell = change.new[index]
    switch cell.kind {
    case .text, .binary:
      if !converter.append(change.bytes.extracting(cell.range), from: origin, to: &buffer) {
        buffer.append(contentsOf: converter.failed)
        failed(index, notices)
      }
    case .null: buffer.append(contentsOf: converter.schema.isOptional ? converter.null : converter.notSent)
    case .unchangedToast:
      // What the log does not repeat may stand in the old row.
      if change.oldRow == .full || change.oldRow == .identity && isIdentity, index < change.old.count,
        change.old[index].kind == .text
      {
        appendOld(change, index, isIdentity, converter, to: &buffer, notices)
      } else {
        buffer.append(contentsOf: converter.unavailable)
      }
    }
  }

  @inline(__always)
  private func appendOld(
    _ change: borrowing Change, _ index: Int, _ isIdentity: Bool, _ converter: borrowing ColumnConverter,
    to buffer: inout OutputBuffer, _ notices: ConversionNotices
  ) {
    guard index < change.old.count, change.oldRow == .full || isIdentity else {
      return buffer.append(contentsOf: converter.notSent)
    }
    let cell = change.old[index]
    switch cell.kind {
    case .text, .binary:
      if !converter.append(change.bytes.extracting(cell.range), from: .stream, to: &buffer) {
        buffer.append(contentsOf: converter.failed)
        failed(index, notices)
      }
    case .null: buffer.append(contentsOf: converter.null)
    case .unchangedToast: buffer.append(contentsOf: converter.unavailable)
    }
  }

  @inline(never)
  private func failed(_ index: Int, _ notices: ConversionNotices) {
    notices.valueFailed("\(collection).\(plan.relation.columns[index].name)")
  }
}
