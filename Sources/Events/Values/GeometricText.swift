internal import Decoder

/// Points and other shapes of PostgreSQL, PostGIS's hexadecimal EWKB, and the vectors of pgvector.
enum GeometricText {
  /// The two numbers of `(1.5,-2)`.
  static func point(_ text: RawSpan) -> (x: Double, y: Double)? {
    guard text.byteCount > 2, text.octet(0) == UInt8(ascii: "("), text.octet(text.byteCount - 1) == UInt8(ascii: ")"),
      let numbers = numbers(text, from: 1), numbers.count == 2
    else { return nil }
    return (numbers[0], numbers[1])
  }

  /// A point as well-known binary.
  static func wellKnownBinary(x: Double, y: Double) -> [UInt8] {
    var bytes: [UInt8] = [1, 1, 0, 0, 0]
    for number in [x, y] {
      // Java has one NaN only.
      let bits = number.isNaN ? Double.nan.bitPattern : number.bitPattern
      bytes.append(contentsOf: (0..<8).map { UInt8(truncatingIfNeeded: bits >> ($0 * 8)) })
    }
    return bytes
  }

  /// The spatial reference in extended well-known binary: nil when the bytes are none, `.some(nil)` without one.
  ///
  /// Source: PostGIS documentation, "OpenGIS WKB and WKT", extended by a flag in the type.
  static func spatialReference(_ bytes: [UInt8]) -> Int32?? {
    guard bytes.count >= 9 else { return nil }
    func word(at start: Int) -> UInt32 {
      let four = bytes[start..<(start + 4)]
      let ordered = bytes[0] != 0 ? Array(four.reversed()) : Array(four)
      return ordered.reduce(0) { $0 << 8 | UInt32($1) }
    }
    return .some(word(at: 1) & 0x2000_0000 != 0 ? Int32(bitPattern: word(at: 5)) : nil)
  }

  /// The comma-separated numbers between index `start` and the last byte.
  static func numbers(_ text: RawSpan, from start: Int) -> [Double]? {
    var numbers: [Double] = []
    for part in text.extracting(start..<(text.byteCount - 1)).copied.split(separator: UInt8(ascii: ",")) {
      guard let number = number(part) else { return nil }
      numbers.append(number)
    }
    return numbers
  }

  private static func number(_ text: ArraySlice<UInt8>) -> Double? {
    Double(String(decoding: text, as: UTF8.self).trimmingBlanks)
  }
}

extension String {
  /// Without blanks at both ends.
  var trimmingBlanks: Substring {
    let start = drop { $0 == " " }
    let end = start.lastIndex { $0 != " " }
    return end.map { start[...$0] } ?? ""
  }
}

extension OutputBuffer {
  /// Adds a point of `io.debezium.data.geometry.Point`.
  mutating func appendPoint(x: Double, y: Double) {
    append(literal: "{\"x\":")
    appendJavaNumber(x)
    append(literal: ",\"y\":")
    appendJavaNumber(y)
    append(literal: ",\"wkb\":")
    appendBase64(GeometricText.wellKnownBinary(x: x, y: y))
    append(literal: ",\"srid\":null}")
  }

  /// Adds a shape of `io.debezium.data.geometry.Geometry`; false when it is none.
  mutating func appendGeometry(hex text: RawSpan) -> Bool {
    guard let bytes = HexText.bytes(text), let reference = GeometricText.spatialReference(bytes) else { return false }
    append(literal: "{\"wkb\":")
    appendBase64(bytes)
    append(utf8: ",\"srid\":\(reference.map(String.init) ?? "null")}")
    return true
  }

  /// Adds a shape's text as Java's classes print it: its numbers as Java's.
  mutating func appendJavaShape(_ text: RawSpan) {
    var start = 0
    for place in 0...text.byteCount {
      let isNumber = place < text.byteCount && !"()<>[]{},".utf8.contains(text.octet(place))
      if isNumber { continue }
      if place > start { _ = appendJavaNumber(text.extracting(start..<place), isSingle: false) }
      if place < text.byteCount { append(text.octet(place)) }
      start = place + 1
    }
  }

  /// Adds `[1,2.5]` as an array of Java's numbers; false when it is none.
  mutating func appendVector(_ text: RawSpan, isSingle: Bool) -> Bool {
    let length = text.byteCount
    guard length >= 2, text.octet(0) == UInt8(ascii: "["), text.octet(length - 1) == UInt8(ascii: "]") else {
      return false
    }
    append(UInt8(ascii: "["))
    var start = 1
    for place in 1..<length where place == length - 1 || text.octet(place) == UInt8(ascii: ",") {
      if start > 1 { append(UInt8(ascii: ",")) }
      guard appendJavaNumber(text.extracting(start..<place), isSingle: isSingle) else { return false }
      start = place + 1
    }
    append(UInt8(ascii: "]"))
    return true
  }

  /// Adds `{1:1.5,3:2}/5` as `io.debezium.data.SparseDoubleVector`; false when it is none. Indices and the number of
  /// dimensions are 16 bits wide there.
  mutating func appendSparseVector(_ text: RawSpan) -> Bool {
    let parts = String(decoding: text.copied, as: UTF8.self).split(separator: "/")
    guard parts.count == 2, let dimensions = Int16(parts[1]), parts[0].hasPrefix("{"), parts[0].hasSuffix("}") else {
      return false
    }
    var entries: [(index: Int16, value: Double)] = []
    for entry in parts[0].dropFirst().dropLast().split(separator: ",") {
      let halves = entry.split(separator: ":")
      guard halves.count == 2, let index = Int16(halves[0]), let value = Double(halves[1]) else { return false }
      entries.append((index, value))
    }
    append(utf8: "{\"dimensions\":\(dimensions),\"vector\":[")
    let order = JavaHashOrder.order(entries.map { Int32($0.index) }, expected: entries.count)
    for (place, entry) in order.enumerated() {
      append(utf8: "\(place > 0 ? "," : "")[\(entries[entry].index),")
      appendJavaNumber(entries[entry].value)
      append(UInt8(ascii: "]"))
    }
    append(literal: "]}")
    return true
  }
}
