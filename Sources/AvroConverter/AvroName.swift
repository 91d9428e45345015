/// The name of a record, with its namespace.
///
/// Source: Apache Avro specification, "Names".
struct AvroName: Hashable, Sendable {
  /// The last part.
  let name: String
  /// The parts before it; nil for none.
  let space: String?

  /// A name by its parts.
  init(_ name: String, space: String?) {
    self.name = name
    self.space = space == "" ? nil : space
  }

  /// A name as a schema writes it: with dots it is a full one, else it stands in `enclosing`.
  init(_ text: String, in enclosing: String?) {
    if let dot = text.lastIndex(of: ".") {
      self.init(String(text[text.index(after: dot)...]), space: String(text[..<dot]))
    } else {
      self.init(text, space: enclosing)
    }
  }

  /// Both parts.
  var full: String { space.map { "\($0).\(name)" } ?? name }

  /// The words of the types that have no name of their own.
  static let words: Set = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"]
  private static let reserved = words.union(["record", "enum", "array", "map", "union", "fixed"])

  /// How it is referred to inside of `enclosing`.
  func reference(in enclosing: String?) -> String {
    space != nil && space == enclosing && !AvroName.reserved.contains(name) ? name : full
  }

  /// Whether a field or record may have the name: letters, digits and underscores, no digit first; letters of any
  /// alphabet, as Avro's Java library has it.
  static func isValid(_ name: String) -> Bool {
    for (index, character) in name.unicodeScalars.enumerated() {
      if character == "_" { continue }
      // Java looks at UTF-16's halves, which are no letters.
      guard character.value < 0x10000 else { return false }
      switch character.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: continue
      case .decimalNumber where index > 0: continue
      default: return false
      }
    }
    return !name.isEmpty
  }

  /// A name with what is not allowed in it replaced by underscores, as `scrub.invalid.names` does: what a form would
  /// encode is encoded first.
  static func scrubbed(_ name: String) -> String {
    let isPlain = name.utf8.allSatisfy(isPlain)
    guard let first = name.utf8.first, !isPlain || isDigit(first) else { return name }
    var text = ""
    for byte in name.utf8 {
      if isPlain || self.isPlain(byte) {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else if [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: " ")].contains(byte) {
        text += "_"
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        text += digits.utf8.count == 1 ? "_0\(digits)" : "_\(digits)"
      }
    }
    return isDigit(text.utf8.first ?? 0) ? "x" + text : text
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }
  private static func isPlain(_ byte: UInt8) -> Bool {
    isDigit(byte) || (byte | 0x20) &- 97 < 26 || byte == UInt8(ascii: "_")
  }
}
