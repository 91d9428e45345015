extension PayloadReader {
  /// A floating-point number, or the string for one that JSON's numbers cannot tell.
  @inline(__always)
  mutating func double() throws(AvroError) -> Double {
    let parts = numberParts()
    // Both are exact, and so there is one rounding.
    if parts.isExact, parts.mantissa < 1 << 53, abs(parts.power) <= 22 {
      return parts.sign(DecimalPowers.scale(Double(parts.mantissa), parts.power))
    }
    return try wordOrText(parts) { Double($0) }
  }

  /// A floating-point number of single precision.
  mutating func single() throws(AvroError) -> Float {
    let parts = numberParts()
    if parts.isExact, parts.mantissa < 1 << 24, abs(parts.power) <= 10 {
      let magnitude = Float(parts.mantissa)
      let power = Float(DecimalPowers.scale(1, abs(parts.power)))
      return parts.sign(parts.power < 0 ? magnitude / power : magnitude * power)
    }
    return try wordOrText(parts) { Float($0) }
  }

  @inline(never)
  private mutating func wordOrText<Number: BinaryFloatingPoint>(
    _ parts: NumberParts, _ parse: (String) -> Number?
  ) throws(AvroError) -> Number {
    if parts.range.isEmpty {
      if skip("\"NaN\"") { return .nan }
      if skip("\"Infinity\"") { return .infinity }
      if skip("\"-Infinity\"") { return -.infinity }
      throw expected("a number")
    }
    let digits = text.extracting(parts.range).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    guard let number = parse(digits) else {
      place = parts.range.lowerBound
      throw expected("a number")
    }
    return number
  }

  /// Steps over a number.
  private mutating func numberParts() -> NumberParts {
    let start = place
    var parts = NumberParts()
    parts.isNegative = skip(UInt8(ascii: "-"))
    var digits = 0
    var point = -1
    while true {
      let digit = next &- 48
      if digit < 10 {
        // More than 18 digits are not exact.
        if digits < 18 { parts.mantissa = parts.mantissa &* 10 &+ UInt64(digit) }
        if digits > 0 || digit > 0 { digits &+= 1 }
      } else if next == UInt8(ascii: "."), point < 0 {
        point = place
      } else {
        break
      }
      place &+= 1
    }
    if point >= 0 { parts.power = point &+ 1 &- place }
    parts.isExact = place > start &+ 1 || (place > start && !parts.isNegative)
    parts.isExact = parts.isExact && digits <= 18 && point != start
    if next | 0x20 == UInt8(ascii: "e") {
      place &+= 1
      let isDown = skip(UInt8(ascii: "-"))
      if !isDown { _ = skip(UInt8(ascii: "+")) }
      let first = place
      var power = 0
      while next &- 48 < 10 {
        if power < 10_000 { power = power &* 10 &+ Int(next &- 48) }
        place &+= 1
      }
      parts.isExact = parts.isExact && place > first
      parts.power &+= isDown ? -power : power
    }
    parts.range = start..<place
    return parts
  }
}

/// A number's text taken apart: the mantissa times ten to the power.
private struct NumberParts {
  var range = 0..<0
  var isNegative = false
  var mantissa: UInt64 = 0
  var power = 0
  /// Whether mantissa and power tell all of the number.
  var isExact = false

  func sign<Number: BinaryFloatingPoint>(_ magnitude: Number) -> Number { isNegative ? -magnitude : magnitude }
}

/// The powers of ten that a double holds exactly.
private enum DecimalPowers {
  static let table: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]

  /// A number times ten to a power from -22 to 22.
  static func scale(_ number: Double, _ power: Int) -> Double {
    power < 0 ? number / table[-power] : number * table[power]
  }
}
