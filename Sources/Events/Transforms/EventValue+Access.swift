internal import Decoder

extension EventValue {
  /// Whether the data is null; the schema may still be there.
  var isNull: Bool { payload.isNull }

  /// Schema and members of a struct.
  ///
  /// - Throws: ``TransformError`` for anything but a struct, as Kafka's transforms do.
  func members(for purpose: String) throws(TransformError) -> (schema: ConnectSchema, values: [Payload]) {
    guard let schema, case .structure(let values) = payload, values.count == schema.fields.count else {
      throw TransformError(.event, "\(purpose) needs a struct; keep other records away from it by a predicate")
    }
    return (schema, values)
  }
}

extension EventValue {
  /// Refuses null where a schema neither allows it nor has a default. As deep as the schema is.
  func requireComplete() throws(TransformError) {
    if let schema { try payload.requireComplete(schema, field: nil) }
  }
}

extension EventValue.Payload {
  fileprivate func requireComplete(_ schema: ConnectSchema, field: String?) throws(TransformError) {
    switch self {
    case .text: break
    case .null:
      guard !schema.isOptional, schema.defaultText == nil else { break }
      throw TransformError(.event, field.map { "the required field '\($0)' is null" } ?? "the required value is null")
    case .structure(let members):
      for (member, field) in zip(members, schema.fields) { try member.requireComplete(field.schema, field: field.name) }
    }
  }
}

extension Optional<EventValue> {
  /// Schema and members of a struct.
  ///
  /// - Throws: ``TransformError`` for anything but a struct, also for nothing at all.
  func members(for purpose: String) throws(TransformError) -> (
    schema: ConnectSchema, values: [EventValue.Payload]
  ) {
    try (self ?? EventValue(nil, .null)).members(for: purpose)
  }
}

extension EventValue.Payload {
  /// Whether it is null.
  var isNull: Bool {
    switch self {
    case .null: true
    case .text, .structure: false
    }
  }

  /// JSON text.
  static func text(_ text: String) -> EventValue.Payload { .text(Array(text.utf8)) }

  /// A string.
  static func string(_ string: String) -> EventValue.Payload {
    var text = OutputBuffer(capacity: string.utf8.count + 16)
    text.appendJSONString(string)
    return .text(text.array)
  }

  /// The default in place of null, where the schema has one: what `Struct.get` returns.
  func orDefault(of schema: ConnectSchema) -> EventValue.Payload {
    guard case .null = self, let text = schema.defaultText else { return self }
    return .text(text)
  }

  /// A string's text; nil for null.
  ///
  /// - Throws: ``TransformError`` for another type, naming the field.
  func string(_ schema: ConnectSchema, field: String) throws(TransformError) -> String? {
    guard schema.kind == .string else { throw TransformError(.event, "field '\(field)' is not a string") }
    guard case .text(let text) = self else { return nil }
    guard let string = JSONString.decode(text[...]) else {
      throw TransformError(.event, "field '\(field)' holds no JSON string")
    }
    return string
  }

  /// A whole number; nil for null.
  ///
  /// - Throws: ``TransformError`` for another type, naming the field.
  func integer(_ schema: ConnectSchema, _ kind: ConnectSchema.Kind, field: String) throws(TransformError) -> Int64? {
    guard schema.kind == kind else { throw TransformError(.event, "field '\(field)' is not of type \(kind.rawValue)") }
    guard case .text(let text) = self else { return nil }
    guard let number = Int64(String(decoding: text, as: UTF8.self)) else {
      throw TransformError(.event, "field '\(field)' holds no number")
    }
    return number
  }
}
