internal import Glibc

/// A moment of the wall clock to the millisecond, in UTC.
struct UTCTimestamp: Sendable, Hashable, CustomStringConvertible {
  let unixMilliseconds: Int64

  init(unixMilliseconds: Int64) { self.unixMilliseconds = unixMilliseconds }

  static func now() -> UTCTimestamp { UTCTimestamp(unixMilliseconds: WallClock.unixMicroseconds() / 1000) }

  /// ISO 8601, for instance `2026-01-31T12:00:00.000Z`.
  var description: String {
    let parts = self.parts
    let date =
      "\(padded(Int(parts.tm_year) + 1900, 4))-\(padded(Int(parts.tm_mon) + 1, 2))-\(padded(Int(parts.tm_mday), 2))"
    return "\(date)T\(timeOfDay)Z"
  }

  /// For instance `12:00:00.000`.
  var timeOfDay: String {
    let parts = self.parts
    let clock = "\(padded(Int(parts.tm_hour), 2)):\(padded(Int(parts.tm_min), 2)):\(padded(Int(parts.tm_sec), 2))"
    return "\(clock).\(padded(Int(milliseconds), 3))"
  }

  private var milliseconds: Int64 { (unixMilliseconds % 1000 + 1000) % 1000 }

  private var parts: tm {
    var seconds = time_t((unixMilliseconds - milliseconds) / 1000)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    return parts
  }

  private func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
