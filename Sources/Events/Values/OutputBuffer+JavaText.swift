internal import Decoder

/// Texts, bytes and hexadecimal digits as the JSON of Kafka Connect's converter has them.
extension OutputBuffer {
  /// Adds a JSON string. Control characters without a letter of their own are `\u000B` with upper-case digits, as Jackson
  /// writes them, where `appendJSONString` has lower-case ones.
  @inline(__always)
  mutating func appendText(_ text: RawSpan) {
    if text.hasControlCharacters { appendTextWithControls(text) } else { appendJSONString(text) }
  }

  /// Adds a JSON string.
  mutating func appendText(_ text: [UInt8]) { appendText(text.span.bytes) }

  @inline(never)
  private mutating func appendTextWithControls(_ text: RawSpan) {
    append(UInt8(ascii: "\""))
    var start = 0
    for index in 0..<text.byteCount {
      let byte = text.octet(index)
      guard byte < 0x20, !(8...13).contains(byte) || byte == 0x0B else { continue }
      appendJSONEscaped(text.extracting(start..<index))
      append(literal: "\\u00")
      append(OutputBuffer.hexDigit(byte >> 4, upperCase: true))
      append(OutputBuffer.hexDigit(byte & 15, upperCase: true))
      start = index + 1
    }
    appendJSONEscaped(text.extracting(start..<text.byteCount))
    append(UInt8(ascii: "\""))
  }

  static func hexDigit(_ value: UInt8, upperCase: Bool = false) -> UInt8 {
    value < 10 ? 48 &+ value : (upperCase ? 55 : 87) &+ value
  }

  /// Adds what was made elsewhere.
  @inline(__always)
  mutating func append(_ bytes: [UInt8]) { append(bytes.span.bytes) }
}

extension RawSpan {
  /// Whether a byte below 0x20 is among them; eight bytes at a time.
  @inline(__always)
  var hasControlCharacters: Bool {
    var offset = 0
    while byteCount &- offset >= 8 {
      let word = unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
      if (word &- 0x2020_2020_2020_2020) & ~word & 0x8080_8080_8080_8080 != 0 { return true }
      offset &+= 8
    }
    while offset < byteCount {
      if octet(offset) < 0x20 { return true }
      offset &+= 1
    }
    return false
  }
}
