/// A position in the write-ahead log: a byte offset, written as two hexadecimal halves such as `16/B374D848`.
///
/// Source: PostgreSQL documentation, 8.20 "pg_lsn Type".
public struct LSN: Hashable, Comparable, Sendable, LosslessStringConvertible {
  /// Bytes from the beginning of the log.
  public let rawValue: UInt64

  /// The position 0/0, which PostgreSQL calls invalid: nothing stands there.
  public static let zero = LSN(0)

  /// A position by its byte offset.
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  /// Reads PostgreSQL's text form; nil for anything else.
  public init?(_ text: String) {
    let halves = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard halves.count == 2, let high = LSN.half(halves[0]), let low = LSN.half(halves[1]) else { return nil }
    self.init(UInt64(high) << 32 | UInt64(low))
  }

  private static func half(_ digits: Substring.UTF8View) -> UInt32? {
    // The standard library would read a sign too, and "-0" is a number to it.
    guard (1...8).contains(digits.count), let first = digits.first, first != UInt8(ascii: "+"),
      first != UInt8(ascii: "-")
    else { return nil }
    return UInt32(Substring(digits), radix: 16)
  }

  /// PostgreSQL's text form: upper-case hexadecimal, no leading zeros.
  public var description: String {
    String(rawValue >> 32, radix: 16, uppercase: true) + "/"
      + String(rawValue & 0xFFFF_FFFF, radix: 16, uppercase: true)
  }

  /// Order of the log.
  public static func < (a: LSN, b: LSN) -> Bool { a.rawValue < b.rawValue }

  /// Bytes of log from `other` to this position; zero when `other` is ahead.
  public func distance(from other: LSN) -> UInt64 { rawValue >= other.rawValue ? rawValue - other.rawValue : 0 }
}
