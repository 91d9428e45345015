internal import Decoder

/// Avro's binary form of numbers.
///
/// Source: Apache Avro specification, "Binary Encoding".
extension OutputBuffer {
  /// Adds a whole number: zigzag, seven bits a byte, the lowest first.
  @inline(__always)
  mutating func appendAvro(_ number: Int64) {
    var bits = UInt64(bitPattern: number << 1 ^ number >> 63)
    while bits >= 0x80 {
      append(UInt8(truncatingIfNeeded: bits) | 0x80)
      bits >>= 7
    }
    append(UInt8(truncatingIfNeeded: bits))
  }

  /// Adds a number of double precision, lowest byte first.
  @inline(__always)
  mutating func appendAvro(_ number: Double) { appendBigEndian(number.bitPattern.byteSwapped) }

  /// Adds a number of single precision, lowest byte first.
  @inline(__always)
  mutating func appendAvro(_ number: Float) { appendBigEndian(number.bitPattern.byteSwapped) }
}
