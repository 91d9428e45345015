/// An array taken apart: `{1,NULL,"a \"b\""}`, with lower bounds in front where they are not 1.
///
/// Source: PostgreSQL documentation, 8.15.6 "Array Input and Output Syntax".
enum ArrayText {
  /// An element of the outermost dimension.
  enum Element {
    /// SQL NULL.
    case null
    /// Its text, unquoted.
    case text([UInt8])
    /// An array in turn: its text, braces included.
    case array([UInt8])
  }

  /// The elements of the outermost dimension; nil when the text is no array.
  static func elements(_ text: RawSpan, delimiter: UInt8) -> [Element]? {
    var place = 0
    if text.byteCount > 0, text.octet(0) == UInt8(ascii: "[") {
      while place < text.byteCount, text.octet(place) != UInt8(ascii: "=") { place += 1 }
      place += 1
    }
    guard text.byteCount >= place + 2, text.octet(place) == UInt8(ascii: "{"),
      text.octet(text.byteCount - 1) == UInt8(ascii: "}")
    else { return nil }
    place += 1
    var elements: [Element] = []
    let end = text.byteCount - 1
    if place == end { return [] }
    while true {
      guard let element = element(text, from: &place, until: end, delimiter: delimiter) else { return nil }
      elements.append(element)
      if place == end { return elements }
      guard text.octet(place) == delimiter, place + 1 < end else { return nil }
      place += 1
    }
  }

  private static func element(
    _ text: RawSpan, from place: inout Int, until end: Int, delimiter: UInt8
  ) -> Element? {
    if text.octet(place) == UInt8(ascii: "{") { return nested(text, from: &place, until: end) }
    var bytes: [UInt8] = []
    var isQuoted = false
    var isInside = false
    while place < end, isInside || text.octet(place) != delimiter {
      var byte = text.octet(place)
      if byte == UInt8(ascii: "\"") {
        isQuoted = true
        isInside.toggle()
      } else {
        if byte == UInt8(ascii: "\\") {
          place += 1
          guard place < end else { return nil }
          byte = text.octet(place)
        }
        bytes.append(byte)
      }
      place += 1
    }
    if isInside { return nil }
    return !isQuoted && bytes == Array("NULL".utf8) ? .null : .text(bytes)
  }

  private static func nested(_ text: RawSpan, from place: inout Int, until end: Int) -> Element? {
    let start = place
    var depth = 0
    var isInside = false
    while place < end {
      switch text.octet(place) {
      case UInt8(ascii: "\\"): place += 1
      case UInt8(ascii: "\""): isInside.toggle()
      case UInt8(ascii: "{") where !isInside: depth += 1
      case UInt8(ascii: "}") where !isInside: depth -= 1
      default: break
      }
      place += 1
      if depth == 0 { return place <= end ? .array(text.extracting(start..<place).copied) : nil }
    }
    return nil
  }
}
