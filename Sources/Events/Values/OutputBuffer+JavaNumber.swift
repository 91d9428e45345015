internal import Decoder

/// Floating-point numbers as Java prints them: `1.0E10`, `1.0E-4`, `9999999.0`.
///
/// Source: Java's `Double.toString`: plain from 10^-3 up to 10^7, else with an exponent; always a digit behind the point.
extension OutputBuffer {
  /// Adds a number that PostgreSQL printed with the fewest digits that tell it apart (`extra_float_digits` above 0), which
  /// are Java's digits too; NaN and infinities become strings. False when it is no number.
  @inline(__always)
  mutating func appendJavaNumber(_ text: RawSpan, isSingle: Bool) -> Bool {
    var point = -1
    var nonzero = false
    let start = text.byteCount > 0 && text.octet(0) == UInt8(ascii: "-") ? 1 : 0
    var isPlain = text.byteCount > start && text.byteCount &- start < 24
    var place = start
    while isPlain, place < text.byteCount {
      let byte = text.octet(place)
      if byte == UInt8(ascii: "."), point < 0 { point = place } else if byte &- 48 > 9 { isPlain = false }
      // Below 10^-3 there is an exponent: a digit other than zero must come before the fourth decimal.
      if byte &- 49 < 9, point < 0 || place &- point <= 3 { nonzero = true }
      place &+= 1
    }
    let integerDigits = (point < 0 ? text.byteCount : point) &- start
    guard isPlain, nonzero, integerDigits > 0, integerDigits <= 7 else {
      return appendUnusualNumber(text, isSingle: isSingle)
    }
    append(text)
    if point < 0 { append(literal: ".0") }
    return true
  }

  @inline(never)
  private mutating func appendUnusualNumber(_ text: RawSpan, isSingle: Bool) -> Bool {
    for special: StaticString in ["NaN", "Infinity", "-Infinity"] where text.equals(special) {
      appendText(text)
      return true
    }
    guard let number = FloatText(text, isSingle: isSingle) else { return false }
    append(utf8: number.java)
    return true
  }

  /// Adds a number.
  mutating func appendJavaNumber(_ number: Double) {
    if number.isNaN { return append(literal: "\"NaN\"") }
    if number.isInfinite { return append(utf8: number < 0 ? "\"-Infinity\"" : "\"Infinity\"") }
    _ = appendJavaNumber(Array(number.description.utf8).span.bytes, isSingle: false)
  }
}

/// A floating-point number's text taken apart: 0.DIGITS times ten to the `exponent`.
struct FloatText {
  private let isNegative: Bool
  private var digits: [UInt8] = []
  private var exponent = 0

  /// Reads `-1.5`, `1e+20`, `.5`; nil when it is no number.
  init?(_ text: RawSpan, isSingle: Bool = false) {
    var cursor = TextCursor(text)
    isNegative = cursor.skip(UInt8(ascii: "-"))
    if !isNegative { _ = cursor.skip(UInt8(ascii: "+")) }
    guard readDigits(&cursor), readExponent(&cursor), cursor.isAtEnd else { return nil }
    while digits.last == UInt8(ascii: "0") { digits.removeLast() }
    guard !digits.isEmpty else { return }
    let magnitude = String(decoding: text.copied, as: UTF8.self)
    if isSingle, let number = Float(magnitude)?.magnitude, number > 0, number.isFinite {
      if number >= 0x1p24 || number.significandBitPattern == 0 || !number.isNormal { use(JavaDigits(number)) }
    } else if !isSingle, let number = Double(magnitude)?.magnitude, number > 0, number.isFinite {
      if number >= 0x1p53 || number.significandBitPattern == 0 || !number.isNormal { use(JavaDigits(number)) }
    }
  }

  private mutating func readDigits(_ cursor: inout TextCursor) -> Bool {
    var hasPoint = false
    var hasDigits = false
    while cursor.next &- 48 < 10 || (cursor.next == UInt8(ascii: ".") && !hasPoint) {
      let byte = cursor.next
      _ = cursor.skip(byte)
      if byte == UInt8(ascii: ".") {
        hasPoint = true
        continue
      }
      hasDigits = true
      if !hasPoint { exponent += 1 }
      // Zeros behind the point count too: 0.001 is 0.1 times ten to the -2.
      if digits.isEmpty, byte == UInt8(ascii: "0") { exponent -= 1 } else { digits.append(byte) }
    }
    return hasDigits
  }

  private mutating func readExponent(_ cursor: inout TextCursor) -> Bool {
    guard cursor.skip(UInt8(ascii: "e")) || cursor.skip(UInt8(ascii: "E")) else { return true }
    let isDown = cursor.skip(UInt8(ascii: "-"))
    if !isDown { _ = cursor.skip(UInt8(ascii: "+")) }
    guard let power = cursor.number(atMost: 6) else { return false }
    exponent += isDown ? -power : power
    return true
  }

  /// Takes Java's digits where they may be others than the fewest.
  private mutating func use(_ java: JavaDigits) {
    digits = java.digits.map { $0 + 48 }
    exponent = java.exponent
    while digits.last == UInt8(ascii: "0") { digits.removeLast() }
  }

  /// As Java prints it.
  var java: String {
    let sign = isNegative ? "-" : ""
    guard !digits.isEmpty else { return sign + "0.0" }
    let text = String(decoding: digits, as: UTF8.self)
    if exponent >= -2, exponent <= 0 { return sign + "0." + String(repeating: "0", count: -exponent) + text }
    if exponent > 0, exponent <= 7 {
      if digits.count <= exponent { return sign + text + String(repeating: "0", count: exponent - digits.count) + ".0" }
      return sign + text.prefix(exponent) + "." + text.dropFirst(exponent)
    }
    let fraction = digits.count > 1 ? String(text.dropFirst()) : "0"
    return "\(sign)\(text.prefix(1)).\(fraction)E\(exponent - 1)"
  }
}
