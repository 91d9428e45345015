internal import Decoder

/// A string's inside, without the quotes.
struct StringPlace {
  /// Where it stands in the payload.
  let range: Range<Int>
  /// How many bytes it has once escapes are resolved.
  let count: Int
}

extension PayloadReader {
  /// Steps over a string.
  ///
  /// Source: RFC 8259, section 7 "Strings". Eight bytes are looked at at a time.
  @inline(__always)
  mutating func string() throws(AvroError) -> StringPlace {
    guard next == UInt8(ascii: "\"") else { throw expected("a string") }
    let start = place &+ 1
    let end = nextSpecial(from: start)
    guard byte(end) == UInt8(ascii: "\"") else { return try escapedString(from: start, escape: end) }
    place = end &+ 1
    return StringPlace(range: start..<end, count: end &- start)
  }

  /// Where the next quote or backslash stands, or the end.
  @inline(__always)
  private func nextSpecial(from start: Int) -> Int {
    var index = start
    while text.byteCount &- index >= 8 {
      let word = text.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self).littleEndian
      let quote = word ^ 0x2222_2222_2222_2222
      let backslash = word ^ 0x5C5C_5C5C_5C5C_5C5C
      let quotes = (quote &- 0x0101_0101_0101_0101) & ~quote
      let backslashes = (backslash &- 0x0101_0101_0101_0101) & ~backslash
      let hits = (quotes | backslashes) & 0x8080_8080_8080_8080
      if hits != 0 { return index &+ hits.trailingZeroBitCount >> 3 }
      index &+= 8
    }
    while index < text.byteCount, byte(index) != UInt8(ascii: "\""), byte(index) != UInt8(ascii: "\\") { index &+= 1 }
    return index
  }

  @inline(never)
  private mutating func escapedString(from start: Int, escape: Int) throws(AvroError) -> StringPlace {
    var index = escape
    var count = escape &- start
    while byte(index) == UInt8(ascii: "\\") {
      let (scalar, length) = resolve(at: index)
      guard length > 0 else { break }
      let end = nextSpecial(from: index &+ length)
      count &+= UTF8.width(scalar) &+ end &- index &- length
      index = end
    }
    guard byte(index) == UInt8(ascii: "\"") else {
      place = index
      throw expected("an escape or the end of a string")
    }
    place = index &+ 1
    return StringPlace(range: start..<index, count: count)
  }

  /// Adds a string's text, escapes resolved.
  @inline(__always)
  func append(_ string: StringPlace, to buffer: inout OutputBuffer) {
    guard string.count != string.range.count else { return buffer.append(text.extracting(string.range)) }
    appendEscaped(string, to: &buffer)
  }

  @inline(never)
  private func appendEscaped(_ string: StringPlace, to buffer: inout OutputBuffer) {
    var index = string.range.lowerBound
    while index < string.range.upperBound {
      let end = nextSpecial(from: index)
      buffer.append(text.extracting(index..<end))
      index = end
      guard index < string.range.upperBound else { return }
      let (scalar, length) = resolve(at: index)
      for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { buffer.append(byte) }
      index &+= length
    }
  }

  /// A string's text.
  func copy(_ string: StringPlace) -> String {
    var buffer = OutputBuffer(capacity: string.count)
    append(string, to: &buffer)
    return buffer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }

  /// The character of an escape and how many bytes the escape has; 0 when it is none.
  private func resolve(at index: Int) -> (Unicode.Scalar, Int) {
    switch byte(index &+ 1) {
    case UInt8(ascii: "\""): return ("\"", 2)
    case UInt8(ascii: "\\"): return ("\\", 2)
    case UInt8(ascii: "/"): return ("/", 2)
    case UInt8(ascii: "b"): return ("\u{8}", 2)
    case UInt8(ascii: "f"): return ("\u{C}", 2)
    case UInt8(ascii: "n"): return ("\n", 2)
    case UInt8(ascii: "r"): return ("\r", 2)
    case UInt8(ascii: "t"): return ("\t", 2)
    case UInt8(ascii: "u"): break
    default: return ("\0", 0)
    }
    guard let code = hexadecimal(at: index &+ 2) else { return ("\0", 0) }
    if let scalar = Unicode.Scalar(code) { return (scalar, 6) }
    if code < 0xDC00, byte(index &+ 6) == UInt8(ascii: "\\"), byte(index &+ 7) == UInt8(ascii: "u"),
      let low = hexadecimal(at: index &+ 8), low &- 0xDC00 < 0x400,
      let scalar = Unicode.Scalar(0x10000 + (code - 0xD800) << 10 + (low - 0xDC00))
    {
      return (scalar, 12)
    }
    // Half of a pair has no UTF-8; Java writes this.
    return ("?", 6)
  }

  private func hexadecimal(at index: Int) -> UInt32? {
    var value: UInt32 = 0
    for offset in 0..<4 {
      let byte = byte(index &+ offset)
      let digit = byte &- 48 < 10 ? byte &- 48 : (byte | 0x20) &- 97 < 6 ? (byte | 0x20) &- 87 : 16
      guard digit < 16 else { return nil }
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}

extension UTF8 {
  fileprivate static func width(_ scalar: Unicode.Scalar) -> Int {
    scalar.value < 0x80 ? 1 : scalar.value < 0x800 ? 2 : scalar.value < 0x10000 ? 3 : 4
  }
}
