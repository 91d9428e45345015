internal import Decoder

extension PayloadReader {
  /// Adds the bytes of a string in base64; how many there are goes before them where `isCounted`.
  ///
  /// Source: RFC 4648, section 4.
  mutating func appendBase64(isCounted: Bool, to buffer: inout OutputBuffer) throws(AvroError) {
    let string = try string()
    let (start, end) = (string.range.lowerBound, string.range.upperBound)
    guard string.count & 3 == 0, string.count == string.range.count else { throw expected("base64 before this") }
    var padding = 0
    while padding < 2, end &- padding > start, byte(end &- padding &- 1) == UInt8(ascii: "=") { padding &+= 1 }
    let count = string.count / 4 &* 3 &- padding
    if isCounted { buffer.appendAvro(Int64(count)) }
    buffer.reserve(count &+ 4)
    var check: UInt32 = 0
    var place = start
    while place < end {
      var bits: UInt32 = 0
      let digits = place &+ 4 == end ? 4 &- padding : 4
      for index in 0..<digits {
        let value = Base64.value(byte(place &+ index))
        check |= value
        bits |= value << UInt32(18 &- 6 &* index)
      }
      buffer.append(UInt8(truncatingIfNeeded: bits >> 16))
      if digits > 2 { buffer.append(UInt8(truncatingIfNeeded: bits >> 8)) }
      if digits > 3 { buffer.append(UInt8(truncatingIfNeeded: bits)) }
      place &+= 4
    }
    guard check < 64 else { throw expected("base64 before this") }
  }
}

private enum Base64 {
  /// The six bits of a digit; 64 for what is none.
  @inline(__always)
  static func value(_ byte: UInt8) -> UInt32 {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte &- 65)
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte &- 71)
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte &+ 4)
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: 64
    }
  }
}
