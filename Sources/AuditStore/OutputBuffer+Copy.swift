internal import Decoder

/// The fields of a row of binary COPY.
///
/// Source: PostgreSQL documentation, COPY, "Binary Format".
extension OutputBuffer {
  /// Begins a field whose length is not known yet; returns where it begins, for `endField`.
  @inline(__always)
  mutating func beginField() -> Int {
    let start = count
    appendBigEndian(Int32(0))
    return start
  }

  /// Begins a jsonb field: its text follows a byte with the format's version.
  @inline(__always)
  mutating func beginJSONB() -> Int {
    let start = beginField()
    append(1)
    return start
  }

  /// Ends a field; false when it is larger than PostgreSQL takes.
  @inline(__always)
  @discardableResult
  mutating func endField(_ start: Int) -> Bool {
    let length = count &- start &- 4
    overwriteBigEndian(Int32(clamping: length), at: start)
    return length <= CopyFormat.largestField
  }

  /// Adds what another buffer holds.
  @inline(__always)
  mutating func append(contentsOf other: borrowing OutputBuffer) { append(other.bytes) }

  /// Adds NULL.
  @inline(__always)
  mutating func appendNullField() { appendBigEndian(Int32(-1)) }

  /// Adds an integer's field.
  @inline(__always)
  mutating func appendField(_ value: Int32) {
    appendBigEndian(Int32(4))
    appendBigEndian(value)
  }

  /// Adds an integer's field, which is also a timestamp's.
  @inline(__always)
  mutating func appendField(_ value: Int64) {
    appendBigEndian(Int32(8))
    appendBigEndian(value)
  }

  /// Adds a field of type `pg_lsn`.
  @inline(__always)
  mutating func appendField(_ value: UInt64) {
    appendBigEndian(Int32(8))
    appendBigEndian(value)
  }

  /// Adds a text's field.
  mutating func appendField(text: String) {
    let start = beginField()
    append(utf8: text)
    endField(start)
  }

  /// Adds a constant text's field.
  @inline(__always)
  mutating func appendField(literal: StaticString) {
    appendBigEndian(Int32(truncatingIfNeeded: literal.utf8CodeUnitCount))
    append(literal: literal)
  }
}

/// Constants of binary COPY.
enum CopyFormat {
  /// What stands before the first row: the signature, no flags, no extension.
  static let header: [UInt8] = [
    0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00, 0, 0, 0, 0, 0, 0, 0, 0,
  ]
  /// What stands after the last row: a field count of -1.
  static let trailer: [UInt8] = [0xFF, 0xFF]
  /// PostgreSQL allocates a field in one piece, which is below 1 GiB.
  static let largestField = 0x3FFF_FF00
}
