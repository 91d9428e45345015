internal import Decoder

/// An interval in the style `postgres`: `1 year 2 mons 3 days 04:05:06.78`, `-1 mons +2 days -03:04:05.000006`.
///
/// Read as the JDBC driver's `PGInterval` does, which leaves out what it does not know: `epoch` is no time at all.
struct IntervalText {
  private var years = 0
  private var months = 0
  private var days = 0
  private var hours = 0
  private var minutes = 0
  /// Seconds and their fraction.
  private var microseconds = 0

  /// Nil when a number is none or exceeds 32 bits.
  init?(_ text: RawSpan) {
    let words = String(decoding: text.copied, as: UTF8.self).split(separator: " ")
    var index = 0
    while index < words.count {
      let word = words[index]
      if word.contains(":") {
        guard readClock(word) else { return nil }
        index += 1
      } else {
        if index + 1 < words.count {
          guard readUnit(word, words[index + 1]) else { return nil }
        }
        index += 2
      }
    }
  }

  private mutating func readUnit(_ number: Substring, _ unit: Substring) -> Bool {
    guard let value = Int32(number).map(Int.init) else { return false }
    if unit.hasPrefix("year") { years = value }
    if unit.hasPrefix("mon") { months = value }
    if unit.hasPrefix("day") { days = value }
    return true
  }

  private mutating func readClock(_ word: Substring) -> Bool {
    let isNegative = word.hasPrefix("-")
    let parts = word.drop { $0 == "-" || $0 == "+" }.split(separator: ":")
    guard parts.count >= 2, let hours = Int32(parts[0]), let minutes = Int32(parts[1].prefix(2)) else { return false }
    var micros = 0
    if parts.count > 2 {
      let seconds = parts[2].split(separator: ".")
      guard let whole = seconds.first.flatMap({ Int32($0) }) else { return false }
      micros = Int(whole) * 1_000_000
      if seconds.count > 1 {
        let digits = seconds[1].prefix(6)
        guard let fraction = Int(digits) else { return false }
        micros += (digits.count..<6).reduce(fraction) { value, _ in value * 10 }
      }
    }
    let sign = isNegative ? -1 : 1
    self.hours = sign * Int(hours)
    self.minutes = sign * Int(minutes)
    microseconds = sign * micros
    return true
  }

  /// All of it in microseconds, a month having 30.4375 days; saturating.
  ///
  /// In floating point and in this order, as `io.debezium.time.MicroDuration` computes it.
  var microsecondsInAll: Int64 {
    let numberOfDays = Double(years * 12 + months) * 30.4375 + Double(days)
    let seconds = Double(microseconds / 1_000_000) + Double(microseconds % 1_000_000) / 1_000_000
    let numberOfSeconds = ((numberOfDays * 24 + Double(hours)) * 60 + Double(minutes)) * 60 + seconds
    let result = numberOfSeconds * 1_000_000
    if result >= 0x1p63 { return .max }
    return result <= -0x1p63 ? .min : Int64(result)
  }

  /// `P1Y2M3DT4H5M6.78S`: always all parts, each with a sign of its own.
  var iso: String { "P\(years)Y\(months)M\(days)DT\(hours)H\(minutes)M\(isoSeconds)S" }

  /// The sum of whole seconds and fraction in floating point, as `PGInterval` has it, cut after nine places: 1.235 s are
  /// `1.234999999`.
  private var isoSeconds: String {
    let whole = microseconds / 1_000_000
    let fraction = microseconds % 1_000_000
    if fraction == 0 { return String(whole) }
    // Below a second the sum is exact, and its description might have an exponent.
    var digits =
      whole == 0
      ? (fraction < 0 ? "-0." : "0.") + String(1_000_000 + fraction.magnitude).dropFirst()
      : String((Double(whole) + Double(fraction) / 1_000_000).description)
    if let point = digits.firstIndex(of: ".") {
      digits = String(digits[...point] + digits[digits.index(after: point)...].prefix(9))
    }
    while digits.last == "0" { digits.removeLast() }
    if digits.last == "." { digits.removeLast() }
    return digits
  }
}
