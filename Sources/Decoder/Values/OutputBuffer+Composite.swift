/// Row types: `(1,"a ""b""",,"")`, where nothing is NULL and `""` the empty text.
///
/// Source: PostgreSQL documentation, 8.16.6 "Composite Type Input and Output Syntax".
extension OutputBuffer {
  mutating func appendComposite(
    _ text: RawSpan, fields: borrowing [ValueShape.Field], depth: Int
  ) throws(ValueError) {
    let length = text.byteCount
    guard length > 0 else { throw ValueError(.empty, at: 0) }
    guard text.byte(0) == UInt8(ascii: "(") else { throw ValueError(.composite, at: 0) }
    append(UInt8(ascii: "{"))
    var cursor = 1
    let list = fields.span
    for index in list.indices {
      if index > 0 {
        guard cursor < length else { throw ValueError(.truncated, at: length) }
        guard text.byte(cursor) == UInt8(ascii: ",") else { throw ValueError(.composite, at: cursor) }
        cursor &+= 1
        append(UInt8(ascii: ","))
      }
      cursor = try appendField(list[index], of: text, at: cursor, depth: depth)
    }
    guard cursor < length else { throw ValueError(.truncated, at: length) }
    guard text.byte(cursor) == UInt8(ascii: ")") else { throw ValueError(.composite, at: cursor) }
    guard cursor &+ 1 == length else { throw ValueError(.trailing, at: cursor &+ 1) }
    append(UInt8(ascii: "}"))
  }

  /// Adds one field with its name; gives the index behind it.
  private mutating func appendField(
    _ field: borrowing ValueShape.Field, of text: RawSpan, at start: Int, depth: Int
  ) throws(ValueError) -> Int {
    append(field.key.span)
    guard start < text.byteCount else { throw ValueError(.truncated, at: start) }
    let part = try QuotedText(
      text, at: start, delimiter: UInt8(ascii: ","), closing: UInt8(ascii: ")"), doubledQuotes: true, code: .composite)
    if !part.isQuoted, part.start == part.end {
      append(literal: "null")
    } else {
      try appendPart(part, of: text, as: field.shape, scalar: field.scalar, depth: depth)
    }
    return part.next
  }
}
