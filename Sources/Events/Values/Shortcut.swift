internal import Decoder

/// The conversions of the usual types: nothing but numbers, so that choosing among them counts no references.
enum Shortcut: Equatable, Sendable, BitwiseCopyable {
  case none, verbatim, boolean, text, float, double
  case decimal(scale: Int)
  case timestamp(Conversion.Unit)
  case zonedTimestamp(digits: Int?)

  /// Adds a value's JSON; false when it cannot be converted, with whatever was added so far, and for `none`.
  @inline(__always)
  func append(_ value: RawSpan, to buffer: inout OutputBuffer) -> Bool {
    switch self {
    case .none: return false
    case .verbatim:
      guard value.isWholeNumber else { return false }
      buffer.append(value)
    case .text: buffer.appendText(value)
    case .boolean:
      if value.byteCount > 0, value.octet(0) == UInt8(ascii: "t") {
        buffer.append(literal: "true")
      } else {
        buffer.append(literal: "false")
      }
    case .double: return buffer.appendJavaNumber(value, isSingle: false)
    case .float: return buffer.appendJavaNumber(value, isSingle: true)
    case .decimal(let scale):
      guard let number = DecimalText(value) else { return false }
      return buffer.appendUnscaled(number, of: value, scale: scale)
    case .timestamp(let unit): return Conversion.appendTimestamp(value, unit, to: &buffer)
    case .zonedTimestamp(let digits):
      return buffer.appendUsualMoment(value, digits: digits)
        || Conversion.appendZonedTimestamp(value, digits: digits, to: &buffer)
    }
    return true
  }
}

extension RawSpan {
  /// Whether it is digits, perhaps behind a minus: nothing else is copied as it is, whoever sent it.
  @inline(__always)
  var isWholeNumber: Bool {
    var index = byteCount > 0 && octet(0) == UInt8(ascii: "-") ? 1 : 0
    guard index < byteCount, octet(index) != UInt8(ascii: "0") || index &+ 1 == byteCount else { return false }
    while index < byteCount, octet(index) &- UInt8(ascii: "0") < 10 { index &+= 1 }
    return index == byteCount
  }

  /// Whether the first `end` bytes are such as dates and times are written with: nothing of them needs an escape.
  @inline(__always)
  func isMoment(before end: Int) -> Bool {
    for index in 0..<end {
      let byte = octet(index)
      // The characters from `-` to `:` are punctuation and digits.
      guard byte &- UInt8(ascii: "-") <= 13 || byte == UInt8(ascii: " ") else { return false }
    }
    return true
  }
}

extension OutputBuffer {
  /// Adds `2024-01-31 13:51:30.5+00` in ISO form by copying its parts, once they are looked at; false, and nothing added, for any other form.
  @inline(__always)
  mutating func appendUsualMoment(_ text: RawSpan, digits: Int?) -> Bool {
    let end = text.byteCount &- 3
    guard end >= 19, end <= 26, text.octet(4) == UInt8(ascii: "-"), text.octet(10) == UInt8(ascii: " "),
      text.octet(13) == UInt8(ascii: ":"), text.octet(end) == UInt8(ascii: "+"),
      text.octet(end &+ 1) == UInt8(ascii: "0"), text.octet(end &+ 2) == UInt8(ascii: "0"),
      end == 19 || text.octet(19) == UInt8(ascii: "."), text.isMoment(before: end)
    else { return false }
    append(UInt8(ascii: "\""))
    append(text.extracting(0..<10))
    append(UInt8(ascii: "T"))
    append(text.extracting(11..<19))
    let present = max(end &- 20, 0)
    let wanted = digits ?? present
    if wanted > 0 {
      append(UInt8(ascii: "."))
      if present > 0 { append(text.extracting(20..<(20 &+ min(present, wanted)))) }
      for _ in min(present, wanted)..<wanted { append(UInt8(ascii: "0")) }
    }
    append(literal: "Z\"")
    return true
  }
}
