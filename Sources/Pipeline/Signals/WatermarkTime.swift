internal import PGReplication
internal import WAL

/// The time that a watermark says it was written at, as Java's `Instant` prints it.
enum WatermarkTime {
  static func now() -> String { text(unixMicroseconds: MonotonicClock.wall().unixMicroseconds) }

  static func text(unixMicroseconds time: Int64) -> String {
    let (seconds, fraction) = divided(time, 1_000_000)
    let (days, second) = divided(seconds, 86400)
    let (year, month, day) = date(days)
    var text = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T"
    text += "\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
    if fraction > 0 {
      text += "." + (fraction % 1000 == 0 ? padded(fraction / 1000, 3) : padded(fraction, 6))
    }
    return text + "Z"
  }

  private static func divided(_ number: Int64, _ by: Int64) -> (Int64, Int64) {
    let remainder = (number % by + by) % by
    return ((number - remainder) / by, remainder)
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// The civil date of a day counted from 1970.
  private static func date(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = divided(days + 719_468, 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }
}
