/// JSON strings read back.
enum JSONString {
  /// The text of a quoted JSON string; nil if it is not one.
  ///
  /// Source: RFC 8259, section 7 "Strings".
  static func decode(_ json: ArraySlice<UInt8>) -> String? {
    guard json.count >= 2, json.first == UInt8(ascii: "\""), json.last == UInt8(ascii: "\"") else { return nil }
    let inside = json.dropFirst().dropLast()
    guard inside.contains(UInt8(ascii: "\\")) else { return String(decoding: inside, as: UTF8.self) }
    var units: [UInt16] = []
    var text = ""
    var rest = inside
    // Escapes may be halves of a pair: they are gathered as UTF-16 and turned into text together.
    func flush() {
      text += String(decoding: units, as: UTF16.self)
      units.removeAll()
    }
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        flush()
        let plain = rest.prefix { $0 != UInt8(ascii: "\\") }
        text += String(decoding: [byte] + plain, as: UTF8.self)
        rest = rest.dropFirst(plain.count)
        continue
      }
      guard let unit = escape(&rest) else { return nil }
      units.append(unit)
    }
    flush()
    return text
  }

  private static func escape(_ rest: inout ArraySlice<UInt8>) -> UInt16? {
    guard let letter = rest.popFirst() else { return nil }
    switch letter {
    case UInt8(ascii: "b"): return 8
    case UInt8(ascii: "f"): return 12
    case UInt8(ascii: "n"): return 10
    case UInt8(ascii: "r"): return 13
    case UInt8(ascii: "t"): return 9
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return UInt16(letter)
    case UInt8(ascii: "u"):
      let digits = rest.prefix(4)
      guard digits.count == 4, digits.allSatisfy(\.isHexDigit) else { return nil }
      rest = rest.dropFirst(4)
      return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    default: return nil
    }
  }
}

extension UInt8 {
  fileprivate var isHexDigit: Bool { (48...57).contains(self) || (65...70).contains(self) || (97...102).contains(self) }
}
