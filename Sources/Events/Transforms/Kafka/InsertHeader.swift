internal import Decoder

/// Adds a header of a fixed value, whose type is guessed from its text.
///
/// Source: Apache Kafka documentation, Connect, `InsertHeader`; `org.apache.kafka.connect.data.Values.parseString`.
struct InsertHeader: Transform {
  private let header: EventRecord.Header

  init(_ options: inout TransformOptions) throws(TransformError) {
    let name = try options.required("header")
    guard let literal = options.text("value.literal") else {
      throw TransformError(.configuration, "'value.literal' is missing")
    }
    header = .init(name, try Self.value(literal))
  }

  func apply(_ record: EventRecord) throws(TransformError) -> EventRecord? {
    var record = record
    record.headers.append(header)
    return record
  }

  /// A boolean, a number in the smallest type that holds it, or the text itself.
  static func value(_ literal: String) throws(TransformError) -> EventValue {
    let whole = literal.trimmed
    if whole == "true" || whole == "false" { return EventValue(ConnectSchema(.boolean), .text(whole)) }
    if whole == "null" || whole.hasPrefix("[") || whole.hasPrefix("{") { throw unsupported("null, arrays and maps") }
    // Kafka looks at what stands before the first sign of structure: "5:30" is the number 5.
    let token = String(whole.prefix { !",:[]{}\"".contains($0) }).trimmed
    if let first = token.first, first.isNumber, token.count == 10 && token.contains("-") || whole.contains("Z") {
      throw unsupported("dates and times")
    }
    return try number(token) ?? EventValue(.string, .string(literal))
  }

  private static func number(_ token: String) throws(TransformError) -> EventValue? {
    guard let first = token.first, first.isASCII, first.isNumber || first == "+" || first == "-",
      token.allSatisfy({ $0.isASCII && ($0.isNumber || "+-.eE".contains($0)) }), let double = Double(token)
    else { return nil }
    if let integer = Int64(token) ?? Int64(exactly: double) {
      let kind: ConnectSchema.Kind =
        Int8(exactly: integer) != nil
        ? .int8 : Int16(exactly: integer) != nil ? .int16 : Int32(exactly: integer) != nil ? .int32 : .int64
      return EventValue(ConnectSchema(kind), .text(String(integer)))
    }
    guard !token.dropFirst().allSatisfy(\.isNumber) else { throw unsupported("whole numbers of more than 64 bits") }
    let float = Float(token) ?? .infinity
    let digits = float.isFinite ? float.description : double.description
    var text = OutputBuffer(capacity: 32)
    _ = text.appendJavaNumber(Array(digits.utf8).span.bytes, isSingle: float.isFinite)
    return EventValue(ConnectSchema(float.isFinite ? .float : .double), .text(text.array))
  }

  private static func unsupported(_ what: String) -> TransformError {
    TransformError(.unsupported, "'value.literal': \(what) are not supported, only texts, numbers, true and false")
  }
}
