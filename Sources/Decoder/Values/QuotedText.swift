/// One element of an array, field of a row or word of an hstore: where its text lies, and whether it must be unquoted.
struct QuotedText {
  /// Index of the first byte, behind an opening quote.
  let start: Int
  /// Index behind the last byte, before a closing quote.
  let end: Int
  /// Index at which reading goes on, behind a closing quote.
  let next: Int
  /// Whether quotes stand around it.
  let isQuoted: Bool
  /// Whether a backslash or a doubled quote is in it.
  let isEscaped: Bool

  /// Reads from `index`, which must be in bounds, to the closing quote, or without one to `delimiter` or `closing`.
  ///
  /// - Parameter doubledQuotes: whether `""` inside of quotes stands for one quote, as in rows.
  @inline(__always)
  init(
    _ text: RawSpan, at index: Int, delimiter: UInt8, closing: UInt8, doubledQuotes: Bool, code: ValueError.Code
  ) throws(ValueError) {
    let quoted = text.byte(index) == UInt8(ascii: "\"")
    var cursor = quoted ? index &+ 1 : index
    var escaped = false
    start = cursor
    isQuoted = quoted
    let length = text.byteCount
    while cursor < length {
      let byte = text.byte(cursor)
      if byte == UInt8(ascii: "\\") {
        escaped = true
        cursor &+= 2
      } else if quoted {
        if byte != UInt8(ascii: "\"") {
          cursor &+= 1
        } else if doubledQuotes, cursor &+ 1 < length, text.byte(cursor &+ 1) == byte {
          escaped = true
          cursor &+= 2
        } else {
          break
        }
      } else {
        if byte == delimiter || byte == closing { break }
        // An array quotes elements with braces, a row does not.
        guard byte != UInt8(ascii: "\""), doubledQuotes || byte != UInt8(ascii: "{") else {
          throw ValueError(code, at: cursor)
        }
        cursor &+= 1
      }
    }
    guard cursor < length else { throw ValueError(.truncated, at: length) }
    end = cursor
    isEscaped = escaped
    next = quoted ? cursor &+ 1 : cursor
  }

  /// Whether this is the word NULL, which quotes make a text.
  @inline(__always)
  func isNull(in text: RawSpan) -> Bool {
    guard !isQuoted, end &- start == 4 else { return false }
    let word = unsafe text.unsafeLoadUnaligned(fromByteOffset: start, as: UInt32.self)
    return word.bigEndian & 0xDFDF_DFDF == 0x4E55_4C4C
  }
}

extension OutputBuffer {
  /// Adds a part of a container's text as the JSON of `shape`.
  ///
  /// Most parts need no unquoting: their bytes are rendered where they lie. A text is unquoted on its way into the JSON
  /// string. Only what must be read a second time (a row or an array with quotes of its own) is copied first.
  @inline(__always)
  mutating func appendPart(
    _ part: QuotedText, of text: RawSpan, as shape: borrowing ValueShape, scalar: ScalarKind?, depth: Int
  ) throws(ValueError) {
    let own = text.extracting(part.start..<part.end)
    do {
      if let scalar {
        if !part.isEscaped {
          try appendJSON(own, as: scalar)
        } else if scalar == .text {
          appendUnquotedJSONString(own)
        } else {
          try appendUnquoted(own, as: shape, depth: depth)
        }
      } else if part.isEscaped {
        try appendUnquoted(own, as: shape, depth: depth)
      } else {
        try appendNested(own, as: shape, depth: depth)
      }
    } catch {
      throw ValueError(error.code, at: part.isEscaped ? part.start : part.start &+ error.offset)
    }
  }

  /// Copies a part without its quoting, then renders the copy.
  @inline(never)
  private mutating func appendUnquoted(
    _ text: RawSpan, as shape: borrowing ValueShape, depth: Int
  ) throws(ValueError) {
    var plain = OutputBuffer(capacity: text.byteCount &+ 8)
    plain.appendWithoutQuoting(text)
    try appendNested(plain.bytes, as: shape, depth: depth)
  }

  /// Adds `text` with `\x` and `""` made one byte each.
  mutating func appendWithoutQuoting(_ text: RawSpan) {
    let length = text.byteCount
    reserve(length)
    var offset = 0
    while offset < length {
      let byte = text.byte(offset)
      if byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "\"") {
        offset &+= 1
        guard offset < length else { break }
      }
      append(text.byte(offset))
      offset &+= 1
    }
  }

  /// The same, as a JSON string.
  mutating func appendUnquotedJSONString(_ text: RawSpan) {
    let length = text.byteCount
    reserve(length &+ 10)
    append(UInt8(ascii: "\""))
    var offset = 0
    while offset < length {
      let byte = text.byte(offset)
      if byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "\"") {
        offset &+= 1
        guard offset < length else { break }
      }
      appendJSONCharacter(text.byte(offset))
      offset &+= 1
    }
    append(UInt8(ascii: "\""))
  }
}
