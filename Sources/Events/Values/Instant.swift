/// A moment in UTC: beyond the 292,000 years that 64 bits of microseconds hold.
struct Instant: Equatable {
  /// Days since 1970-01-01.
  let days: Int
  /// Microseconds since that day's midnight, below a day's.
  let microsecondsOfDay: Int

  /// A day and a time that may lie outside of it by some hours.
  @inline(__always)
  init(days: Int, microseconds: Int) {
    let day = 86_400_000_000
    var carry = 0
    var rest = microseconds
    if rest < 0 || rest >= day {
      carry = rest / day
      rest %= day
      if rest < 0 {
        carry &-= 1
        rest &+= day
      }
    }
    self.days = days &+ carry
    microsecondsOfDay = rest
  }

  /// Debezium's moment for `infinity`: Java's largest number of milliseconds that the JDBC driver uses, as microseconds.
  static let distantFuture = Instant(days: 0, microseconds: 9_223_372_036_825_200_000)
  /// Debezium's moment for `-infinity`.
  static let distantPast = Instant(days: 0, microseconds: -9_223_372_036_832_400_000)

  /// Since 1970, rounded down.
  var milliseconds: Int { days &* 86_400_000 &+ microsecondsOfDay / 1000 }

  /// Since 1970. The seconds saturate at 64 bits of microseconds and the fraction is added all the same, as Debezium's
  /// `Conversions.toEpochMicros` does it.
  @inline(__always)
  var microseconds: Int {
    let seconds = days &* 86_400 &+ microsecondsOfDay / 1_000_000
    let fraction = microsecondsOfDay % 1_000_000
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
    return (overflow ? (seconds < 0 ? .min : .max) : product) &+ fraction
  }

  /// Since 1970; nil when they exceed 64 bits.
  var nanoseconds: Int? {
    let (product, overflow) = days.multipliedReportingOverflow(by: 86_400_000_000_000)
    let (sum, overflowAgain) = product.addingReportingOverflow(microsecondsOfDay &* 1000)
    return overflow || overflowAgain ? nil : sum
  }
}
