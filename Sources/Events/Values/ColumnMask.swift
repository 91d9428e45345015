internal import Decoder

/// What a rule makes of a column's converted value.
///
/// Source: Debezium documentation, "column.mask.hash…", "column.mask.with…", "column.truncate.to…".
enum ColumnMask: Sendable {
  /// Asterisks for any value, NULL too.
  case stars([UInt8])
  /// So many UTF-16 units of a string, or bytes.
  case truncate(Int)
  /// The hexadecimal digest of the salt and the string, cut to the column's length; version 1 digests the string as Java
  /// serializes it.
  case hash(Digest, salt: [UInt8], version: Int, length: Int)
  /// A digest that is not known: no value leaves.
  case withhold

  /// Adds the JSON of a string in its place.
  func append(_ text: [UInt8], to buffer: inout OutputBuffer) {
    switch self {
    case .stars(let stars): buffer.append(stars)
    case .truncate(let units): buffer.appendText(ColumnMask.prefix(text, units: units))
    case .hash(let digest, let salt, let version, let length):
      let hash = digest.bytes(of: salt + (version == 1 ? ColumnMask.serialized(text) : text))
      let digits = hash.flatMap { [OutputBuffer.hexDigit($0 >> 4), OutputBuffer.hexDigit($0 & 15)] }
      buffer.appendText(length > 0 ? Array(digits.prefix(length)) : digits)
    case .withhold: buffer.append(literal: "null")
    }
  }

  /// So many UTF-16 units; a character that would be split is left out.
  private static func prefix(_ text: [UInt8], units: Int) -> [UInt8] {
    var left = units
    var end = 0
    while end < text.count {
      let size = text[end] < 0x80 ? 1 : text[end] < 0xE0 ? 2 : text[end] < 0xF0 ? 3 : 4
      left -= size == 4 ? 2 : 1
      if left < 0 { break }
      end = min(end + size, text.count)
    }
    return Array(text[..<end])
  }

  /// Source: Java Object Serialization Specification, 6 "Object Serialization Stream Protocol": a stream with one string, in
  /// modified UTF-8.
  private static func serialized(_ text: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    for unit in String(decoding: text, as: UTF8.self).utf16 {
      if unit < 0x80, unit > 0 {
        bytes.append(UInt8(unit))
      } else if unit < 0x800 {
        bytes += [0xC0 | UInt8(unit >> 6), 0x80 | UInt8(unit & 63)]
      } else {
        bytes += [0xE0 | UInt8(unit >> 12), 0x80 | UInt8(unit >> 6 & 63), 0x80 | UInt8(unit & 63)]
      }
    }
    let isShort = bytes.count <= 0xFFFF
    let length = (0..<(isShort ? 2 : 8)).reversed().map { UInt8(truncatingIfNeeded: bytes.count >> ($0 * 8)) }
    return [0xAC, 0xED, 0, 5, isShort ? 0x74 : 0x7C] + length + bytes
  }
}
