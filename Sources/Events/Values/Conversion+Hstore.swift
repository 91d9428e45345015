internal import Decoder

/// hstore, in the order of a Java `HashMap`.
extension Conversion {
  static func appendHstoreMap(_ value: RawSpan, to buffer: inout OutputBuffer) -> Bool {
    guard let pairs = HstoreText.pairs(value) else { return false }
    appendObject(pairs, to: &buffer)
    return true
  }

  /// The map's JSON as a string.
  static func appendHstoreText(_ value: RawSpan, to buffer: inout OutputBuffer) -> Bool {
    guard let pairs = HstoreText.pairs(value) else { return false }
    var object = OutputBuffer(capacity: value.byteCount * 2)
    appendObject(pairs, to: &object)
    buffer.appendText(object.array)
    return true
  }

  private static func appendObject(_ pairs: [HstoreText.Pair], to buffer: inout OutputBuffer) {
    let order = JavaHashOrder.order(pairs.map { JavaHashOrder.hash($0.key) })
    buffer.append(UInt8(ascii: "{"))
    for (place, index) in order.enumerated() {
      if place > 0 { buffer.append(UInt8(ascii: ",")) }
      buffer.appendText(pairs[index].key)
      buffer.append(UInt8(ascii: ":"))
      if let value = pairs[index].value { buffer.appendText(value) } else { buffer.append(literal: "null") }
    }
    buffer.append(UInt8(ascii: "}"))
  }
}
