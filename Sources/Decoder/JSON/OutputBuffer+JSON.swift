/// Strings as JSON writes them: quoted, with `"`, `\` and control characters escaped, UTF-8 passed through.
extension OutputBuffer {
  /// Adds `text` as a JSON string.
  ///
  /// Source: RFC 8259, section 7 "Strings". Eight bytes are looked at and written at a time.
  @inline(__always)
  public mutating func appendJSONString(_ text: RawSpan) {
    reserve(text.byteCount &+ 10)
    append(UInt8(ascii: "\""))
    appendJSONEscaped(text)
    append(UInt8(ascii: "\""))
  }

  /// Adds a name or another text from outside of the hot path as a JSON string.
  public mutating func appendJSONString(_ text: String) {
    var text = text
    text.withUTF8 { utf8 in
      let bytes = unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(utf8))
      appendJSONString(bytes)
    }
  }

  /// Adds the inside of a JSON string: `text` escaped, without the quotes around it.
  public mutating func appendJSONEscaped(_ text: RawSpan) {
    let length = text.byteCount
    // Whole words are stored before it is known how many of their bytes count, hence seven bytes of room to spare.
    reserve(length &+ 8)
    var offset = 0
    while length &- offset >= 8 {
      let word = unsafe text.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
      unsafe base.storeBytes(of: word, toByteOffset: count, as: UInt64.self)
      let hit = JSONEscape.places(in: word.littleEndian)
      if hit == 0 {
        count &+= 8
        offset &+= 8
      } else {
        let clean = hit.trailingZeroBitCount >> 3
        count &+= clean
        offset &+= clean
        appendJSONEscape(unsafe text.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self))
        offset &+= 1
        reserve(length &- offset &+ 8)
      }
    }
    while offset < length {
      let byte = unsafe text.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
      if JSONEscape.isNeeded(byte) { appendJSONEscape(byte) } else { append(byte) }
      offset &+= 1
    }
  }

  /// Adds one byte of a JSON string, escaped where it must be.
  @inline(__always)
  mutating func appendJSONCharacter(_ byte: UInt8) {
    if JSONEscape.isNeeded(byte) { appendJSONEscape(byte) } else { append(byte) }
  }

  @inline(never)
  private mutating func appendJSONEscape(_ byte: UInt8) {
    append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
    case 0x08: append(UInt8(ascii: "b"))
    case 0x09: append(UInt8(ascii: "t"))
    case 0x0A: append(UInt8(ascii: "n"))
    case 0x0C: append(UInt8(ascii: "f"))
    case 0x0D: append(UInt8(ascii: "r"))
    default:
      append(literal: "u00")
      append(JSONEscape.hexDigit(byte >> 4))
      append(JSONEscape.hexDigit(byte & 15))
    }
  }
}
