internal import Decoder

/// Decimals other than those with a fixed scale, and money.
extension Conversion {
  /// `io.debezium.data.VariableScaleDecimal`, without trailing zeros behind the point.
  static func appendVariableDecimal(_ value: RawSpan, to buffer: inout OutputBuffer) -> Bool {
    guard let number = DecimalText(value) else { return false }
    let scale = number.significantFractionDigits(of: value)
    buffer.append(literal: "{\"scale\":")
    buffer.appendDecimal(UInt64(scale))
    buffer.append(literal: ",\"value\":")
    guard buffer.appendUnscaled(number, of: value, scale: scale) else { return false }
    buffer.append(UInt8(ascii: "}"))
    return true
  }

  /// A number in JSON as Java's `BigDecimal.toString` writes it.
  static func appendDecimalNumber(_ value: RawSpan, scale: Int, to buffer: inout OutputBuffer) -> Bool {
    guard let number = DecimalText(value), var digits = number.unscaledDigits(of: value, scale: scale) else {
      return false
    }
    while digits.count > 1, digits.first == 0 { digits.removeFirst() }
    if number.isNegative, digits != [0] { buffer.append(UInt8(ascii: "-")) }
    var text = digits.map { $0 + 48 }
    let exponent = text.count - 1 - scale
    if exponent < -6 {
      if text.count > 1 { text.insert(UInt8(ascii: "."), at: 1) }
      buffer.append(text)
      buffer.append(utf8: "E\(exponent)")
      return true
    }
    if scale > 0 {
      if text.count <= scale { text.insert(contentsOf: repeatElement(48, count: scale + 1 - text.count), at: 0) }
      text.insert(UInt8(ascii: "."), at: text.count - scale)
    }
    buffer.append(text)
    return true
  }

  /// A string, with zeros up to the scale; NaN and infinities by the names of Debezium's constants.
  static func appendDecimalText(_ value: RawSpan, scale: Int?, to buffer: inout OutputBuffer) -> Bool {
    let names: [(StaticString, StaticString)] = [
      ("NaN", "\"NAN\""), ("Infinity", "\"POSITIVE_INFINITY\""), ("-Infinity", "\"NEGATIVE_INFINITY\""),
    ]
    for (text, name) in names where value.equals(text) {
      buffer.append(literal: name)
      return true
    }
    guard let number = DecimalText(value) else { return false }
    let missing = (scale ?? 0) - number.fractionDigits
    guard scale == nil || missing >= 0 || number.significantFractionDigits(of: value) <= (scale ?? 0) else {
      return false
    }
    buffer.append(UInt8(ascii: "\""))
    buffer.append(value.extracting(0..<(scale != nil && missing < 0 ? number.end + missing : number.end)))
    if missing > 0 {
      if number.fractionDigits == 0 { buffer.append(UInt8(ascii: ".")) }
      for _ in 0..<missing { buffer.append(UInt8(ascii: "0")) }
    }
    buffer.append(UInt8(ascii: "\""))
    return true
  }

  static func appendDecimalDouble(_ value: RawSpan, scale: Int?, to buffer: inout OutputBuffer) -> Bool {
    for special: StaticString in ["NaN", "Infinity", "-Infinity"] where value.equals(special) {
      buffer.appendText(value)
      return true
    }
    guard let text = DecimalText(value), scale.map({ text.significantFractionDigits(of: value) <= $0 }) ?? true,
      let number = Double(String(decoding: value.copied, as: UTF8.self))
    else { return false }
    // Java's decimals have no negative zero.
    buffer.appendJavaNumber(number == 0 ? 0 : number)
    return true
  }

  /// `$1,234.56`, `-$0.01`, `($1.00)`: one character for the currency, commas between thousands.
  static func appendMoney(
    _ value: RawSpan, _ form: ValueSettings.DecimalHandling, digits: Int, asNumber: Bool, to buffer: inout OutputBuffer
  ) -> Bool {
    var text = String(decoding: value.copied, as: UTF8.self)
    let isNegative = text.hasPrefix("-") || text.hasPrefix("(")
    text.removeAll { $0 == "-" || $0 == "(" || $0 == ")" || $0 == "," }
    if let first = text.unicodeScalars.first, !("0"..."9").contains(first), first != "." {
      text.unicodeScalars.removeFirst()
    }
    var amount = Array(text.utf8)
    if isNegative { amount.insert(UInt8(ascii: "-"), at: 0) }
    guard let number = DecimalText(amount.span.bytes) else { return false }
    switch form {
    case .string: return appendDecimalText(positiveZero(amount).span.bytes, scale: nil, to: &buffer)
    case .double: return appendDecimalDouble(amount.span.bytes, scale: nil, to: &buffer)
    case .precise:
      let rounded = rounded(amount, number, digits: digits)
      if asNumber { return appendDecimalNumber(rounded.span.bytes, scale: digits, to: &buffer) }
      guard let text = DecimalText(rounded.span.bytes) else { return false }
      return buffer.appendUnscaled(text, of: rounded.span.bytes, scale: digits)
    }
  }

  private static func positiveZero(_ amount: [UInt8]) -> [UInt8] {
    let isZero = amount.allSatisfy { !(49...57).contains($0) }
    return isZero && amount.first == UInt8(ascii: "-") ? Array(amount.dropFirst()) : amount
  }

  /// Rounded half away from zero.
  private static func rounded(_ amount: [UInt8], _ number: DecimalText, digits: Int) -> [UInt8] {
    guard number.fractionDigits > digits else { return amount }
    let roundsUp = amount[number.point + 1 + digits] >= UInt8(ascii: "5")
    var kept = Array(amount[number.start..<(digits > 0 ? number.point + 1 + digits : number.point)])
    var place = kept.count - 1
    var carry = roundsUp
    while carry, place >= 0 {
      if kept[place] != UInt8(ascii: ".") {
        carry = kept[place] == UInt8(ascii: "9")
        kept[place] = carry ? UInt8(ascii: "0") : kept[place] + 1
      }
      place -= 1
    }
    if carry { kept.insert(UInt8(ascii: "1"), at: 0) }
    return number.isNegative ? [UInt8(ascii: "-")] + kept : kept
  }
}
