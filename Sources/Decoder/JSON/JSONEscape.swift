/// Which bytes a JSON string cannot hold as they are.
enum JSONEscape {
  /// Whether one byte must be escaped.
  @inline(__always)
  static func isNeeded(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  /// Sets the high bit of each byte of `word` (first byte lowest) that must be escaped; exact up to and including
  /// the first one, which is all that is asked of it (a borrow may mark bytes behind it).
  @inline(__always)
  static func places(in word: UInt64) -> UInt64 {
    let quote = word ^ 0x2222_2222_2222_2222
    let backslash = word ^ 0x5C5C_5C5C_5C5C_5C5C
    let control = (word &- 0x2020_2020_2020_2020) & ~word
    let quotes = (quote &- 0x0101_0101_0101_0101) & ~quote
    let backslashes = (backslash &- 0x0101_0101_0101_0101) & ~backslash
    return (control | quotes | backslashes) & 0x8080_8080_8080_8080
  }

  /// The lower-case hexadecimal digit of a value below 16.
  @inline(__always)
  static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 48 &+ value : 87 &+ value }
}
