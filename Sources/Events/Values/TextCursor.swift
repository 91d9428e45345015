/// Reads the parts of a short text, such as a date's, from its start.
struct TextCursor: ~Escapable {
  /// All of the text.
  let text: RawSpan
  /// Index of the next byte.
  var place: Int

  /// A cursor before the byte at `place`.
  @_lifetime(copy text)
  init(_ text: RawSpan, at place: Int = 0) {
    self.text = text
    self.place = place
  }

  /// Whether nothing is left.
  var isAtEnd: Bool { place >= text.byteCount }

  /// The next byte; 0 at the end.
  var next: UInt8 { place < text.byteCount ? text.octet(place) : 0 }

  /// Steps over `byte` when it is next.
  @inline(__always)
  mutating func skip(_ byte: UInt8) -> Bool {
    guard next == byte, place < text.byteCount else { return false }
    place &+= 1
    return true
  }

  /// Steps over blanks.
  mutating func skipBlanks() { while skip(UInt8(ascii: " ")) {} }

  /// One digit or more, at most `count` of them.
  @inline(__always)
  mutating func number(atMost count: Int) -> Int? {
    let start = place
    var value = 0
    while place < text.byteCount, place &- start < count {
      let digit = text.octet(place) &- 48
      guard digit < 10 else { break }
      value = value &* 10 &+ Int(digit)
      place &+= 1
    }
    return place > start ? value : nil
  }
}

extension RawSpan {
  /// The byte at an index, checked.
  @inline(__always)
  func octet(_ index: Int) -> UInt8 { unsafeLoad(fromByteOffset: index, as: UInt8.self) }

  /// Whether it is exactly this text.
  func equals(_ literal: StaticString) -> Bool {
    guard byteCount == literal.utf8CodeUnitCount else { return false }
    return literal.withUTF8Buffer { expected in
      for index in 0..<byteCount where octet(index) != expected[index] { return false }
      return true
    }
  }

  /// A copy, for what is not worth being done in place.
  var copied: [UInt8] { withUnsafeBytes { Array($0) } }
}
