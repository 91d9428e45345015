extension OutputBuffer {
  /// Adds the JSON that `to_jsonb` makes of a value, from its text form.
  ///
  /// - Throws: `ValueError` for a text that its type cannot have; the buffer is then as it was before.
  public mutating func appendJSON(_ value: RawSpan, as shape: borrowing ValueShape) throws(ValueError) {
    let mark = count
    do {
      try appendNested(value, as: shape, depth: 0)
    } catch {
      truncate(to: mark)
      throw error
    }
  }

  /// Adds a value that may lie inside of `depth` others.
  mutating func appendNested(
    _ value: RawSpan, as shape: borrowing ValueShape, depth: Int
  ) throws(ValueError) {
    guard depth < ValueShape.maximumDepth else { throw ValueError(.depth, at: 0) }
    switch shape {
    case .number: try appendNumber(value)
    case .boolean: try appendBoolean(value)
    case .timestamp: try appendTimestamp(value, withTimeZone: false)
    case .timestampWithTimeZone: try appendTimestamp(value, withTimeZone: true)
    case .json: try appendEmbedded(value)
    case .text: appendJSONString(value)
    case .hstore: try appendHstore(value)
    case .array(let element, let delimiter):
      try appendArray(value, of: element, delimiter: delimiter, depth: depth &+ 1)
    case .vector(let element): try appendVector(value, of: element, depth: depth &+ 1)
    case .composite(let fields): try appendComposite(value, fields: fields, depth: depth &+ 1)
    }
  }
}
