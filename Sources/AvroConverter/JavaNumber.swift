/// Floating-point numbers in Java's notation.
enum JavaNumber {
  /// A finite number's shortest digits as Java writes them: plain from 10^-3 up to 10^7, else with an exponent;
  /// always a digit behind the point. `description` is Swift's.
  static func text(_ description: String) -> String {
    let isNegative = description.hasPrefix("-")
    let parts = description.drop { $0 == "-" }.split(separator: "e")
    let (mantissa, power) = (parts.first ?? "0", parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    let halves = mantissa.split(separator: ".", omittingEmptySubsequences: false)
    let whole = halves.first ?? "0"
    var digits = Array(whole + (halves.count > 1 ? halves[1] : ""))
    // 0.DIGITS times ten to the exponent.
    var exponent = whole.count + power
    while digits.count > 1, digits.last == "0" { digits.removeLast() }
    while digits.count > 1, digits.first == "0" {
      digits.removeFirst()
      exponent -= 1
    }
    let sign = isNegative ? "-" : ""
    if digits == ["0"] { return sign + "0.0" }
    if exponent > -3, exponent <= 0 { return sign + "0." + String(repeating: "0", count: -exponent) + String(digits) }
    guard exponent > 0, exponent <= 7 else {
      let fraction = digits.count > 1 ? String(digits.dropFirst()) : "0"
      return "\(sign)\(digits[0]).\(fraction)E\(exponent - 1)"
    }
    let padding = String(repeating: "0", count: max(0, exponent - digits.count))
    let fraction = digits.dropFirst(exponent)
    return sign + String(digits.prefix(exponent)) + padding + "." + (fraction.isEmpty ? "0" : String(fraction))
  }
}
