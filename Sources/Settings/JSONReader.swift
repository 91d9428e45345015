/// Reads JSON (RFC 8259) into a tree that keeps each number's text and each value's line, and finds keys given twice.
///
/// A decoder that resolves types would lose all three.
struct JSONReader {
  private static let maximumDepth = 64
  private let bytes: [UInt8]
  private var offset = 0
  private var line = 1
  private var depth = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  static func read(_ text: String) throws(DocumentError) -> DocumentNode {
    var reader = JSONReader(text)
    let root = try reader.value()
    reader.skipSpace()
    guard reader.offset == reader.bytes.count else { throw reader.error("there is text after the document's end") }
    return root
  }

  private func error(_ text: String) -> DocumentError { DocumentError(line: line, text: text) }

  private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
      if byte == 0x0A { line += 1 }
      offset += 1
    }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard let byte = next, UInt32(byte) == character.value else { return false }
    offset += 1
    return true
  }

  private mutating func value() throws(DocumentError) -> DocumentNode {
    skipSpace()
    let start = line
    guard depth < Self.maximumDepth else { throw error("values are nested more than \(Self.maximumDepth) deep") }
    depth += 1
    defer { depth -= 1 }
    guard let byte = next else { throw error("the document ends where a value should stand") }
    switch byte {
    case UInt8(ascii: "{"): return DocumentNode(line: start, content: .mapping(try members()))
    case UInt8(ascii: "["): return DocumentNode(line: start, content: .list(try elements()))
    case UInt8(ascii: "\""): return DocumentNode(line: start, content: .scalar(try string()))
    default: return DocumentNode(line: start, content: try word())
    }
  }

  private mutating func members() throws(DocumentError) -> [(key: String, value: DocumentNode)] {
    offset += 1
    var members: [(key: String, value: DocumentNode)] = []
    var names: Set<String> = []
    if take("}") { return members }
    repeat {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw error("a member's name in quotes is expected") }
      let name = try string()
      guard names.insert(name).inserted else {
        throw DocumentError(line: line, text: "'\(Masking.shown(name: name))' is given twice", code: .duplicate)
      }
      guard take(":") else { throw error("':' is expected after a member's name") }
      members.append((name, try value()))
    } while take(",")
    guard take("}") else { throw error("',' or '}' is expected") }
    return members
  }

  private mutating func elements() throws(DocumentError) -> [DocumentNode] {
    offset += 1
    var elements: [DocumentNode] = []
    if take("]") { return elements }
    repeat { elements.append(try value()) } while take(",")
    guard take("]") else { throw error("',' or ']' is expected") }
    return elements
  }

  /// A number keeps its text; `true`, `false` and `null` are the only words.
  private mutating func word() throws(DocumentError) -> DocumentNode.Content {
    let start = offset
    while let byte = next, Self.isWord(byte) { offset += 1 }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    switch text {
    case "null": return .null
    case "true", "false": return .scalar(text)
    default:
      let body = text.drop { $0 == "-" }
      guard body.first?.isNumber == true, !text.contains("x"), Double(text) != nil else {
        throw error("a value is expected: text in quotes, a number, true, false, null, a list or an object")
      }
      return .scalar(text)
    }
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  private mutating func string() throws(DocumentError) -> String {
    offset += 1
    var units: [UInt8] = []
    while let byte = next {
      offset += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: units, as: UTF8.self)
      case UInt8(ascii: "\\"): try escape(into: &units)
      case 0..<0x20: throw error("a control character inside a text must be escaped")
      default: units.append(byte)
      }
    }
    throw error("a text has no closing quote")
  }

  private mutating func escape(into units: inout [UInt8]) throws(DocumentError) {
    guard let byte = next else { throw error("a text has no closing quote") }
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(byte)
    case UInt8(ascii: "b"): units.append(0x08)
    case UInt8(ascii: "f"): units.append(0x0C)
    case UInt8(ascii: "n"): units.append(0x0A)
    case UInt8(ascii: "r"): units.append(0x0D)
    case UInt8(ascii: "t"): units.append(0x09)
    case UInt8(ascii: "u"): units.append(contentsOf: String(Character(try scalar())).utf8)
    default: throw error("an unknown escape after a backslash")
    }
  }

  /// The character of `\uXXXX`, or of two of them that make a surrogate pair.
  private mutating func scalar() throws(DocumentError) -> Unicode.Scalar {
    let first = try hexadecimal()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, next == UInt8(ascii: "\\"), offset + 1 < bytes.count, bytes[offset + 1] == UInt8(ascii: "u")
    else { throw error("half a surrogate pair after \\u") }
    offset += 2
    let second = try hexadecimal()
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    else { throw error("half a surrogate pair after \\u") }
    return scalar
  }

  private mutating func hexadecimal() throws(DocumentError) -> UInt32 {
    guard bytes.count - offset >= 4 else { throw error("four hexadecimal digits are expected after \\u") }
    var value: UInt32 = 0
    for byte in bytes[offset..<(offset + 4)] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw error("four hexadecimal digits are expected after \\u")
      }
      value = value << 4 | UInt32(digit)
    }
    offset += 4
    return value
  }
}
