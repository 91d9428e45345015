/// Checks that a text is a JSON object which jsonb will take, and reads its member `user`.
///
/// Stricter than a JSON library's decoder where PostgreSQL is: no `\u0000`, no half surrogate pairs, no number beyond
/// what `numeric` holds, no byte order mark. Source: RFC 8259; PostgreSQL documentation, 8.14 "JSON Types".
struct JSONReader {
  private let bytes: [UInt8]
  private var place = 0
  /// The member `user` of the object, when it is a string.
  private(set) var user: String?
  private static let deepest = 100

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Reads to the end; whether the whole text is one object that jsonb takes.
  mutating func readObject() -> Bool {
    skipBlanks()
    guard peek() == UInt8(ascii: "{"), value(depth: 0) else { return false }
    skipBlanks()
    return place == bytes.count
  }

  private func peek() -> UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    place += 1
    return true
  }

  private mutating func skipBlanks() {
    while let byte = peek(), [0x20, 0x09, 0x0A, 0x0D].contains(byte) { place += 1 }
  }

  private mutating func value(depth: Int) -> Bool {
    guard depth < Self.deepest else { return false }
    skipBlanks()
    switch peek() {
    case UInt8(ascii: "{"): return members(depth: depth)
    case UInt8(ascii: "["): return elements(depth: depth)
    case UInt8(ascii: "\""): return string() != nil
    case UInt8(ascii: "t"): return word("true")
    case UInt8(ascii: "f"): return word("false")
    case UInt8(ascii: "n"): return word("null")
    default: return number()
    }
  }

  private mutating func members(depth: Int) -> Bool {
    place += 1
    skipBlanks()
    if take(UInt8(ascii: "}")) { return true }
    repeat {
      skipBlanks()
      guard let name = string() else { return false }
      skipBlanks()
      guard take(UInt8(ascii: ":")) else { return false }
      skipBlanks()
      if depth == 0 && name == "user" {
        // As in jsonb, the last of several members of one name counts.
        let start = place
        user = peek() == UInt8(ascii: "\"") ? string() : nil
        place = start
      }
      guard value(depth: depth + 1) else { return false }
      skipBlanks()
    } while take(UInt8(ascii: ","))
    return take(UInt8(ascii: "}"))
  }

  private mutating func elements(depth: Int) -> Bool {
    place += 1
    skipBlanks()
    if take(UInt8(ascii: "]")) { return true }
    repeat {
      guard value(depth: depth + 1) else { return false }
      skipBlanks()
    } while take(UInt8(ascii: ","))
    return take(UInt8(ascii: "]"))
  }

  private mutating func word(_ word: StaticString) -> Bool {
    let length = word.utf8CodeUnitCount
    guard bytes.count - place >= length, bytes[place..<(place + length)].elementsEqual(word.description.utf8) else {
      return false
    }
    place += length
    return true
  }

  private mutating func digits() -> Int {
    let start = place
    while let byte = peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { place += 1 }
    return place - start
  }

  /// A number with few enough digits and a small enough exponent that `numeric` holds it for certain.
  private mutating func number() -> Bool {
    _ = take(UInt8(ascii: "-"))
    let leadingZero = peek() == UInt8(ascii: "0")
    let whole = digits()
    guard whole > 0, whole == 1 || !leadingZero, whole <= 10_000 else { return false }
    if take(UInt8(ascii: ".")) {
      let fraction = digits()
      guard fraction > 0, fraction <= 5_000 else { return false }
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      let start = place
      guard digits() > 0, let exponent = Int(String(decoding: bytes[start..<place], as: UTF8.self)) else {
        return false
      }
      return exponent <= 10_000
    }
    return true
  }

  private mutating func string() -> String? {
    guard take(UInt8(ascii: "\"")) else { return nil }
    var text: [UInt8] = []
    while let byte = peek() {
      place += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): guard escape(into: &text) else { return nil }
      case 0..<0x20: return nil
      default: text.append(byte)
      }
    }
    return nil
  }

  private mutating func escape(into text: inout [UInt8]) -> Bool {
    guard let letter = peek() else { return false }
    place += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): return unicodeEscape(into: &text)
    default: return false
    }
    return true
  }

  private mutating func unicodeEscape(into text: inout [UInt8]) -> Bool {
    guard var code = hexadecimal(), code != 0 else { return false }
    if (0xD800..<0xDC00).contains(code) {
      guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")), let low = hexadecimal(),
        (0xDC00..<0xE000).contains(low)
      else { return false }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else { return false }
    text.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
    return true
  }

  private mutating func hexadecimal() -> UInt32? {
    guard bytes.count - place >= 4 else { return nil }
    let digits = bytes[place..<(place + 4)]
    guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
    place += 4
    return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
  }
}
