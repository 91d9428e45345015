import Decoder
import Testing

@testable import Events

@Suite struct TransformsKafkaTests {
  private func apply(_ name: String, _ options: [String: String], _ record: EventRecord = row) throws -> EventRecord {
    var chain = try Fixture.chain("org.apache.kafka.connect.transforms.\(name)", options)
    return try #require(try chain.apply(record))
  }

  private func text(_ value: EventValue?) -> String? {
    value.map { value in
      var text = OutputBuffer(capacity: 64)
      value.append(to: &text, withSchema: false, replacingNulls: false)
      return String(decoding: text.array, as: UTF8.self)
    }
  }

  private static let row = EventRecord(
    topic: "srv.public.items", partition: 3, key: Fixture.value(#"{"id":1}"#, Fixture.keySchema),
    value: Fixture.value(#"{"id":1,"name":null,"qty":2}"#, Fixture.row), headers: Fixture.insert.headers,
    timestamp: 1234)

  @Test func `fields are left out and renamed`() throws {
    let record = try apply("ReplaceField$Value", ["exclude": "qty", "renames": "id:ID"])
    #expect(text(record.value) == #"{"ID":1,"name":"dflt"}"#)
    #expect(record.value?.schema?.isOptional == false)
    #expect(record.value?.schema?.name == "srv.public.items.Value")
    let kept = try apply("ReplaceField$Value", ["include": "name", "replace.null.with.default": "false"])
    #expect(text(kept.value) == #"{"name":null}"#)
    #expect(try apply("ReplaceField$Value", ["include": "x"], Fixture.tombstone).value == nil)
  }

  @Test func `fields are masked by an empty value or a given one`() throws {
    #expect(text(try apply("MaskField$Value", ["fields": "id,name"]).value) == #"{"id":0,"name":"","qty":2}"#)
    let masked = try apply("MaskField$Value", ["fields": "name,qty", "replacement": "-77.9"])
    #expect(text(masked.value) == #"{"id":1,"name":"-77.9","qty":-77}"#)
    #expect(throws: TransformError.self) {
      try apply("MaskField$Value", ["fields": "qty", "replacement": "x"])
    }
    #expect(throws: TransformError.self) { try apply("MaskField$Value", ["fields": "qty"], Fixture.tombstone) }
  }

  @Test func `fields about the record are added`() throws {
    let record = try apply(
      "InsertField$Value",
      [
        "topic.field": "t!", "partition.field": "p?", "timestamp.field": "ts", "static.field": "s", "static.value": "x",
      ])
    #expect(
      text(record.value)
        == #"{"id":1,"name":"dflt","qty":2,"t":"srv.public.items","p":3,"ts":1234,"s":"x"}"#)
    #expect(record.value?.schema?.fields[3].schema.isOptional == false)
    #expect(record.value?.schema?.fields[5].schema.name == "org.apache.kafka.connect.data.Timestamp")
    #expect(throws: TransformError.self) { try apply("InsertField$Value", ["timestamp.field": "t!"], Fixture.insert) }
    #expect(throws: TransformError.self) { try apply("InsertField$Value", ["offset.field": "o"]) }
    #expect(throws: TransformError.self) { try apply("InsertField$Value", ["topic.field": "id"]) }
  }

  @Test func `fields become headers`() throws {
    let moved = try apply("HeaderFrom$Value", ["fields": "id,name", "headers": "a,b", "operation": "move"])
    #expect(text(moved.value) == #"{"qty":2}"#)
    #expect(moved.headers.map(\.name) == ["h", "a", "b"])
    #expect(text(moved.headers[2].value) == "\"dflt\"")
    let copied = try apply("HeaderFrom$Key", ["fields": "id", "headers": "a", "operation": "copy"])
    #expect(text(copied.key) == #"{"id":1}"#)
    #expect(text(copied.headers[1].value) == "1")
    #expect(throws: TransformError.self) {
      try apply("HeaderFrom$Value", ["fields": "x", "headers": "a", "operation": "copy"])
    }
    #expect(throws: TransformError.self) {
      try apply("HeaderFrom$Value", ["fields": "id,name", "headers": "a", "operation": "copy"])
    }
  }

  @Test(arguments: [
    ("42", "int8", "42"), ("300", "int16", "300"), ("100000", "int32", "100000"), ("5000000000", "int64", "5000000000"),
    ("3.5", "float", "3.5"), ("1.0", "int8", "1"), ("1e3", "int16", "1000"), ("true", "boolean", "true"),
    ("False", "string", "\"False\""), ("-7", "int8", "-7"), ("a:b", "string", "\"a:b\""), ("42,43", "int8", "42"),
    ("5:30", "int8", "5"), ("12abc", "string", "\"12abc\""), ("1.5:2", "float", "1.5"), ("-", "string", "\"-\""),
    ("+5", "int8", "5"), (".5", "string", "\".5\""), ("0x1F", "string", "\"0x1F\""), ("1e-50", "float", "0.0"),
    ("1.5e300", "double", "1.5E300"), ("\"q\"", "string", "\"\\\"q\\\"\""), ("true,false", "string", "\"true,false\""),
  ])
  func `a literal's type is guessed from its text`(literal: String, type: String, json: String) throws {
    let header = try apply("InsertHeader", ["header": "x", "value.literal": literal]).headers.last
    #expect(header?.value.schema?.kind.rawValue == type)
    #expect(text(header?.value) == json)
  }

  @Test(arguments: ["null", "[1,2]", "{a:1}", "2020-01-01", "99999999999999999999", "2020-01-01T00:00:00.000Z"])
  func `a literal of another type is refused`(literal: String) {
    #expect(throws: TransformError.self) { try apply("InsertHeader", ["header": "x", "value.literal": literal]) }
  }

  @Test func `headers are dropped by name`() throws {
    #expect(try apply("DropHeaders", ["headers": "x, h"]).headers.isEmpty)
  }

  @Test func `a topic is renamed if the expression matches all of it`() throws {
    let router = "RegexRouter"
    #expect(try apply(router, ["regex": "srv\\.(.*?)\\.(.*)", "replacement": "$2_$1"]).topic == "items_public")
    #expect(try apply(router, ["regex": "srv", "replacement": "x"]).topic == "srv.public.items")
  }

  @Test func `a field is put in place of its struct`() throws {
    #expect(text(try apply("ExtractField$Key", ["field": "id"]).key) == "1")
    let nested = try apply(
      "ExtractField$Value", ["field": "source.table", "field.syntax.version": "V2"], Fixture.insert)
    #expect(text(nested.value) == "\"items\"")
    #expect(text(try apply("ExtractField$Value", ["field": "after"], Fixture.delete).value) == "null")
    #expect(try apply("ExtractField$Value", ["field": "after"], Fixture.tombstone).value == nil)
    #expect(throws: TransformError.self) { try apply("ExtractField$Value", ["field": "x"]) }
  }

  @Test func `the key is made of the value's fields`() throws {
    let record = try apply("ValueToKey", ["fields": "qty,id"])
    #expect(text(record.key) == #"{"qty":2,"id":1}"#)
    #expect(record.key?.schema?.name == nil)
    #expect(throws: TransformError.self) { try apply("ValueToKey", ["fields": "id"], Fixture.tombstone) }
  }

  @Test func `a value is wrapped, also nothing`() throws {
    #expect(text(try apply("HoistField$Key", ["field": "f"]).key) == #"{"f":{"id":1}}"#)
    #expect(text(try apply("HoistField$Value", ["field": "f"], Fixture.tombstone).value) == #"{"f":null}"#)
  }

  @Test func `a schema gets another name and version`() throws {
    let schema = try apply("SetSchemaMetadata$Value", ["schema.name": "n", "schema.version": "7"]).value?.schema
    #expect(schema?.name == "n")
    #expect(schema?.version == 7)
    #expect(schema?.isOptional == true)
  }

  @Test(arguments: [
    (1.5, "1.5"), (100, "100.0"), (1e7, "1.0E7"), (9_999_999, "9999999.0"), (1e-3, "0.001"), (1.2e-4, "1.2E-4"),
    (-0.0, "-0.0"), (1.23456789e22, "1.23456789E22"), (2.5e-300, "2.5E-300"), (.infinity, "\"Infinity\""),
  ])
  func `floating-point numbers are written as Java writes them`(number: Double, text: String) {
    var buffer = OutputBuffer(capacity: 32)
    buffer.appendJavaNumber(number)
    #expect(String(decoding: buffer.array, as: UTF8.self) == text)
  }
}
