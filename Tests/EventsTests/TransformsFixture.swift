import Decoder
import Testing

@testable import Events

/// Small events for tests of transforms, and chains of one transform.
enum Fixture {
  /// A row: a key, a text with a default, a required number with a default.
  static let row = ConnectSchema(
    .structure, optional: true, name: "srv.public.items.Value",
    fields: [
      .init("id", ConnectSchema(.int32)),
      .init("name", ConnectSchema(.string, optional: true, default: Array("\"dflt\"".utf8))),
      .init("qty", ConnectSchema(.int16, default: Array("5".utf8))),
    ])
  static let source = ConnectSchema(
    .structure, name: "io.debezium.connector.postgresql.Source", version: 1,
    fields: [
      .init(
        "snapshot",
        ConnectSchema(
          .string, optional: true, name: "io.debezium.data.Enum", version: 1,
          parameters: [.init("allowed", "true,false")], default: Array("\"false\"".utf8))),
      .init("table", ConnectSchema(.string)), .init("lsn", ConnectSchema(.int64, optional: true)),
    ])
  static let envelope = ConnectSchema(
    .structure, name: "srv.public.items.Envelope", version: 2,
    fields: [
      .init("before", row), .init("after", row), .init("source", source), .init("op", ConnectSchema(.string)),
      .init("ts_ms", ConnectSchema(.int64, optional: true)),
    ])
  static let keySchema = ConnectSchema(
    .structure, name: "srv.public.items.Key", fields: [.init("id", ConnectSchema(.int32))])
  static let topic = "srv.public.items"

  /// A value from its payload's text.
  static func value(_ payload: String, _ schema: ConnectSchema) -> EventValue {
    EventValue(parsing: Array(payload.utf8).span.bytes, schema: schema)
  }

  /// A change event.
  static func event(
    _ operation: String, before: String = "null", after: String = "null", topic: String = topic
  ) -> EventRecord {
    let source = #"{"snapshot":"false","table":"items","lsn":7}"#
    let payload = #"{"before":\#(before),"after":\#(after),"source":\#(source),"op":"\#(operation)","ts_ms":99}"#
    return EventRecord(
      topic: topic, key: value(#"{"id":1}"#, keySchema), value: value(payload, envelope),
      headers: [.init("h", EventValue(.string, .string("v")))])
  }

  static let insert = event("c", after: #"{"id":1,"name":"one","qty":2}"#)
  static let update = event(
    "u", before: #"{"id":1,"name":"one","qty":2}"#, after: #"{"id":1,"name":null,"qty":2}"#)
  static let delete = event("d", before: #"{"id":1,"name":null,"qty":2}"#)
  static let truncate = event("t")
  static let tombstone = EventRecord(
    topic: topic, key: value(#"{"id":1}"#, keySchema), headers: [.init("h", EventValue(.string, .string("v")))])
  static let message = EventRecord(
    topic: "srv.message", key: nil,
    value: value(
      #"{"op":"m"}"#,
      ConnectSchema(
        .structure, name: "io.debezium.connector.postgresql.MessageValue", fields: [.init("op", ConnectSchema(.string))]
      )
    ))

  /// The record of a recorded line.
  static func recorded(_ line: String) throws -> EventRecord { try #require(RecordedLine.record(line)) }

  /// A chain of one transform.
  static func chain(_ type: String, _ options: [String: String] = [:]) throws -> TransformChain {
    var properties = ["transforms": "t", "transforms.t.type": type]
    for (name, value) in options { properties["transforms.t.\(name)"] = value }
    return try TransformChain(properties: properties)
  }

  /// What a chain makes of records, as lines without schemas.
  static func lines(
    _ type: String, _ options: [String: String] = [:], _ records: EventRecord...
  ) throws -> [String] {
    var chain = try chain(type, options)
    var lines: [String] = []
    for record in records {
      if let result = try chain.apply(record) { lines.append(RecordedLine.line(result, withSchemas: false)) }
    }
    return lines
  }

  /// The value's schema after a transform, as text.
  static func schema(_ type: String, _ options: [String: String] = [:], _ record: EventRecord) throws -> String? {
    var chain = try chain(type, options)
    return try chain.apply(record)?.value?.schema.map { String(decoding: $0.text, as: UTF8.self) }
  }
}
