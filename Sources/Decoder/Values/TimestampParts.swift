/// Where the parts of a timestamp in ISO form lie.
///
/// `2024-01-01 10:00:00.5+05:30`, years of four digits and more, offsets with minutes and seconds where they have them,
/// ` BC` at the end.
struct TimestampParts {
  /// Index of the space between date and time.
  let space: Int
  /// Index of ` BC`, or the length.
  let era: Int
  /// Whether an offset from UTC is there without minutes.
  let lacksMinutes: Bool

  /// Finds the parts.
  @inline(__always)
  init(_ text: RawSpan, withTimeZone: Bool) throws(ValueError) {
    let length = text.byteCount
    guard length > 0 else { throw ValueError(.empty, at: 0) }
    var cursor: Int
    if length >= 19, TimestampParts.isUsual(text) {
      space = 10
      cursor = 19
    } else {
      (space, cursor) = try TimestampParts.dateAndTime(text)
    }
    if cursor < length, text.byte(cursor) == UInt8(ascii: ".") {
      let fraction = cursor &+ 1
      cursor = fraction
      while cursor < length, text.byte(cursor) &- 48 < 10 { cursor &+= 1 }
      guard (1...6).contains(cursor &- fraction) else { throw ValueError(.timestamp, at: fraction) }
    }
    if withTimeZone {
      (cursor, lacksMinutes) = try TimestampParts.offset(text, at: cursor)
    } else {
      lacksMinutes = false
    }
    era = cursor
    if cursor == length { return }
    guard cursor &+ 3 == length, text.byte(cursor) == UInt8(ascii: " "), text.byte(cursor &+ 1) == UInt8(ascii: "B"),
      text.byte(cursor &+ 2) == UInt8(ascii: "C")
    else { throw ValueError(.timestamp, at: cursor) }
  }

  /// Whether the first 19 bytes are `dddd-dd-dd dd:dd:dd`, three words at a time.
  ///
  /// XOR with the pattern leaves 0 to 9 for a digit and 0 for a separator; adding 0x76 or 0x7F then reaches the high bit
  /// for anything else. Carries begin only at bytes whose own high bit says no.
  @inline(__always)
  private static func isUsual(_ text: RawSpan) -> Bool {
    let year = unsafe text.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self).bigEndian ^ 0x3030_3030_2D30_302D
    let hour = unsafe text.unsafeLoadUnaligned(fromByteOffset: 8, as: UInt64.self).bigEndian ^ 0x3030_2030_303A_3030
    let second = unsafe text.unsafeLoadUnaligned(fromByteOffset: 11, as: UInt64.self).bigEndian ^ 0x3030_3A30_303A_3030
    let misfits =
      year | (year &+ 0x7676_7676_7F76_767F)
      | hour | (hour &+ 0x7676_7F76_767F_7676)
      | second | (second &+ 0x7676_7F76_767F_7676)
    return misfits & 0x8080_8080_8080_8080 == 0
  }

  /// Date and time byte by byte: years beyond 9999 and errors.
  @inline(never)
  private static func dateAndTime(_ text: RawSpan) throws(ValueError) -> (space: Int, end: Int) {
    var cursor = 0
    while cursor < text.byteCount, text.byte(cursor) &- 48 < 10 { cursor &+= 1 }
    guard (4...7).contains(cursor) else { throw ValueError(.timestamp, at: 0) }
    cursor = try pair(text, after: UInt8(ascii: "-"), at: cursor)
    let space = try pair(text, after: UInt8(ascii: "-"), at: cursor)
    cursor = try pair(text, after: UInt8(ascii: " "), at: space)
    cursor = try pair(text, after: UInt8(ascii: ":"), at: cursor)
    return (space, try pair(text, after: UInt8(ascii: ":"), at: cursor))
  }

  /// `+00`, `-03:30`, `+00:19:32`: its end, and whether it has hours alone.
  @inline(__always)
  private static func offset(_ text: RawSpan, at start: Int) throws(ValueError) -> (end: Int, lacksMinutes: Bool) {
    guard start < text.byteCount else { throw ValueError(.truncated, at: start) }
    let sign = text.byte(start)
    guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { throw ValueError(.timestamp, at: start) }
    var cursor = try pair(text, after: sign, at: start)
    guard cursor < text.byteCount, text.byte(cursor) == UInt8(ascii: ":") else { return (cursor, true) }
    cursor = try pair(text, after: UInt8(ascii: ":"), at: cursor)
    guard cursor < text.byteCount, text.byte(cursor) == UInt8(ascii: ":") else { return (cursor, false) }
    return (try pair(text, after: UInt8(ascii: ":"), at: cursor), false)
  }

  /// A separator and two digits: the index after them.
  @inline(__always)
  private static func pair(_ text: RawSpan, after separator: UInt8, at start: Int) throws(ValueError) -> Int {
    guard text.byteCount &- start >= 3 else { throw ValueError(.truncated, at: text.byteCount) }
    guard text.byte(start) == separator, text.byte(start &+ 1) &- 48 < 10, text.byte(start &+ 2) &- 48 < 10 else {
      throw ValueError(.timestamp, at: start)
    }
    return start &+ 3
  }

  /// `infinity` and `-infinity`.
  static func isInfinity(_ text: RawSpan) -> Bool {
    let signed = text.byteCount == 9 && text.byte(0) == UInt8(ascii: "-")
    guard signed || text.byteCount == 8 else { return false }
    let word = unsafe text.unsafeLoadUnaligned(fromByteOffset: signed ? 1 : 0, as: UInt64.self)
    return word.bigEndian == 0x696E_6669_6E69_7479
  }
}
