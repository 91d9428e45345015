/// A JSON value (RFC 8259) of a signal or of stored state. Numbers keep their text.
enum SignalDocument: Sendable, Hashable {
  case null
  case boolean(Bool)
  case number(String)
  case string(String)
  case array([SignalDocument])
  case object([String: SignalDocument])

  /// A text that is no JSON; where.
  struct Malformed: Error, Hashable {
    let offset: Int
  }

  /// Parses a whole text.
  init(parsing text: some Sequence<UInt8>) throws(Malformed) {
    var parser = SignalDocumentParser(Array(text))
    self = try parser.document()
  }

  /// An object's member; nil where there is none or this is no object.
  subscript(_ name: String) -> SignalDocument? {
    if case .object(let members) = self { members[name] } else { nil }
  }

  /// The text of a string.
  var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The elements of an array.
  var array: [SignalDocument]? {
    if case .array(let elements) = self { elements } else { nil }
  }
}

private struct SignalDocumentParser {
  private static let maximumDepth = 64
  private let bytes: [UInt8]
  private var offset = 0
  private var depth = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(SignalDocument.Malformed) -> SignalDocument {
    let value = try self.value()
    skipSpace()
    guard offset == bytes.count else { throw malformed }
    return value
  }

  private var malformed: SignalDocument.Malformed { SignalDocument.Malformed(offset: offset) }
  private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { offset += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard let byte = next, UInt32(byte) == character.value else { return false }
    offset += 1
    return true
  }

  private mutating func value() throws(SignalDocument.Malformed) -> SignalDocument {
    skipSpace()
    guard depth < Self.maximumDepth, let byte = next else { throw malformed }
    depth += 1
    defer { depth -= 1 }
    switch byte {
    case UInt8(ascii: "{"): return .object(try members())
    case UInt8(ascii: "["): return .array(try elements())
    case UInt8(ascii: "\""): return .string(try string())
    default: return try word()
    }
  }

  private mutating func members() throws(SignalDocument.Malformed) -> [String: SignalDocument] {
    offset += 1
    var members: [String: SignalDocument] = [:]
    if take("}") { return members }
    repeat {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw malformed }
      let name = try string()
      guard take(":") else { throw malformed }
      members[name] = try value()
    } while take(",")
    guard take("}") else { throw malformed }
    return members
  }

  private mutating func elements() throws(SignalDocument.Malformed) -> [SignalDocument] {
    offset += 1
    var elements: [SignalDocument] = []
    if take("]") { return elements }
    repeat { elements.append(try value()) } while take(",")
    guard take("]") else { throw malformed }
    return elements
  }

  private mutating func word() throws(SignalDocument.Malformed) -> SignalDocument {
    let start = offset
    while let byte = next, ![0x20, 0x09, 0x0A, 0x0D, 0x2C, 0x5D, 0x7D].contains(byte) { offset += 1 }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    switch text {
    case "null": return .null
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    default:
      guard let first = text.utf8.first, first == 0x2D || (0x30...0x39).contains(first), Double(text) != nil else {
        throw malformed
      }
      return .number(text)
    }
  }

  private mutating func string() throws(SignalDocument.Malformed) -> String {
    offset += 1
    var text: [UInt8] = []
    while let byte = next {
      offset += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else { throw malformed }
        return string
      case UInt8(ascii: "\\"): try escape(into: &text)
      case 0..<0x20: throw malformed
      default: text.append(byte)
      }
    }
    throw malformed
  }

  private mutating func escape(into text: inout [UInt8]) throws(SignalDocument.Malformed) {
    guard let byte = next else { throw malformed }
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(8)
    case UInt8(ascii: "f"): text.append(12)
    case UInt8(ascii: "n"): text.append(10)
    case UInt8(ascii: "r"): text.append(13)
    case UInt8(ascii: "t"): text.append(9)
    case UInt8(ascii: "u"): text.append(contentsOf: Array(String(Character(try scalar())).utf8))
    default: throw malformed
    }
  }

  private mutating func scalar() throws(SignalDocument.Malformed) -> Unicode.Scalar {
    let first = try unit()
    guard (0xD800..<0xDC00).contains(first) else {
      guard let scalar = Unicode.Scalar(first) else { throw malformed }
      return scalar
    }
    guard take("\\"), next == UInt8(ascii: "u") else { throw malformed }
    offset += 1
    let second = try unit()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    else { throw malformed }
    return scalar
  }

  private mutating func unit() throws(SignalDocument.Malformed) -> UInt32 {
    guard offset + 4 <= bytes.count else { throw malformed }
    let digits = String(decoding: bytes[offset..<(offset + 4)], as: UTF8.self)
    guard digits.utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2D }), let unit = UInt32(digits, radix: 16) else {
      throw malformed
    }
    offset += 4
    return unit
  }
}

extension SignalDocument {
  /// The value as JSON, without spaces; an object's members by name.
  var text: String {
    switch self {
    case .null: "null"
    case .boolean(let value): String(value)
    case .number(let text): text
    case .string(let text): SignalDocument.quoted(text)
    case .array(let elements): "[" + elements.map(\.text).joined(separator: ",") + "]"
    case .object(let members):
      "{"
        + members.sorted { $0.key < $1.key }.map { "\(SignalDocument.quoted($0.key)):\($0.value.text)" }
        .joined(separator: ",") + "}"
    }
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\u{0}"..<" ":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
