/// hstore: `"a"=>"1", "b"=>NULL`, an object of strings and nulls.
///
/// Source: PostgreSQL documentation, F.18.1 "hstore External Representation".
extension OutputBuffer {
  mutating func appendHstore(_ text: RawSpan) throws(ValueError) {
    append(UInt8(ascii: "{"))
    let length = text.byteCount
    var cursor = 0
    while cursor < length {
      if cursor > 0 {
        cursor = try OutputBuffer.expect(UInt8(ascii: ","), then: UInt8(ascii: " "), in: text, at: cursor)
        append(UInt8(ascii: ","))
      }
      cursor = try appendWord(of: text, at: cursor)
      cursor = try OutputBuffer.expect(UInt8(ascii: "="), then: UInt8(ascii: ">"), in: text, at: cursor)
      append(UInt8(ascii: ":"))
      if length &- cursor >= 4, text.byte(cursor) == UInt8(ascii: "N") {
        let word = unsafe text.unsafeLoadUnaligned(fromByteOffset: cursor, as: UInt32.self)
        guard word.bigEndian == 0x4E55_4C4C else { throw ValueError(.hstore, at: cursor) }
        append(literal: "null")
        cursor &+= 4
      } else {
        cursor = try appendWord(of: text, at: cursor)
      }
    }
    append(UInt8(ascii: "}"))
  }

  /// Adds a quoted key or value; gives the index behind it.
  private mutating func appendWord(of text: RawSpan, at start: Int) throws(ValueError) -> Int {
    guard start < text.byteCount else { throw ValueError(.truncated, at: start) }
    guard text.byte(start) == UInt8(ascii: "\"") else { throw ValueError(.hstore, at: start) }
    let part = try QuotedText(text, at: start, delimiter: 0, closing: 0, doubledQuotes: false, code: .hstore)
    let own = text.extracting(part.start..<part.end)
    if part.isEscaped { appendUnquotedJSONString(own) } else { appendJSONString(own) }
    return part.next
  }

  /// Reads two fixed bytes; gives the index behind them.
  private static func expect(
    _ first: UInt8, then second: UInt8, in text: RawSpan, at start: Int
  ) throws(ValueError) -> Int {
    guard text.byteCount &- start >= 2 else { throw ValueError(.truncated, at: text.byteCount) }
    guard text.byte(start) == first, text.byte(start &+ 1) == second else { throw ValueError(.hstore, at: start) }
    return start &+ 2
  }
}
