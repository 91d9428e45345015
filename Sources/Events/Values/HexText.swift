/// Bytes written as pairs of hexadecimal digits, as `bytea_output = hex` and PostGIS have them.
enum HexText {
  /// The value of a digit, in upper or lower case; 255 for anything else.
  @inline(__always)
  static func value(_ digit: UInt8) -> UInt8 {
    if digit &- 48 < 10 { return digit &- 48 }
    let letter = (digit | 0x20) &- 97
    return letter < 6 ? letter &+ 10 : 255
  }

  /// The bytes from index `start` on; nil when a digit is none or has no partner.
  static func bytes(_ text: RawSpan, from start: Int = 0) -> [UInt8]? {
    guard text.byteCount >= start, (text.byteCount &- start) & 1 == 0 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity((text.byteCount &- start) / 2)
    for index in stride(from: start, to: text.byteCount, by: 2) {
      let high = value(text.octet(index))
      let low = value(text.octet(index &+ 1))
      guard high | low < 16 else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }
}
