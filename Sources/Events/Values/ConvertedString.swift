/// Takes JSON strings apart again, for what is done to a value after its conversion.
enum ConvertedString {
  /// The text of a string, quotes included, as the converter writes it.
  static func text(of json: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    var rest = json.dropFirst().dropLast()
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
        text.append(byte)
        continue
      }
      switch escape {
      case UInt8(ascii: "b"): text.append(8)
      case UInt8(ascii: "t"): text.append(9)
      case UInt8(ascii: "n"): text.append(10)
      case UInt8(ascii: "f"): text.append(12)
      case UInt8(ascii: "r"): text.append(13)
      case UInt8(ascii: "u"):
        // Only control characters are written so.
        text.append(UInt8(String(decoding: rest.prefix(4), as: UTF8.self), radix: 16) ?? 0)
        rest = rest.dropFirst(4)
      default: text.append(escape)
      }
    }
    return text
  }
}
