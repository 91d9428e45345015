internal import Decoder

/// How a value's text becomes JSON, decided once a column.
enum Conversion: Sendable {
  /// What a bytea becomes.
  enum Bytes: Sendable { case base64, base64URLSafe, hex }
  /// What a time becomes: a number of these since midnight or 1970, or ISO text.
  enum Unit: Sendable, BitwiseCopyable { case milliseconds, microseconds, nanoseconds, iso }

  /// The text as it is: whole numbers.
  case verbatim
  case boolean
  case text
  /// `name`, which Debezium does not read from the stream.
  case name
  case float
  case double
  case decimal(scale: Int)
  case decimalNumber(scale: Int)
  case variableDecimal
  case decimalText(scale: Int?)
  case decimalDouble(scale: Int?)
  case money(ValueSettings.DecimalHandling, digits: Int, asNumber: Bool)
  /// A date as days or ISO text; with `quirks` a snapshot's as Java's `java.sql.Date` has it.
  case date(iso: Bool, quirks: Bool)
  case time(Unit)
  case timestamp(Unit)
  case zonedTimestamp(digits: Int?)
  case zonedTime
  case interval(iso: Bool)
  case bytes(Bytes)
  /// A type that is not known: its text's bytes.
  case textBytes(Bytes)
  /// A geometric type that is not known: the bytes of its text as Java prints it.
  case shapeBytes(Bytes)
  case bit
  case bits
  case point
  case geometry
  case vector(isSingle: Bool)
  case sparseVector
  case hstoreText
  case hstoreMap
  case array(ArrayConversion)
  /// `int2vector`, `oidvector`: blank-separated numbers, of which Debezium sees none.
  case numbers(quirks: Bool)
  /// Debezium's schema and its values do not go together: every value is null.
  case never
  /// Elements of arrays, which come from the JDBC driver as objects of `java.sql`.
  case driverDate(iso: Bool)
  case driverTime(Unit)
  case driverTimestamp(Unit)
  case driverZonedTimestamp(digits: Int?)
  case driverZonedTime

  /// Adds a value's JSON; false when it cannot be converted, with whatever was added so far.
  @inline(__always)
  func append(_ value: RawSpan, from origin: ValueOrigin, to buffer: inout OutputBuffer) -> Bool {
    let shortcut = shortcut
    if shortcut != .none { return shortcut.append(value, to: &buffer) }
    return appendOther(value, from: origin, to: &buffer)
  }

  /// The same for the usual types.
  var shortcut: Shortcut {
    switch self {
    case .verbatim: .verbatim
    case .text: .text
    case .boolean: .boolean
    case .double: .double
    case .float: .float
    case .decimal(let scale): .decimal(scale: scale)
    case .timestamp(let unit): .timestamp(unit)
    case .zonedTimestamp(let digits): .zonedTimestamp(digits: digits)
    default: .none
    }
  }

  @inline(never)
  private func appendOther(_ value: RawSpan, from origin: ValueOrigin, to buffer: inout OutputBuffer) -> Bool {
    switch self {
    case .verbatim, .text, .boolean, .double, .float, .decimal, .timestamp, .zonedTimestamp: return false
    case .date(let iso, let quirks):
      return Conversion.appendDate(value, iso: iso, asJavaDate: quirks && origin == .snapshot, to: &buffer)
    case .time(let unit): return Conversion.appendTime(value, unit, to: &buffer)
    case .variableDecimal: return Conversion.appendVariableDecimal(value, to: &buffer)
    case .bytes(let form): return Conversion.appendBytes(value, form, to: &buffer)
    case .name: buffer.appendText(value)
    default: return appendRare(value, from: origin, to: &buffer)
    }
    return true
  }

  private func appendRare(_ value: RawSpan, from origin: ValueOrigin, to buffer: inout OutputBuffer) -> Bool {
    switch self {
    case .decimalNumber(let scale): return Conversion.appendDecimalNumber(value, scale: scale, to: &buffer)
    case .decimalText(let scale): return Conversion.appendDecimalText(value, scale: scale, to: &buffer)
    case .decimalDouble(let scale): return Conversion.appendDecimalDouble(value, scale: scale, to: &buffer)
    case .money(let form, let digits, let asNumber):
      return Conversion.appendMoney(value, form, digits: digits, asNumber: asNumber, to: &buffer)
    case .zonedTime: return Conversion.appendZonedTime(value, to: &buffer)
    case .interval(let iso): return Conversion.appendInterval(value, iso: iso, to: &buffer)
    case .bit, .bits: return appendBits(value, to: &buffer)
    case .array(let array): return array.append(value, from: origin, to: &buffer)
    case .numbers(let quirks): return Conversion.appendNumbers(value, quirks: quirks, to: &buffer)
    case .hstoreText: return Conversion.appendHstoreText(value, to: &buffer)
    case .hstoreMap: return Conversion.appendHstoreMap(value, to: &buffer)
    case .driverDate(let iso): return Conversion.appendDate(value, iso: iso, asJavaDate: true, to: &buffer)
    case .driverTime(let unit): return Conversion.appendDriverTime(value, unit, to: &buffer)
    case .driverTimestamp(let unit): return Conversion.appendDriverTimestamp(value, unit, to: &buffer)
    case .driverZonedTimestamp(let digits):
      return Conversion.appendDriverZonedTimestamp(value, digits: digits, to: &buffer)
    case .driverZonedTime: return Conversion.appendDriverZonedTime(value, to: &buffer)
    default: return appendSpatial(value, to: &buffer)
    }
  }

  private func appendSpatial(_ value: RawSpan, to buffer: inout OutputBuffer) -> Bool {
    switch self {
    case .textBytes(let form):
      Conversion.appendBytes(value.copied, form, to: &buffer)
      return true
    case .shapeBytes(let form):
      var shape = OutputBuffer(capacity: value.byteCount * 2)
      shape.appendJavaShape(value)
      Conversion.appendBytes(shape.array, form, to: &buffer)
      return true
    case .point:
      guard let point = GeometricText.point(value) else { return false }
      buffer.appendPoint(x: point.x, y: point.y)
      return true
    case .geometry: return buffer.appendGeometry(hex: value)
    case .vector(let isSingle): return buffer.appendVector(value, isSingle: isSingle)
    case .sparseVector: return buffer.appendSparseVector(value)
    default: return false
    }
  }
}

extension Conversion {
  static func appendBytes(_ value: RawSpan, _ form: Bytes, to buffer: inout OutputBuffer) -> Bool {
    // `\x` and the digits, already as Debezium's hex has them.
    guard value.byteCount >= 2, value.octet(0) == UInt8(ascii: "\\"), value.octet(1) == UInt8(ascii: "x") else {
      return false
    }
    if form == .hex {
      buffer.appendText(value.extracting(2..<value.byteCount))
      return true
    }
    return buffer.appendBase64(hex: value, from: 2, safeInURLs: form == .base64URLSafe)
  }

  static func appendBytes(_ bytes: [UInt8], _ form: Bytes, to buffer: inout OutputBuffer) {
    switch form {
    case .base64: buffer.appendBase64(bytes.span.bytes)
    case .base64URLSafe: buffer.appendBase64(bytes.span.bytes, safeInURLs: true)
    case .hex:
      buffer.append(UInt8(ascii: "\""))
      for byte in bytes {
        buffer.append(OutputBuffer.hexDigit(byte >> 4))
        buffer.append(OutputBuffer.hexDigit(byte & 15))
      }
      buffer.append(UInt8(ascii: "\""))
    }
  }

  private func appendBits(_ value: RawSpan, to buffer: inout OutputBuffer) -> Bool {
    if case .bit = self {
      guard let isSet = BitText.isSet(value) else { return false }
      buffer.append(utf8: String(isSet))
      return true
    }
    guard let bytes = BitText.littleEndian(value) else { return false }
    buffer.appendBase64(bytes)
    return true
  }

  static func appendNumbers(_ value: RawSpan, quirks: Bool, to buffer: inout OutputBuffer) -> Bool {
    if quirks && value.byteCount == 0 { return false }
    buffer.append(UInt8(ascii: "["))
    var start = quirks ? value.byteCount : 0
    while start < value.byteCount {
      var end = start
      while end < value.byteCount, value.octet(end) != UInt8(ascii: " ") { end += 1 }
      let number = value.extracting(start..<end)
      guard number.isWholeNumber else { return false }
      if start > 0 { buffer.append(UInt8(ascii: ",")) }
      buffer.append(number)
      start = end + 1
    }
    buffer.append(UInt8(ascii: "]"))
    return true
  }
}
