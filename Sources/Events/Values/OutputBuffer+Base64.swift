internal import Decoder

/// Base64 with padding.
///
/// Source: RFC 4648, sections 4 and 5.
extension OutputBuffer {
  private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let safeInURLs = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  /// Adds bytes as a JSON string.
  mutating func appendBase64(_ bytes: RawSpan, safeInURLs: Bool = false) {
    let alphabet = safeInURLs ? OutputBuffer.safeInURLs : OutputBuffer.standard
    reserve(bytes.byteCount / 3 &* 4 &+ 6)
    append(UInt8(ascii: "\""))
    var offset = 0
    while offset < bytes.byteCount {
      let left = bytes.byteCount &- offset
      let first = UInt32(bytes.octet(offset)) << 16
      let second = left > 1 ? UInt32(bytes.octet(offset &+ 1)) << 8 : 0
      let third = left > 2 ? UInt32(bytes.octet(offset &+ 2)) : 0
      appendGroup(first | second | third, bytes: min(left, 3), alphabet.span)
      offset &+= 3
    }
    append(UInt8(ascii: "\""))
  }

  /// Adds bytes as a JSON string.
  mutating func appendBase64(_ bytes: [UInt8]) { appendBase64(bytes.span.bytes) }

  /// Adds the bytes of hexadecimal digits from index `start` on as a JSON string; false when a digit is none or has no
  /// partner.
  mutating func appendBase64(hex text: RawSpan, from start: Int, safeInURLs: Bool) -> Bool {
    guard text.byteCount >= start, (text.byteCount &- start) & 1 == 0 else { return false }
    let alphabet = safeInURLs ? OutputBuffer.safeInURLs : OutputBuffer.standard
    reserve((text.byteCount &- start) / 6 &* 4 &+ 6)
    append(UInt8(ascii: "\""))
    var place = start
    var check: UInt8 = 0
    while place < text.byteCount {
      let count = min((text.byteCount &- place) / 2, 3)
      var bits: UInt32 = 0
      for index in 0..<count {
        let high = HexText.value(text.octet(place &+ index &* 2))
        let low = HexText.value(text.octet(place &+ index &* 2 &+ 1))
        check |= high | low
        bits |= (UInt32(high) << 4 | UInt32(low)) << UInt32(16 &- 8 &* index)
      }
      appendGroup(bits & 0xFF_FFFF, bytes: count, alphabet.span)
      place &+= 6
    }
    append(UInt8(ascii: "\""))
    return check < 16
  }

  /// Adds a number's bytes in two's complement, as few as hold it, most significant first, as a JSON string.
  ///
  /// Source: Java's `BigInteger.toByteArray`.
  mutating func appendBase64(_ number: Int64) {
    let magnitude = number < 0 ? ~number : number
    let count = (64 &- magnitude.leadingZeroBitCount) / 8 &+ 1
    var rest = UInt64(bitPattern: number) << UInt64(64 &- 8 &* count)
    var left = count
    append(UInt8(ascii: "\""))
    while left > 0 {
      appendGroup(UInt32(truncatingIfNeeded: rest >> 40), bytes: min(left, 3), OutputBuffer.standard.span)
      rest <<= 24
      left &-= 3
    }
    append(UInt8(ascii: "\""))
  }

  @inline(__always)
  private mutating func appendGroup(_ bits: UInt32, bytes: Int, _ alphabet: Span<UInt8>) {
    let first = UInt32(alphabet[Int(bits >> 18 & 63)]) << 24
    let second = UInt32(alphabet[Int(bits >> 12 & 63)]) << 16
    let padding = UInt32(UInt8(ascii: "="))
    let third = (bytes > 1 ? UInt32(alphabet[Int(bits >> 6 & 63)]) : padding) << 8
    let fourth = bytes > 2 ? UInt32(alphabet[Int(bits & 63)]) : padding
    appendBigEndian(first | second | third | fourth)
  }
}
