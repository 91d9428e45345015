/// A JSON text taken apart, with numbers told apart as Jackson does.
///
/// Source: RFC 8259. Nesting is bounded as in Jackson; what follows the value is not looked at, as in Jackson.
indirect enum JSONDocument: Sendable {
  case null
  case boolean(Bool)
  case int32(Int32)
  case int64(Int64)
  /// A whole number that fits no int64.
  case hugeInteger
  case double(Double)
  case string(String)
  case array([JSONDocument])
  /// Members in their order; of two with one name, the last one's value in the first one's place.
  case object([(name: String, value: JSONDocument)])

  /// Reads a text; nil if it does not begin with JSON.
  init?(_ text: [UInt8]) {
    var reader = JSONDocumentReader(bytes: text)
    guard let document = reader.value(depth: 0) else { return nil }
    self = document
  }

  /// The text of a string.
  var string: String? {
    if case .string(let string) = self { return string }
    return nil
  }

  /// The kind of value, where numbers are one.
  var type: String {
    switch self {
    case .null: "null"
    case .boolean: "boolean"
    case .int32, .int64, .hugeInteger, .double: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }

  /// The member of an object.
  func member(_ name: String) -> JSONDocument? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }
}

private struct JSONDocumentReader {
  private static var deepest: Int { 1000 }

  let bytes: [UInt8]
  private var offset = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func next() -> UInt8? {
    while offset < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[offset]) { offset += 1 }
    return offset < bytes.count ? bytes[offset] : nil
  }

  private mutating func skip(_ byte: UInt8) -> Bool {
    guard next() == byte else { return false }
    offset += 1
    return true
  }

  mutating func value(depth: Int) -> JSONDocument? {
    guard let first = next(), depth <= Self.deepest else { return nil }
    switch first {
    case UInt8(ascii: "{"): return object(depth: depth)
    case UInt8(ascii: "["): return array(depth: depth)
    case UInt8(ascii: "\""): return string().map(JSONDocument.string)
    case UInt8(ascii: "t"): return word("true", .boolean(true))
    case UInt8(ascii: "f"): return word("false", .boolean(false))
    case UInt8(ascii: "n"): return word("null", .null)
    default: return number()
    }
  }

  private mutating func word(_ word: StaticString, _ value: JSONDocument) -> JSONDocument? {
    let text = word.description.utf8
    guard bytes[offset...].starts(with: text) else { return nil }
    offset += text.count
    return value
  }

  private mutating func string() -> String? {
    let start = offset
    offset += 1
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      if byte == UInt8(ascii: "\"") { return JSONString.decode(bytes[start..<offset]) }
      if byte < 0x20 { return nil }
      if byte == UInt8(ascii: "\\") { offset += 1 }
    }
    return nil
  }

  private mutating func array(depth: Int) -> JSONDocument? {
    offset += 1
    var elements: [JSONDocument] = []
    if skip(UInt8(ascii: "]")) { return .array([]) }
    repeat {
      guard let element = value(depth: depth + 1) else { return nil }
      elements.append(element)
    } while skip(UInt8(ascii: ","))
    return skip(UInt8(ascii: "]")) ? .array(elements) : nil
  }

  private mutating func object(depth: Int) -> JSONDocument? {
    offset += 1
    var members: [(name: String, value: JSONDocument)] = []
    var places: [String: Int] = [:]
    if skip(UInt8(ascii: "}")) { return .object([]) }
    repeat {
      guard next() == UInt8(ascii: "\""), let name = string(), skip(UInt8(ascii: ":")),
        let member = value(depth: depth + 1)
      else { return nil }
      if let place = places[name] {
        members[place].value = member
      } else {
        places[name] = members.count
        members.append((name, member))
      }
    } while skip(UInt8(ascii: ","))
    return skip(UInt8(ascii: "}")) ? .object(members) : nil
  }

  private mutating func number() -> JSONDocument? {
    let start = offset
    var isWhole = true
    if offset < bytes.count, bytes[offset] == UInt8(ascii: "-") { offset += 1 }
    guard let whole = digits(), whole.count == 1 || whole.first != UInt8(ascii: "0") else { return nil }
    if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
      offset += 1
      isWhole = false
      guard digits() != nil else { return nil }
    }
    if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
      offset += 1
      isWhole = false
      if offset < bytes.count, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[offset]) { offset += 1 }
      guard digits() != nil else { return nil }
    }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    guard isWhole else { return Double(text).map(JSONDocument.double) }
    guard let number = Int64(text) else { return .hugeInteger }
    return Int32(exactly: number).map(JSONDocument.int32) ?? .int64(number)
  }

  private mutating func digits() -> ArraySlice<UInt8>? {
    let digits = bytes[offset...].prefix { (48...57).contains($0) }
    offset += digits.count
    return digits.isEmpty ? nil : digits
  }
}
