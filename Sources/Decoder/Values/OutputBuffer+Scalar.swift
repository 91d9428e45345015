extension OutputBuffer {
  /// Adds the JSON of a value whose shape is a scalar: the entry point of the hot path, without allocation.
  ///
  /// - Throws: `ValueError` for a text that its type cannot have; the buffer is then as it was before.
  @inline(__always)
  public mutating func appendJSON(_ value: RawSpan, as kind: ScalarKind) throws(ValueError) {
    switch kind {
    case .text: appendJSONString(value)
    case .number: try appendNumber(value)
    case .boolean: try appendBoolean(value)
    case .timestamp: try appendTimestamp(value, withTimeZone: false)
    case .timestampWithTimeZone: try appendTimestamp(value, withTimeZone: true)
    case .json: try appendEmbedded(value)
    }
  }

  /// A number's own text where JSON has it; `NaN` and the infinities are strings in `to_jsonb` too.
  mutating func appendNumber(_ value: RawSpan) throws(ValueError) {
    guard value.byteCount > 0 else { throw ValueError(.empty, at: 0) }
    if JSONNumber.isValid(value) { append(value) } else { appendJSONString(value) }
  }

  /// `t` and `f`.
  mutating func appendBoolean(_ value: RawSpan) throws(ValueError) {
    guard value.byteCount == 1 else { throw ValueError(value.isEmpty ? .empty : .boolean, at: 0) }
    switch value.byte(0) {
    case UInt8(ascii: "t"): append(literal: "true")
    case UInt8(ascii: "f"): append(literal: "false")
    default: throw ValueError(.boolean, at: 0)
    }
  }

  /// JSON is embedded as the source wrote it; the server has checked it when it was stored.
  mutating func appendEmbedded(_ value: RawSpan) throws(ValueError) {
    guard value.byteCount > 0 else { throw ValueError(.empty, at: 0) }
    append(value)
  }

  /// A timestamp in ISO form: `T` for the space, and the offset from UTC with its minutes.
  ///
  /// BC stays at the end and infinities stay words, as in `to_jsonb`.
  /// Source: PostgreSQL documentation, 8.5.2 "Date/Time Output", and `JsonEncodeDateTime`.
  mutating func appendTimestamp(_ value: RawSpan, withTimeZone: Bool) throws(ValueError) {
    let parts: TimestampParts
    do {
      parts = try TimestampParts(value, withTimeZone: withTimeZone)
    } catch {
      guard error.code != .empty, TimestampParts.isInfinity(value) else { throw error }
      return appendJSONString(value)
    }
    reserve(value.byteCount &+ 8)
    append(UInt8(ascii: "\""))
    let start = count
    if parts.era == value.byteCount || !parts.lacksMinutes {
      append(value)
      if parts.lacksMinutes { append(literal: ":00") }
    } else {
      append(value.extracting(0..<parts.era))
      append(literal: ":00")
      append(value.extracting(parts.era..<value.byteCount))
    }
    overwrite(UInt8(ascii: "T"), at: start &+ parts.space)
    append(UInt8(ascii: "\""))
  }
}

extension RawSpan {
  /// The byte at an index that the caller has compared with the length; checked once more.
  @inline(__always)
  func byte(_ index: Int) -> UInt8 { unsafe unsafeLoad(fromByteOffset: index, as: UInt8.self) }
}
