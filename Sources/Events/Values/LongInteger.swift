/// A natural number of any length.
struct LongInteger: Comparable {
  /// 32 bits each, the least significant first.
  private var limbs: [UInt32] = []

  /// From decimal digits (0 to 9, not their characters), nine at a time.
  init(decimal digits: [UInt8]) {
    var place = 0
    while place < digits.count {
      let end = min(place + 9, digits.count)
      var chunk: UInt64 = 0
      var factor: UInt64 = 1
      for digit in digits[place..<end] {
        chunk = chunk * 10 + UInt64(digit)
        factor *= 10
      }
      multiply(by: factor, adding: chunk)
      place = end
    }
  }

  /// `value` times powers of five and of two.
  init(_ value: UInt64, fives: Int, twos: Int) {
    multiply(by: 1, adding: value & 0xFFFF_FFFF)
    if value >> 32 > 0 {
      if limbs.isEmpty { limbs = [0] }
      limbs.append(UInt32(value >> 32))
    }
    var left = fives
    while left > 0 {
      let step = min(left, 12)
      multiply(by: (0..<step).reduce(1) { power, _ in power * 5 })
      left -= step
    }
    limbs.insert(contentsOf: repeatElement(0, count: twos / 32), at: 0)
    multiply(by: 1 << UInt64(twos % 32))
  }

  /// The number of bits that it takes.
  var bitWidth: Int { limbs.count * 32 - (limbs.last?.leadingZeroBitCount ?? 0) }

  /// Multiplies by a number below 2^32.
  mutating func multiply(by factor: UInt64) { multiply(by: factor, adding: 0) }

  /// The remainder stays; the quotient, of which it must be known that it is small, is returned.
  mutating func divide(by divisor: LongInteger) -> UInt8 {
    var quotient: UInt8 = 0
    while quotient < 10, !(self < divisor) {
      subtract(divisor)
      quotient += 1
    }
    return quotient
  }

  private mutating func subtract(_ other: LongInteger) {
    var borrow: Int64 = 0
    for index in limbs.indices {
      let difference = Int64(limbs[index]) - (index < other.limbs.count ? Int64(other.limbs[index]) : 0) + borrow
      limbs[index] = UInt32(truncatingIfNeeded: difference)
      borrow = difference < 0 ? -1 : 0
    }
    while limbs.last == 0 { limbs.removeLast() }
  }

  static func + (a: LongInteger, b: LongInteger) -> LongInteger {
    var sum = a
    var carry: UInt64 = 0
    for index in 0..<max(a.limbs.count, b.limbs.count) {
      if index == sum.limbs.count { sum.limbs.append(0) }
      carry += UInt64(sum.limbs[index]) + (index < b.limbs.count ? UInt64(b.limbs[index]) : 0)
      sum.limbs[index] = UInt32(truncatingIfNeeded: carry)
      carry >>= 32
    }
    if carry > 0 { sum.limbs.append(UInt32(carry)) }
    return sum
  }

  static func < (a: LongInteger, b: LongInteger) -> Bool {
    guard a.limbs.count == b.limbs.count else { return a.limbs.count < b.limbs.count }
    for index in a.limbs.indices.reversed() where a.limbs[index] != b.limbs[index] {
      return a.limbs[index] < b.limbs[index]
    }
    return false
  }

  private mutating func multiply(by factor: UInt64, adding addend: UInt64) {
    var carry = addend
    for index in limbs.indices {
      // Factors are below 2^32: a product and a carry stay below 2^64.
      let product = UInt64(limbs[index]) &* factor &+ carry
      limbs[index] = UInt32(truncatingIfNeeded: product)
      carry = product >> 32
    }
    if carry > 0 { limbs.append(UInt32(truncatingIfNeeded: carry)) }
  }

  /// Two's complement, as few bytes as hold it, most significant first.
  ///
  /// Source: Java's `BigInteger.toByteArray`.
  func bytes(negative: Bool) -> [UInt8] {
    var bytes: [UInt8] = limbs.flatMap { limb in (0..<4).map { UInt8(truncatingIfNeeded: limb >> ($0 * 8)) } }
    bytes.append(0)
    if negative {
      var carry: UInt16 = 1
      for index in bytes.indices {
        carry += UInt16(~bytes[index])
        bytes[index] = UInt8(truncatingIfNeeded: carry)
        carry >>= 8
      }
    }
    let sign: UInt8 = (bytes.last ?? 0) & 0x80 == 0 ? 0 : 0xFF
    while bytes.count > 1, bytes[bytes.count - 1] == sign, bytes[bytes.count - 2] & 0x80 == sign & 0x80 {
      bytes.removeLast()
    }
    return bytes.reversed()
  }
}
