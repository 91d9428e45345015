/// The grammar of numbers in JSON.
///
/// Source: RFC 8259, section 6 "Numbers".
enum JSONNumber {
  /// Whether the whole text is a JSON number.
  static func isValid(_ text: RawSpan) -> Bool {
    let length = text.byteCount
    var index = 0
    if length > 0, text.byte(0) == UInt8(ascii: "-") { index = 1 }
    let integer = index
    index = digits(text, from: index)
    guard index > integer else { return false }
    if index == length { return index == integer &+ 1 || text.byte(integer) != UInt8(ascii: "0") }
    if text.byte(integer) == UInt8(ascii: "0"), index > integer &+ 1 { return false }
    if text.byte(index) == UInt8(ascii: ".") {
      let fraction = index &+ 1
      index = digits(text, from: fraction)
      guard index > fraction else { return false }
    }
    if index < length, text.byte(index) | 0x20 == UInt8(ascii: "e") {
      index &+= 1
      if index < length, text.byte(index) == UInt8(ascii: "+") || text.byte(index) == UInt8(ascii: "-") { index &+= 1 }
      let exponent = index
      index = digits(text, from: exponent)
      guard index > exponent else { return false }
    }
    return index == length
  }

  /// The index after the digits that begin at `start`.
  @inline(__always)
  private static func digits(_ text: RawSpan, from start: Int) -> Int {
    var index = start
    let length = text.byteCount
    while index < length, text.byte(index) &- 48 < 10 { index &+= 1 }
    return index
  }
}
