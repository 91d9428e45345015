/// Reads a payload as `JsonConverter` writes it: no blanks, members in the schema's order.
///
/// Every read is checked against the text's end; what is not as expected is an error with its place, never its content.
struct PayloadReader: ~Escapable {
  /// All of the text.
  let text: RawSpan
  /// Index of the next byte.
  var place = 0

  @_lifetime(copy text)
  init(_ text: RawSpan) { self.text = text }

  /// The next byte; 0 at the end.
  @inline(__always)
  var next: UInt8 { byte(place) }

  /// The byte at an index; 0 behind the end.
  @inline(__always)
  func byte(_ index: Int) -> UInt8 {
    index < text.byteCount ? text.unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self) : 0
  }

  /// What to throw when the next bytes are others.
  @inline(never)
  func expected(_ what: String) -> AvroError {
    AvroError(.payload, "the payload does not fit its schema: expected \(what) at byte \(place) of \(text.byteCount)")
  }

  /// Steps over a byte.
  @inline(__always)
  mutating func take(_ byte: UInt8) throws(AvroError) {
    guard next == byte else { throw expected("\"\(Character(Unicode.Scalar(byte)))\"") }
    place &+= 1
  }

  /// Steps over a byte when it is next.
  @inline(__always)
  mutating func skip(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    place &+= 1
    return true
  }

  /// Steps over a word such as `true` when it is next.
  @inline(__always)
  mutating func skip(_ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard text.byteCount &- place >= count else { return false }
    for offset in 0..<count where byte(place &+ offset) != word.utf8Start[offset] { return false }
    place &+= count
    return true
  }

  /// Steps over bytes that were made before when they are next; eight at a time.
  @inline(__always)
  mutating func skip(_ expected: RawSpan, _ range: Range<Int>) -> Bool {
    let count = range.count
    guard text.byteCount &- place >= count, range.upperBound <= expected.byteCount else { return false }
    var offset = 0
    while count &- offset >= 8 {
      let mine = text.unsafeLoadUnaligned(fromUncheckedByteOffset: place &+ offset, as: UInt64.self)
      let theirs = expected.unsafeLoadUnaligned(
        fromUncheckedByteOffset: range.lowerBound &+ offset, as: UInt64.self)
      if mine != theirs { return false }
      offset &+= 8
    }
    while offset < count {
      let theirs = expected.unsafeLoad(fromUncheckedByteOffset: range.lowerBound &+ offset, as: UInt8.self)
      if byte(place &+ offset) != theirs { return false }
      offset &+= 1
    }
    place &+= count
    return true
  }

  /// A whole number.
  @inline(__always)
  mutating func integer() throws(AvroError) -> Int64 {
    let isNegative = skip(UInt8(ascii: "-"))
    let start = place
    var magnitude: UInt64 = 0
    while true {
      let digit = next &- 48
      guard digit < 10 else { break }
      magnitude = magnitude &* 10 &+ UInt64(digit)
      place &+= 1
    }
    // 19 digits cannot overflow 64 bits.
    let isInRange = magnitude <= (isNegative ? 1 << 63 : 1 << 63 - 1)
    guard place > start, place &- start <= 19, isInRange else { throw expected("a whole number of 64 bits") }
    return Int64(truncatingIfNeeded: isNegative ? 0 &- magnitude : magnitude)
  }

  /// `true` or `false`.
  @inline(__always)
  mutating func boolean() throws(AvroError) -> Bool {
    if skip("true") { return true }
    if skip("false") { return false }
    throw expected("true or false")
  }

  /// How many elements an array has, whose bracket was read; the place stays.
  mutating func count() throws(AvroError) -> Int {
    let start = place
    defer { place = start }
    if next == UInt8(ascii: "]") { return 0 }
    var count = 0
    repeat {
      try skipValue()
      count &+= 1
    } while skip(UInt8(ascii: ","))
    guard next == UInt8(ascii: "]") else { throw expected("the end of an array") }
    return count
  }

  /// Steps over a value of whatever kind.
  mutating func skipValue() throws(AvroError) {
    var depth = 0
    repeat {
      switch next {
      case UInt8(ascii: "\""): _ = try string()
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth &+= 1
        place &+= 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard depth > 0 else { throw expected("a value") }
        depth &-= 1
        place &+= 1
      case UInt8(ascii: ","), UInt8(ascii: ":"):
        guard depth > 0 else { throw expected("a value") }
        place &+= 1
      default:
        let start = place
        while isInWord(next) { place &+= 1 }
        guard place > start else { throw expected("a value") }
      }
    } while depth > 0
  }

  /// Whether a byte may stand in a number, `true`, `false` or `null`.
  private func isInWord(_ byte: UInt8) -> Bool {
    byte &- 48 < 10 || (byte | 0x20) &- 97 < 26 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
      || byte == UInt8(ascii: ".")
  }
}
