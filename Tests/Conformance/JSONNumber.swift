/// A number of JSON: its spelling, its kind and its exact value.
///
/// Two are equal when they are the same number written as the same kind: `1` and `1.0` differ, `1e20` and `1.0E20` do
/// not.
struct JSONNumber: Hashable, Sendable {
  let text: String
  /// Whether it is written with a fraction or an exponent.
  let isReal: Bool
  /// The value's digits without zeros at either end, the sign before them; empty for zero.
  private let digits: String
  /// The power of ten that the digits, read as a whole number, are to be multiplied by.
  private let exponent: Int

  init?(_ text: String) {
    self.text = text
    isReal = text.contains { ".eE".contains($0) }
    let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
    guard let mantissa = parts.first, let power = parts.count == 1 ? 0 : Int(parts[1]) else { return nil }
    let isNegative = mantissa.hasPrefix("-")
    let halves = mantissa.drop { $0 == "-" }.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let fraction = halves.count == 2 ? halves[1] : ""
    var all = Array((String(halves[0]) + fraction).drop { $0 == "0" })
    let significant = all.count
    while all.last == "0" { all.removeLast() }
    digits = all.isEmpty ? "" : (isNegative ? "-" : "") + String(all)
    exponent = all.isEmpty ? 0 : power &- fraction.count &+ (significant - all.count)
  }

  static func == (a: JSONNumber, b: JSONNumber) -> Bool {
    a.isReal == b.isReal && a.digits == b.digits && a.exponent == b.exponent
  }

  func hash(into hasher: inout Hasher) { hasher.combine(canonical) }

  /// The same text for equal numbers.
  var canonical: String { "\(isReal ? "r" : "i")\(digits)e\(exponent)" }
}
