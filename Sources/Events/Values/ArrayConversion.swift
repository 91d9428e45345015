internal import Decoder

/// How an array's text becomes a JSON array.
final class ArrayConversion: Sendable {
  private let element: Conversion
  private let delimiter: UInt8
  /// Whether an element may be null; else one spoils the whole array.
  private let allowsNull: Bool
  /// Whether NaN and infinities spoil the whole array whatever the element's conversion can do with them.
  private let refusesSpecialNumbers: Bool

  /// An array by the conversion of its elements.
  init(of element: Conversion, delimiter: UInt8, allowsNull: Bool, refusesSpecialNumbers: Bool = false) {
    self.element = element
    self.delimiter = delimiter
    self.allowsNull = allowsNull
    self.refusesSpecialNumbers = refusesSpecialNumbers
  }

  /// Adds an array; false when it cannot be converted as a whole.
  func append(_ value: RawSpan, from origin: ValueOrigin, to buffer: inout OutputBuffer) -> Bool {
    guard let elements = ArrayText.elements(value, delimiter: delimiter) else { return false }
    buffer.append(UInt8(ascii: "["))
    for (index, element) in elements.enumerated() {
      if index > 0 { buffer.append(UInt8(ascii: ",")) }
      switch element {
      case .null:
        guard allowsNull else { return false }
        buffer.append(literal: "null")
      case .text(let text):
        if refusesSpecialNumbers, DecimalText(text.span.bytes) == nil { return false }
        guard self.element.append(text.span.bytes, from: origin, to: &buffer) else { return false }
      case .array(let text):
        guard appendNested(text, to: &buffer) else { return false }
      }
    }
    buffer.append(UInt8(ascii: "]"))
    return true
  }

  /// Connect's array has one dimension. Debezium writes null for a further one, or for texts a Java object's address: the
  /// inner array's own text stands for that.
  private func appendNested(_ text: [UInt8], to buffer: inout OutputBuffer) -> Bool {
    if case .text = element {
      buffer.appendText(text)
      return true
    }
    guard allowsNull else { return false }
    buffer.append(literal: "null")
    return true
  }
}
