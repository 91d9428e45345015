internal import Decoder

/// A decimal number taken apart where it stands: `-12.50`. No exponent: `numeric` never has one.
struct DecimalText {
  /// Whether it has a minus sign.
  let isNegative: Bool
  /// Index of the first digit.
  let start: Int
  /// Index of the point, or the end without one.
  let point: Int
  /// Index behind the last digit.
  let end: Int

  /// Nil for anything that is not a number: NaN and the infinities too.
  @inline(__always)
  init?(_ text: RawSpan) {
    let length = text.byteCount
    var place = 0
    isNegative = length > 0 && text.octet(0) == UInt8(ascii: "-")
    if isNegative || (length > 0 && text.octet(0) == UInt8(ascii: "+")) { place = 1 }
    start = place
    var point = -1
    while place < length {
      let byte = text.octet(place)
      if byte == UInt8(ascii: "."), point < 0 {
        point = place
      } else if byte &- 48 > 9 {
        return nil
      }
      place &+= 1
    }
    end = length
    self.point = point < 0 ? length : point
    guard integerDigits &+ fractionDigits > 0 else { return nil }
  }

  /// Digits before the point.
  var integerDigits: Int { point &- start }
  /// Digits behind the point.
  var fractionDigits: Int { point < end ? end &- point &- 1 : 0 }

  /// Digits behind the point that are not trailing zeros.
  func significantFractionDigits(of text: RawSpan) -> Int {
    var digits = fractionDigits
    while digits > 0, text.octet(point &+ digits) == UInt8(ascii: "0") { digits &-= 1 }
    return digits
  }

  /// The number without its point when it has `scale` digits behind it and 18 or fewer in all.
  ///
  /// Nil as well when it has other digits than zeros beyond the scale: nothing is rounded.
  @inline(__always)
  func unscaled(of text: RawSpan, scale: Int) -> Int64? {
    guard integerDigits &+ scale <= 18 else { return nil }
    var value: Int64 = 0
    for place in start..<point { value = value &* 10 &+ Int64(text.octet(place) &- 48) }
    let kept = min(fractionDigits, scale)
    for place in 0..<kept { value = value &* 10 &+ Int64(text.octet(point &+ 1 &+ place) &- 48) }
    for _ in kept..<scale { value &*= 10 }
    for place in kept..<max(kept, fractionDigits) where text.octet(point &+ 1 &+ place) != UInt8(ascii: "0") {
      return nil
    }
    return isNegative ? 0 &- value : value
  }

  /// The digits of the number without its point, of any length; nil as above.
  func unscaledDigits(of text: RawSpan, scale: Int) -> [UInt8]? {
    let kept = min(fractionDigits, scale)
    var digits: [UInt8] = []
    digits.reserveCapacity(integerDigits + scale)
    for place in start..<point { digits.append(text.octet(place) - 48) }
    for place in 0..<kept { digits.append(text.octet(point + 1 + place) - 48) }
    digits.append(contentsOf: repeatElement(0, count: scale - kept))
    for place in kept..<max(kept, fractionDigits) where text.octet(point + 1 + place) != UInt8(ascii: "0") {
      return nil
    }
    return digits
  }
}

extension OutputBuffer {
  /// Adds a number's unscaled value as base64; false when it has digits beyond the scale.
  ///
  /// Source: Kafka Connect, `org.apache.kafka.connect.data.Decimal`.
  @inline(__always)
  mutating func appendUnscaled(_ number: DecimalText, of text: RawSpan, scale: Int) -> Bool {
    if let value = number.unscaled(of: text, scale: scale) {
      appendBase64(value)
      return true
    }
    return appendLongUnscaled(number, of: text, scale: scale)
  }

  @inline(never)
  private mutating func appendLongUnscaled(_ number: DecimalText, of text: RawSpan, scale: Int) -> Bool {
    guard let digits = number.unscaledDigits(of: text, scale: scale) else { return false }
    appendBase64(LongInteger(decimal: digits).bytes(negative: number.isNegative))
    return true
  }
}
