import Decoder

@testable import Events

/// A record as a line of JSON: `{"topic":…,"partition":…,"key":…,"value":…,"headers":{…}}`, where key, value and headers
/// are what `JsonConverter` writes with schemas.
struct RecordedLine {
  /// The record of a line; nil if the line is something else.
  static func record(_ line: String) -> EventRecord? {
    let members = Members(Array(line.utf8)[...])
    guard let topic = members["topic"].flatMap(JSONString.decode) else { return nil }
    var record = EventRecord(topic: topic)
    record.partition = members["partition"].flatMap { Int32(String(decoding: $0, as: UTF8.self)) }
    record.key = members["key"].flatMap(value)
    record.value = members["value"].flatMap(value)
    record.headers = Members(members["headers"] ?? []).all.compactMap { name, text in
      value(text).map { .init(name, $0) }
    }
    return record
  }

  /// A key, value or header; nil for null.
  static func value(_ text: ArraySlice<UInt8>) -> EventValue? {
    let members = Members(text)
    guard let payload = members["payload"], let schemaText = members["schema"] else { return nil }
    let bytes = Array(payload)
    guard let schema = schema(schemaText) else { return EventValue(nil, .text(bytes)) }
    return EventValue(parsing: bytes.span.bytes, schema: schema)
  }

  /// A schema; equal ones within a line are one and the same, as they are for a connector.
  static func schema(_ text: ArraySlice<UInt8>) -> ConnectSchema? {
    let members = Members(text)
    guard let type = string(members["type"]), let kind = ConnectSchema.Kind(rawValue: type) else { return nil }
    let fields = elements(members["fields"] ?? []).compactMap { text in
      string(Members(text)["field"]).flatMap { name in schema(text).map { ConnectSchema.Field(name, $0) } }
    }
    return ConnectSchema(
      kind, optional: string(members["optional"], quoted: false) == "true", name: string(members["name"]),
      version: string(members["version"], quoted: false).flatMap(Int.init), doc: string(members["doc"]),
      parameters: Members(members["parameters"] ?? []).all.map { .init($0, string($1) ?? "") },
      default: members["default"].map(Array.init), fields: fields, keys: members["keys"].flatMap(schema),
      values: (members["items"] ?? members["values"]).flatMap(schema))
  }

  /// The line of a record.
  static func line(
    _ record: EventRecord, withSchemas: Bool = true, replacingNulls: Bool = true, headersReplaceNulls: Bool = true
  ) -> String {
    var text = OutputBuffer(capacity: 1024)
    text.append(literal: "{\"topic\":")
    text.appendJSONString(record.topic)
    text.append(utf8: ",\"partition\":\(record.partition.map(String.init) ?? "null"),\"key\":")
    if let key = record.key { key.append(to: &text, withSchema: withSchemas) } else { text.append(literal: "null") }
    text.append(literal: ",\"value\":")
    if let value = record.value {
      value.append(to: &text, withSchema: withSchemas, replacingNulls: replacingNulls)
    } else {
      text.append(literal: "null")
    }
    text.append(literal: ",\"headers\":{")
    for (place, header) in record.headers.enumerated() {
      if place > 0 { text.append(UInt8(ascii: ",")) }
      text.appendJSONString(header.name)
      text.append(UInt8(ascii: ":"))
      header.value.append(to: &text, withSchema: withSchemas, replacingNulls: headersReplaceNulls)
    }
    text.append(literal: "}}")
    return String(decoding: text.array, as: UTF8.self)
  }

  private static func string(_ text: ArraySlice<UInt8>?, quoted: Bool = true) -> String? {
    text.flatMap { quoted ? JSONString.decode($0) : String(decoding: $0, as: UTF8.self) }
  }

  /// The elements of an array, as text.
  private static func elements(_ text: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    text.first == UInt8(ascii: "[") ? parts(text.dropFirst().dropLast(), at: UInt8(ascii: ",")) : []
  }

  /// The members of an object, as text.
  private struct Members {
    let all: [(name: String, text: ArraySlice<UInt8>)]

    init(_ text: ArraySlice<UInt8>) {
      guard text.first == UInt8(ascii: "{") else {
        all = []
        return
      }
      all = parts(text.dropFirst().dropLast(), at: UInt8(ascii: ",")).compactMap { member in
        let halves = parts(member, at: UInt8(ascii: ":"), most: 2)
        guard halves.count == 2, let name = JSONString.decode(halves[0]) else { return nil }
        return (name, halves[1])
      }
    }

    subscript(name: String) -> ArraySlice<UInt8>? { all.first { $0.name == name }?.text }
  }

  /// Text split where `separator` stands outside of strings, arrays and objects.
  private static func parts(_ text: ArraySlice<UInt8>, at separator: UInt8, most: Int = .max) -> [ArraySlice<UInt8>] {
    var parts: [ArraySlice<UInt8>] = []
    var (start, offset, depth, isQuoted) = (text.startIndex, text.startIndex, 0, false)
    while offset < text.endIndex {
      switch text[offset] {
      case UInt8(ascii: "\\"): offset += 1
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += isQuoted ? 0 : 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= isQuoted ? 0 : 1
      case separator where depth == 0 && !isQuoted && parts.count < most - 1:
        parts.append(text[start..<offset])
        start = offset + 1
      default: break
      }
      offset += 1
    }
    return text.isEmpty ? [] : parts + [text[start..<text.endIndex]]
  }
}
