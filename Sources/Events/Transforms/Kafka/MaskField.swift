internal import Decoder

/// Puts an empty value, or a given one, in place of fields' values.
///
/// Source: Apache Kafka documentation, Connect, `MaskField`. Null stays null.
struct MaskField: Transform {
  private let side: RecordSide
  private let fields: Set<String>
  private let replacement: String?
  private let replacesNulls: Bool

  init(_ side: RecordSide, _ options: inout TransformOptions) throws(TransformError) {
    self.side = side
    fields = Set(try options.requiredList("fields"))
    replacement = options.text("replacement")
    if let replacement, replacement.isEmpty { throw TransformError(.configuration, "'replacement' must not be empty") }
    replacesNulls = try options.flag("replace.null.with.default", default: true)
  }

  func apply(_ record: EventRecord) throws(TransformError) -> EventRecord? {
    var (schema, members) = try record[side].members(for: "MaskField")
    for (place, field) in schema.fields.enumerated() {
      if replacesNulls { members[place] = members[place].orDefault(of: field.schema) }
      guard fields.contains(field.name), !members[place].isNull else { continue }
      members[place] = .text(try masked(field))
    }
    var record = record
    record[side] = EventValue(schema, .structure(members))
    return record
  }

  private func masked(_ field: ConnectSchema.Field) throws(TransformError) -> [UInt8] {
    guard let replacement else { return Array(try empty(field).utf8) }
    var text = OutputBuffer(capacity: 32)
    switch field.schema.kind {
    case .string: text.appendJSONString(replacement)
    case .int8, .int16, .int32, .int64:
      if field.schema.isConnectTime { throw unfit(field, "by a replacement") }
      text.appendDecimal(try whole(replacement, field))
    case .float, .double:
      let isNumber = text.appendJavaNumber(
        Array(replacement.trimmed.utf8).span.bytes, isSingle: field.schema.kind == .float)
      guard isNumber else { throw notANumber(field) }
    default: throw unfit(field, "by a replacement")
    }
    return text.array
  }

  private func empty(_ field: ConnectSchema.Field) throws(TransformError) -> String {
    switch field.schema.kind {
    case .boolean: "false"
    case .int8, .int16, .int32, .int64: "0"
    case .float, .double: "0.0"
    case .string: "\"\""
    case .array: "[]"
    case .map: "{}"
    case .bytes where field.schema.isDecimalWithoutScale: "\"AA==\""
    case .bytes, .structure: throw unfit(field, "without a replacement")
    }
  }

  /// The replacement as a whole number, cut off as Java does.
  private func whole(_ text: String, _ field: ConnectSchema.Field) throws(TransformError) -> Int64 {
    let text = text.trimmed
    guard let number = Int64(text) ?? Double(text).flatMap({ Int64(exactly: $0.rounded(.towardZero)) }) else {
      throw notANumber(field)
    }
    switch field.schema.kind {
    case .int8: return Int64(Int8(truncatingIfNeeded: number))
    case .int16: return Int64(Int16(truncatingIfNeeded: number))
    case .int32: return Int64(Int32(truncatingIfNeeded: number))
    default: return number
    }
  }

  private func notANumber(_ field: ConnectSchema.Field) -> TransformError {
    TransformError(.configuration, "'replacement' is not a number that field '\(field.name)' may hold")
  }

  private func unfit(_ field: ConnectSchema.Field, _ how: String) -> TransformError {
    TransformError(.event, "field '\(field.name)' of type \(field.schema.kind.rawValue) cannot be masked \(how)")
  }
}

extension ConnectSchema {
  /// Whether values are Java's dates, as with `time.precision.mode=connect`.
  fileprivate var isConnectTime: Bool {
    ["Date", "Time", "Timestamp"].contains { name == "org.apache.kafka.connect.data.\($0)" }
  }

  /// A decimal of scale 0: Kafka masks decimals by a zero of that scale.
  fileprivate var isDecimalWithoutScale: Bool {
    name == "org.apache.kafka.connect.data.Decimal" && parameters.contains(Parameter("scale", "0"))
  }
}
