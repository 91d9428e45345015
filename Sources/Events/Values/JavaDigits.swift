/// The decimal digits that Java prints for a floating-point number: 0.DIGITS times ten to the `exponent`.
///
/// Java's up to 18 are not always the fewest that tell the number apart: large whole numbers and powers of two may get one
/// more. For those this follows their algorithm step by step.
///
/// Source: `FloatingDecimal.BinaryToASCIIBuffer.dtoa` of OpenJDK 17.
struct JavaDigits {
  /// 0 to 9.
  private(set) var digits: [UInt8] = []
  /// The power of ten.
  private(set) var exponent = 0

  /// Bits of 5 to the powers 0 to 26.
  private static let bitsOfFive = [
    0, 3, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28, 31, 33, 35, 38, 40, 42, 45, 47, 49, 52, 54, 56, 59, 61,
  ]

  /// Digits that do not count in a whole number, by how many bits it has beyond those of its significand.
  private static let insignificantDigits = [
    0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6, 6, 7, 7, 7, 8, 8, 8, 9, 9, 9, 9, 10, 10, 10,
    11,
    11, 11, 12, 12, 12, 12, 13, 13, 13, 14, 14, 14, 15, 15, 15, 15, 16, 16, 16, 17, 17, 17, 18, 18, 18, 19,
  ]

  /// The digits of a finite number other than zero, its sign aside.
  init(_ number: Double) {
    let significand = number.significandBitPattern
    let isNormal = number.exponentBitPattern > 0
    let shift = isNormal ? 0 : significand.leadingZeroBitCount - 11
    let fraction = isNormal ? significand | 1 << 52 : significand << UInt64(shift)
    let power = (isNormal ? Int(number.exponentBitPattern) : 1 - shift) - 1023
    convert(power, fraction, significantBits: isNormal ? 53 : 64 - significand.leadingZeroBitCount)
  }

  /// The digits of a finite number other than zero, its sign aside.
  init(_ number: Float) {
    let significand = number.significandBitPattern
    let isNormal = number.exponentBitPattern > 0
    let shift = isNormal ? 0 : significand.leadingZeroBitCount - 8
    let fraction = isNormal ? significand | 1 << 23 : significand << UInt32(shift)
    let power = (isNormal ? Int(number.exponentBitPattern) : 1 - shift) - 127
    convert(power, UInt64(fraction) << 29, significantBits: isNormal ? 24 : 32 - significand.leadingZeroBitCount)
  }

  private mutating func convert(_ power: Int, _ fraction: UInt64, significantBits: Int) {
    let tailZeros = fraction.trailingZeroBitCount
    let fractionBits = 53 - tailZeros
    let tinyBits = max(0, fractionBits - power - 1)
    if tinyBits == 0, (-21...62).contains(power), fractionBits < 64 {
      let excess = power - significantBits - 1
      let whole = power >= 52 ? fraction << UInt64(power - 52) : fraction >> UInt64(52 - power)
      let table = JavaDigits.insignificantDigits
      return developWhole(
        whole, dropping: power > significantBits && excess > 1 && excess < table.count ? table[excess] : 0)
    }
    var scale = Scale(fraction, power, fractionBits: fractionBits, tinyBits, significantBits)
    let odd = fraction >> UInt64(tailZeros)
    let numeratorBits = fractionBits + scale.numerator2 + JavaDigits.bits(ofFiveTo: scale.numerator5)
    let denominatorBits = scale.denominator2 + 1 + JavaDigits.bits(ofFiveTo: scale.denominator5 + 1)
    let bits = max(numeratorBits, denominatorBits)
    develop(&scale, odd, width: bits < 32 ? 31 : bits < 64 ? 63 : nil)
  }

  private static func bits(ofFiveTo power: Int) -> Int { power < bitsOfFive.count ? bitsOfFive[power] : power * 3 }

  private mutating func developWhole(_ whole: UInt64, dropping count: Int) {
    var value = whole
    if count > 0 {
      let unit = (0..<count).reduce(UInt64(1)) { unit, _ in unit * 10 }
      value = whole / unit + (whole % unit >= unit / 2 ? 1 : 0)
    }
    digits = String(value).utf8.map { $0 - 48 }
    exponent = digits.count + count
  }

  /// Powers of two and five in the fraction that is to be printed, and in half the distance to the next number.
  private struct Scale {
    var decimal: Int
    var numerator2: Int
    var numerator5: Int
    var denominator2: Int
    var denominator5: Int
    var half2: Int

    init(_ fraction: UInt64, _ power: Int, fractionBits: Int, _ tinyBits: Int, _ significantBits: Int) {
      let mantissa = Double(bitPattern: 1023 << 52 | fraction & (1 << 52 - 1))
      decimal = Int(((mantissa - 1.5) * 0.289529654 + 0.176091259 + Double(power) * 0.301029995663981).rounded(.down))
      numerator5 = max(0, -decimal)
      numerator2 = numerator5 + tinyBits + power
      denominator5 = max(0, decimal)
      denominator2 = denominator5 + tinyBits
      half2 = numerator2 - significantBits
      numerator2 -= fractionBits - 1
      let common = min(numerator2, denominator2)
      numerator2 -= common
      denominator2 -= common
      half2 -= common
      // Below a power of two the next number is only half as far.
      if fractionBits == 1 { half2 -= 1 }
      if half2 < 0 {
        numerator2 -= half2
        denominator2 -= half2
        half2 = 0
      }
    }
  }

  /// Java computes in `int` or `long` where all seems to fit in `width` bits, and lets sums overflow.
  private mutating func develop(_ scale: inout Scale, _ odd: UInt64, width: Int?) {
    let denominator = LongInteger(1, fives: scale.denominator5, twos: scale.denominator2)
    let tens = LongInteger(1, fives: scale.denominator5 + 1, twos: scale.denominator2 + 1)
    var rest = LongInteger(odd, fives: scale.numerator5, twos: scale.numerator2)
    var half = LongInteger(1, fives: scale.numerator5, twos: scale.half2)
    var low = false
    var high = false
    func next() -> UInt8 {
      let digit = rest.divide(by: denominator)
      rest.multiply(by: 10)
      half.multiply(by: 10)
      low = rest < half
      let sum = rest + half
      high = width.map { tens < sum && sum.bitWidth <= $0 } ?? !(sum < tens)
      if let width, half.bitWidth > width { (low, high) = (true, true) }
      return digit
    }
    let first = next()
    if first == 0, !high { scale.decimal -= 1 } else { digits.append(first) }
    // At least two digits where there will be an exponent.
    if scale.decimal < -3 || scale.decimal >= 8 { (low, high) = (false, false) }
    while !low, !high { digits.append(next()) }
    exponent = scale.decimal + 1
    guard high else { return }
    rest.multiply(by: 2)
    let isAbove = tens < rest
    if !low || isAbove || (rest == tens && (digits.last ?? 0) & 1 == 1) { roundUp() }
  }

  private mutating func roundUp() {
    var place = digits.count - 1
    while place >= 0, digits[place] == 9 {
      digits[place] = 0
      place -= 1
    }
    if place >= 0 {
      digits[place] += 1
    } else if !digits.isEmpty {
      digits[0] = 1
      exponent += 1
    }
  }
}
