/// Arrays: `{1,NULL,"a \"b\""}`, of up to six dimensions, with lower bounds in front where they are not 1.
///
/// Source: PostgreSQL documentation, 8.15.6 "Array Input and Output Syntax".
extension OutputBuffer {
  /// PostgreSQL's own limit, MAXDIM.
  private static var maximumDimensions: Int { 6 }

  mutating func appendArray(
    _ text: RawSpan, of element: borrowing ValueShape, delimiter: UInt8, depth: Int
  ) throws(ValueError) {
    let scalar = element.scalar
    let length = text.byteCount
    var cursor = try OutputBuffer.skipBounds(text)
    var level = 0
    var elementLevel = 0
    repeat {
      guard cursor < length else { throw ValueError(.truncated, at: length) }
      if text.byte(cursor) == UInt8(ascii: "{") {
        guard level < OutputBuffer.maximumDimensions, elementLevel == 0 || level < elementLevel else {
          throw ValueError(.array, at: cursor)
        }
        level &+= 1
        cursor &+= 1
        append(UInt8(ascii: "["))
        guard cursor < length, text.byte(cursor) == UInt8(ascii: "}") else { continue }
      } else {
        if elementLevel == 0 { elementLevel = level }
        guard level > 0, level == elementLevel else { throw ValueError(.array, at: cursor) }
        let part = try QuotedText(
          text, at: cursor, delimiter: delimiter, closing: UInt8(ascii: "}"), doubledQuotes: false, code: .array)
        guard part.isQuoted || part.end > part.start else { throw ValueError(.array, at: cursor) }
        if part.isNull(in: text) {
          append(literal: "null")
        } else {
          try appendPart(part, of: text, as: element, scalar: scalar, depth: depth)
        }
        cursor = part.next
      }
      try closeDimensions(text, delimiter: delimiter, level: &level, cursor: &cursor)
    } while level > 0
    guard cursor == length else { throw ValueError(.trailing, at: cursor) }
  }

  /// Reads what follows an element: closing braces, and a delimiter unless that was the last one.
  @inline(__always)
  private mutating func closeDimensions(
    _ text: RawSpan, delimiter: UInt8, level: inout Int, cursor: inout Int
  ) throws(ValueError) {
    while level > 0 {
      guard cursor < text.byteCount else { throw ValueError(.truncated, at: cursor) }
      let byte = text.byte(cursor)
      guard byte == UInt8(ascii: "}") || byte == delimiter else { throw ValueError(.array, at: cursor) }
      cursor &+= 1
      if byte == delimiter { return append(UInt8(ascii: ",")) }
      append(UInt8(ascii: "]"))
      level &-= 1
    }
  }

  /// The index of the first brace, behind `[0:1][-2:3]=`.
  private static func skipBounds(_ text: RawSpan) throws(ValueError) -> Int {
    guard text.byteCount > 0 else { throw ValueError(.empty, at: 0) }
    guard text.byte(0) == UInt8(ascii: "[") else { return 0 }
    for index in 0..<text.byteCount {
      switch text.byte(index) {
      case UInt8(ascii: "="): return index &+ 1
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ":"),
        UInt8(ascii: "-"), UInt8(ascii: "+"):
        continue
      default: throw ValueError(.array, at: index)
      }
    }
    throw ValueError(.truncated, at: text.byteCount)
  }

  /// int2vector and oidvector: `1 2 3`, where nothing at all is the empty one.
  mutating func appendVector(
    _ text: RawSpan, of element: borrowing ValueShape, depth: Int
  ) throws(ValueError) {
    append(UInt8(ascii: "["))
    let length = text.byteCount
    var start = 0
    while start < length {
      var end = start
      while end < length, text.byte(end) != UInt8(ascii: " ") { end &+= 1 }
      guard end > start, end != length &- 1 else { throw ValueError(.array, at: end) }
      if start > 0 { append(UInt8(ascii: ",")) }
      do {
        try appendNested(text.extracting(start..<end), as: element, depth: depth)
      } catch {
        throw ValueError(error.code, at: start &+ error.offset)
      }
      start = end &+ 1
    }
    append(UInt8(ascii: "]"))
  }
}
