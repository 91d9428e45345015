internal import Decoder

/// Dates and times as Java's ISO formatters print them.
///
/// Source: Java's `DateTimeFormatter.ISO_OFFSET_DATE_TIME` and its parts.
extension OutputBuffer {
  /// Adds `2024-01-31`, `-0043-03-15`, `+10000-01-01`.
  mutating func appendISO(_ date: CivilDate) {
    let magnitude = date.year.magnitude
    if date.year < 0 { append(UInt8(ascii: "-")) } else if magnitude > 9999 { append(UInt8(ascii: "+")) }
    appendPadded(magnitude, width: 4)
    append(UInt8(ascii: "-"))
    appendPadded(UInt(date.month), width: 2)
    append(UInt8(ascii: "-"))
    appendPadded(UInt(date.day), width: 2)
  }

  /// Adds `13:51:30` and a fraction: `digits` of it, or as many as it takes when nil.
  mutating func appendISO(microsecondsOfDay: Int, digits: Int?) {
    let seconds = microsecondsOfDay / 1_000_000
    appendPadded(UInt(seconds / 3600), width: 2)
    append(UInt8(ascii: ":"))
    appendPadded(UInt(seconds / 60 % 60), width: 2)
    append(UInt8(ascii: ":"))
    appendPadded(UInt(seconds % 60), width: 2)
    appendFraction(UInt(microsecondsOfDay % 1_000_000), digits: digits)
  }

  private mutating func appendFraction(_ microseconds: UInt, digits: Int?) {
    var width = digits ?? 6
    var fraction = microseconds
    if digits == nil {
      while width > 0, fraction % 10 == 0 {
        fraction /= 10
        width &-= 1
      }
    } else {
      for _ in min(width, 6)..<6 { fraction /= 10 }
    }
    guard width > 0 else { return }
    append(UInt8(ascii: "."))
    appendPadded(fraction, width: width)
  }

  /// Adds a moment as a JSON string, `"2024-01-31T13:51:30.5Z"`.
  mutating func appendISO(_ instant: Instant, digits: Int?) {
    append(UInt8(ascii: "\""))
    appendISO(CivilDate(daysSinceEpoch: instant.days))
    append(UInt8(ascii: "T"))
    appendISO(microsecondsOfDay: instant.microsecondsOfDay, digits: digits)
    append(literal: "Z\"")
  }

  private mutating func appendPadded(_ value: UInt, width: Int) {
    var limit: UInt = 10
    for _ in 1..<width {
      if value < limit { append(UInt8(ascii: "0")) }
      limit &*= 10
    }
    appendDecimal(UInt64(value))
  }
}
