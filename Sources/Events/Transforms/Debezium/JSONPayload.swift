internal import Decoder

/// An outbox event's JSON payload expanded to a struct, with a schema guessed from it.
///
/// Source: Debezium documentation, "Outbox Event Router", `table.expand.json.payload`.
struct JSONPayload: Sendable {
  /// The payload cannot be expanded: Debezium warns and leaves it as it is.
  struct NotExpandable: Error {}

  /// `table.json.payload.null.behavior`.
  enum NullHandling: String, CaseIterable {
    case ignore
    case optionalBytes = "optional_bytes"
  }

  let nulls: NullHandling
  let adjustment: NameSettings.Adjustment

  private static let boolean = ConnectSchema(.boolean, optional: true)
  private static let int32 = ConnectSchema(.int32, optional: true)
  private static let int64 = ConnectSchema(.int64, optional: true)
  private static let double = ConnectSchema(.double, optional: true)
  private static let bytes = ConnectSchema(.bytes, optional: true)

  /// The schema of a value; nil where the value is left out.
  func schema(_ document: JSONDocument, key: String?) throws(NotExpandable) -> ConnectSchema? {
    switch document {
    case .string: return .optionalString
    case .boolean: return Self.boolean
    case .int32: return Self.int32
    case .int64: return Self.int64
    case .double, .hugeInteger: return Self.double
    case .null: return nulls == .optionalBytes ? Self.bytes : nil
    case .array(let elements):
      if elements.isEmpty { return nil }
      return ConnectSchema(.array, optional: true, values: try elementSchema(elements, key: key))
    case .object(let members):
      var fields: [ConnectSchema.Field] = []
      var names: Set<String> = []
      for member in members {
        let name = adjustment.fieldName(member.name)
        let inner = (key.flatMap { $0.trimmed.isEmpty ? nil : $0 + "." } ?? "") + name
        guard let schema = try schema(member.value, key: inner), names.insert(name).inserted else { continue }
        fields.append(.init(name, schema))
      }
      return ConnectSchema(.structure, optional: true, name: key, fields: fields)
    }
  }

  private func elementSchema(_ elements: [JSONDocument], key: String?) throws(NotExpandable) -> ConnectSchema {
    let present = elements.filter { $0.type != "null" }
    let sample = present.first ?? .null
    guard present.allSatisfy({ $0.type == sample.type }) else { throw NotExpandable() }
    if sample.type == "number" {
      let kind = try schema(sample, key: nil)
      for element in present where try schema(element, key: nil) !== kind { throw NotExpandable() }
    }
    guard sample.type == "object" else {
      guard let schema = try schema(sample, key: nil) else { throw NotExpandable() }
      return schema
    }
    var distinct: [ConnectSchema] = []
    for element in present {
      guard let schema = try schema(element, key: key) else { continue }
      if !distinct.contains(where: { $0.text == schema.text }) { distinct.append(schema) }
    }
    guard let first = distinct.first else { throw NotExpandable() }
    return distinct.dropFirst().reduce(first) { Self.merged($0, $1) }
  }

  /// The fields of both. Debezium merges in the order of a hash set, which differs from run to run: here it is the
  /// elements' order.
  private static func merged(_ left: ConnectSchema, _ right: ConnectSchema) -> ConnectSchema {
    var fields = left.fields
    for field in right.fields {
      guard let place = fields.firstIndex(where: { $0.name == field.name }) else {
        fields.append(field)
        continue
      }
      if fields[place].schema.kind == .bytes, field.schema.kind != .bytes { fields[place] = field }
    }
    return ConnectSchema(.structure, name: left.name, fields: fields)
  }

  /// The value as its schema wants it.
  ///
  /// - Throws: ``TransformError`` where the guessed schema does not fit: Debezium stops.
  func payload(_ document: JSONDocument, _ schema: ConnectSchema) throws(TransformError) -> EventValue.Payload {
    var text = OutputBuffer(capacity: 64)
    switch (document, schema.kind) {
    case (.null, _): return .null
    case (.string(let string), .string): text.appendJSONString(string)
    case (.boolean(let flag), .boolean): text.append(utf8: String(flag))
    case (.int32(let number), .int32): text.appendDecimal(Int64(number))
    case (.int64(let number), .int64): text.appendDecimal(number)
    case (.double(let number), .double): text.appendJavaNumber(number)
    case (.array(let elements), .array):
      guard let inner = schema.values else { return .null }
      text.append(UInt8(ascii: "["))
      for (place, element) in elements.enumerated() {
        if place > 0 { text.append(UInt8(ascii: ",")) }
        EventValue(inner, try payload(element, inner)).append(to: &text, withSchema: false)
      }
      text.append(UInt8(ascii: "]"))
    case (.object, .structure):
      var members: [EventValue.Payload] = []
      for field in schema.fields {
        members.append(
          try document.member(field.name).map { value throws(TransformError) in try payload(value, field.schema) }
            ?? .null)
      }
      return .structure(members)
    default:
      throw TransformError(.event, "the JSON payload's objects in an array, or its numbers, do not fit one schema")
    }
    return .text(text.array)
  }
}
