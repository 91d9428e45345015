import Decoder

/// Runs a text through a shape, as the row encoder does.
func rendered(_ text: String, as shape: ValueShape) throws -> String {
  try rendered(Array(text.utf8), as: shape)
}

/// The same for any bytes; the result is repaired UTF-8.
func rendered(_ bytes: [UInt8], as shape: ValueShape) throws -> String {
  var buffer = OutputBuffer(capacity: 0)
  let span = bytes.span.bytes
  try buffer.appendJSON(span, as: shape)
  return buffer.text
}

extension OutputBuffer {
  /// What was written, as a text.
  var text: String { withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
}

extension ValueShape {
  /// An array with the usual delimiter.
  static func array(of element: ValueShape) -> ValueShape { .array(element: element, delimiter: UInt8(ascii: ",")) }

  /// A row type.
  static func row(_ fields: KeyValuePairs<String, ValueShape>) -> ValueShape {
    .composite(fields.map { Field(name: $0.key, shape: $0.value) })
  }
}
