/// Bit strings: `10110`.
enum BitText {
  /// The bits as `io.debezium.data.Bits` has them: least significant byte first, without high bytes of zeros. Nil when
  /// something else than 0 and 1 is there.
  static func littleEndian(_ text: RawSpan) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: (text.byteCount + 7) / 8)
    for index in 0..<text.byteCount {
      let bit = text.byteCount - 1 - index
      switch text.octet(index) {
      case UInt8(ascii: "1"): bytes[bit / 8] |= 1 << UInt8(bit % 8)
      case UInt8(ascii: "0"): break
      default: return nil
      }
    }
    while bytes.last == 0 { bytes.removeLast() }
    return bytes
  }

  /// Whether a bit is set; nil without any, and when something else is there.
  static func isSet(_ text: RawSpan) -> Bool? {
    guard text.byteCount > 0, let bytes = littleEndian(text) else { return nil }
    return !bytes.isEmpty
  }
}
