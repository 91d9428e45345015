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
    append(row, change, side, to: &buffer, notices)
    buffer.append(UInt8(ascii: "}"))
  }

  /// Adds the key's payload.
  @inline(__always)
  func appendKey(
    _ change: borrowing Change, _ side: RowSide, to buffer: inout OutputBuffer, _ notices: ConversionNotices,
    inHeader: Bool = false
  ) {
    append(inHeader ? headerKey : key, change, side, to: &buffer, notices)
    if !keyTail.isEmpty { buffer.append(contentsOf: keyTail) }
    buffer.append(UInt8(ascii: "}"))
  }

  private func append(
    _ layout: FieldLayout, _ change: borrowing Change, _ side: RowSide, to buffer: inout OutputBuffer,
    _ notices: ConversionNotices
  ) {
    let (all, texts) = (layout.fields, layout.names)
    let fields = all.span
    let names = texts.span.bytes
    buffer.append(UInt8(ascii: "{"))
    for place in fields.indices {
      let field = fields[place]
      buffer.append(names.extracting(field.nameStart..<field.nameEnd))
      if field.shortcut != .none, field.index >= 0 {
        let start = buffer.count
        if side == .new {
          if field.index < change.new.count, change.new[field.index].kind == .text,
            field.shortcut.append(change.bytes.extracting(change.new[field.index].range), to: &buffer)
          {
            continue
          }
        } else if change.oldRow == .full || field.isIdentity, field.index < change.old.count,
          change.old[field.index].kind == .text,
          field.shortcut.append(change.bytes.extracting(change.old[field.index].range), to: &buffer)
        {
          continue
        }
        buffer.truncate(to: start)
      }
      appendOther(field, layout.converters[place], change, side, to: &buffer, notices)
    }
  }

  /// Whether the columns that show their default in place of null are null in both rows or in none.
  func hasSameNulls(_ change: borrowing Change) -> Bool {
    for (field, converter) in zip(row.fields, row.converters) where converter.null == converter.schema.defaultText {
      let isKnown = field.index < change.old.count && (change.oldRow == .full || field.isIdentity)
      let wasNull = !isKnown || change.old[field.index].kind == .null
      let isNull = field.index >= change.new.count || change.new[field.index].kind == .null
      if wasNull != isNull { return false }
    }
    return true
  }

  /// What has no shortcut: rare types, nulls, what was not sent.
  @inline(never)
  private func appendOther(
    _ field: FieldLayout.Field, _ converter: ColumnConverter, _ change: borrowing Change, _ side: RowSide,
    to buffer: inout OutputBuffer, _ notices: ConversionNotices
  ) {
    guard field.index >= 0 else { return buffer.append(contentsOf: converter.notSent) }
    guard side == .new else { return appendOld(field, converter, change, to: &buffer, notices) }
    guard field.index < change.new.count else { return buffer.append(contentsOf: converter.null) }
    let cell = change.new[field.index]
    switch cell.kind {
    case .text, .binary:
      let origin: ValueOrigin = change.operation == .snapshot ? .snapshot : .stream
      if !converter.append(change.bytes.extracting(cell.range), from: origin, to: &buffer) {
        failed(field, converter, to: &buffer, notices)
      }
    case .null: buffer.append(contentsOf: converter.schema.isOptional ? converter.null : converter.notSent)
    case .unchangedToast:
      // What the log does not repeat may stand in the old row.
      let isKnown = change.oldRow == .full || change.oldRow == .identity && field.isIdentity
      if isKnown, field.index < change.old.count, change.old[field.index].kind == .text {
        appendOld(field, converter, change, to: &buffer, notices)
      } else {
        buffer.append(contentsOf: converter.unavailable)
      }
    }
  }

  private func appendOld(
    _ field: FieldLayout.Field, _ converter: ColumnConverter, _ change: borrowing Change, to buffer: inout OutputBuffer,
    _ notices: ConversionNotices
  ) {
    guard field.index < change.old.count, change.oldRow == .full || field.isIdentity else {
      return buffer.append(contentsOf: converter.notSent)
    }
    let cell = change.old[field.index]
    switch cell.kind {
    case .text, .binary:
      if !converter.append(change.bytes.extracting(cell.range), from: .stream, to: &buffer) {
        failed(field, converter, to: &buffer, notices)
      }
    case .null: buffer.append(contentsOf: converter.null)
    case .unchangedToast: buffer.append(contentsOf: converter.unavailable)
    }
  }

  @inline(never)
  private func failed(
    _ field: FieldLayout.Field, _ converter: ColumnConverter, to buffer: inout OutputBuffer,
    _ notices: ConversionNotices
  ) {
    buffer.append(contentsOf: converter.failed)
    notices.valueFailed("\(collection).\(plan.relation.columns[field.index].name)")
  }
}
