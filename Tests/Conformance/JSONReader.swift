/// Reads one JSON text to its end.
///
/// Source: RFC 8259. Half surrogate pairs become the replacement character.
struct JSONReader {
  struct Malformed: Error, CustomStringConvertible {
    let offset: Int
    var description: String { "not JSON at byte \(offset)" }
  }

  private let bytes: [UInt8]
  private var place = 0
  private static let deepest = 200

  static func value(of text: some Collection<UInt8>) throws(Malformed) -> JSONValue {
    var reader = JSONReader(bytes: Array(text))
    let value = try reader.value(depth: 0)
    reader.skipBlanks()
    guard reader.place == reader.bytes.count else { throw reader.malformed }
    return value
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private var malformed: Malformed { Malformed(offset: place) }
  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    place += 1
    return true
  }

  private mutating func expect(_ word: StaticString) throws(Malformed) {
    for index in 0..<word.utf8CodeUnitCount where !take(word.utf8Start[index]) { throw malformed }
  }

  private mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { place += 1 }
  }

  private mutating func value(depth: Int) throws(Malformed) -> JSONValue {
    guard depth < Self.deepest else { throw malformed }
    skipBlanks()
    switch next {
    case UInt8(ascii: "{"): return .object(try members(depth: depth))
    case UInt8(ascii: "["): return .list(try elements(depth: depth))
    case UInt8(ascii: "\""): return .text(try string())
    case UInt8(ascii: "t"):
      try expect("true")
      return .boolean(true)
    case UInt8(ascii: "f"):
      try expect("false")
      return .boolean(false)
    case UInt8(ascii: "n"):
      try expect("null")
      return .null
    default: return .number(try number())
    }
  }

  private mutating func members(depth: Int) throws(Malformed) -> [JSONMember] {
    place += 1
    skipBlanks()
    var members: [JSONMember] = []
    if take(UInt8(ascii: "}")) { return members }
    repeat {
      skipBlanks()
      let name = try string()
      skipBlanks()
      try expect(":")
      members.append(JSONMember(name: name, value: try value(depth: depth + 1)))
      skipBlanks()
    } while take(UInt8(ascii: ","))
    try expect("}")
    return members
  }

  private mutating func elements(depth: Int) throws(Malformed) -> [JSONValue] {
    place += 1
    skipBlanks()
    var elements: [JSONValue] = []
    if take(UInt8(ascii: "]")) { return elements }
    repeat {
      elements.append(try value(depth: depth + 1))
      skipBlanks()
    } while take(UInt8(ascii: ","))
    try expect("]")
    return elements
  }

  private mutating func number() throws(Malformed) -> JSONNumber {
    let start = place
    _ = take(UInt8(ascii: "-"))
    let leadingZero = next == UInt8(ascii: "0")
    let whole = digits()
    guard whole == 1 || (whole > 1 && !leadingZero) else { throw malformed }
    if take(UInt8(ascii: ".")), digits() == 0 { throw malformed }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      if digits() == 0 { throw malformed }
    }
    guard let number = JSONNumber(String(decoding: bytes[start..<place], as: UTF8.self)) else { throw malformed }
    return number
  }

  private mutating func digits() -> Int {
    let start = place
    while let byte = next, byte >= 0x30 && byte <= 0x39 { place += 1 }
    return place - start
  }

  private mutating func string() throws(Malformed) -> String {
    try expect("\"")
    var text: [UInt8] = []
    while let byte = next {
      place += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else { throw malformed }
        return string
      case UInt8(ascii: "\\"): text += try escape()
      case 0..<0x20: throw malformed
      default: text.append(byte)
      }
    }
    throw malformed
  }

  private mutating func escape() throws(Malformed) -> [UInt8] {
    guard let letter = next else { throw malformed }
    place += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [letter]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"):
      var units = [try hexadecimal()]
      if (0xD800..<0xDC00).contains(units[0]), next == UInt8(ascii: "\\"), place + 1 < bytes.count,
        bytes[place + 1] == UInt8(ascii: "u")
      {
        place += 2
        units.append(try hexadecimal())
      }
      return Array(String(decoding: units, as: UTF16.self).utf8)
    default: throw malformed
    }
  }

  private mutating func hexadecimal() throws(Malformed) -> UInt16 {
    guard place + 4 <= bytes.count,
      let unit = UInt16(String(decoding: bytes[place..<(place + 4)], as: UTF8.self), radix: 16)
    else { throw malformed }
    place += 4
    return unit
  }
}
