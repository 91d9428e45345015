import Decoder
import Testing

@testable import Events

/// Schemas out of the text that they were written as.
@Suite struct ConnectSchemaParsingTests {
  private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  private static let kinds: [ConnectSchema.Kind] = [
    .int8, .int16, .int32, .int64, .float, .double, .boolean, .string, .bytes,
  ]

  private static let schemas: [ConnectSchema] =
    kinds.flatMap { [ConnectSchema($0), ConnectSchema($0, optional: true)] } + [
      ConnectSchema(.int32, name: "io.debezium.time.Date", version: 1, default: bytes("19000")),
      ConnectSchema(.string, optional: true, default: bytes(#""d\"e\\f,{}[]:""#)),
      ConnectSchema(.string, name: "n\"a\\m\u{1F600}", doc: "a doc with \"quotes\", {braces}\nand lines"),
      ConnectSchema(
        .bytes, optional: true, name: "org.apache.kafka.connect.data.Decimal", version: 1,
        parameters: [.init("scale", "2"), .init("connect.decimal.precision", "10")], default: bytes("\"AQ==\"")),
      ConnectSchema(
        .string, name: "io.debezium.data.Enum", version: 1, parameters: [.init("allowed", "a,b\",c"), .init("", "")]),
      ConnectSchema(.array, optional: true, values: ConnectSchema(.int32, optional: true)),
      ConnectSchema(.array, values: ConnectSchema(.array, values: ConnectSchema(.string))),
      ConnectSchema(
        .map, optional: true, keys: ConnectSchema(.string), values: ConnectSchema(.string, optional: true)),
      ConnectSchema(.structure, name: "empty", fields: []),
      ConnectSchema(
        .structure, default: bytes(#"{"x":0,"y":[1,{"z":null}]}"#),
        fields: [.init("x", ConnectSchema(.double)), .init("field", ConnectSchema(.string, name: "field"))]),
      ConnectSchema(
        .structure, optional: true, name: "io.debezium.data.geometry.Point", version: 1, doc: "Geometry (POINT)",
        fields: [
          .init("x", ConnectSchema(.double)), .init("y", ConnectSchema(.double)),
          .init("wkb", ConnectSchema(.bytes, optional: true)), .init("srid", ConnectSchema(.int32, optional: true)),
        ]),
      ConnectSchema(
        .structure,
        fields: [
          .init("type", ConnectSchema(.string)), .init("fields", ConnectSchema(.array, values: Fixture.row)),
          .init("optional", ConnectSchema(.map, keys: ConnectSchema(.string), values: Fixture.source)),
        ]),
      Fixture.row, Fixture.source, Fixture.envelope, Fixture.keySchema,
    ]

  @Test(arguments: schemas.indices)
  func `a schema is read back as it was`(_ index: Int) throws {
    let schema = Self.schemas[index]
    let text = String(decoding: schema.text, as: UTF8.self)
    let read = try #require(ConnectSchema(parsing: schema.text[...]), "\(text)")
    #expect(String(decoding: read.text, as: UTF8.self) == text)
    #expect(Self.isSame(read, schema), "\(text)")
  }

  @Test func `every schema of recorded events is read back as it was`() throws {
    for line in [Recording.update, Recording.delete, Recording.outboxInsert] {
      let record = try #require(RecordedLine.record(line))
      for value in [record.key, record.value] + record.headers.map(\.value) {
        guard let schema = value?.schema else { continue }
        let read = try #require(ConnectSchema(parsing: schema.text[...]))
        #expect(Self.isSame(read, schema))
      }
    }
  }

  /// Whether all parts are the same, not only the text.
  private static func isSame(_ one: ConnectSchema?, _ other: ConnectSchema?) -> Bool {
    guard let one, let other else { return (one == nil) == (other == nil) }
    return one.kind == other.kind && one.isOptional == other.isOptional && one.name == other.name
      && one.version == other.version && one.doc == other.doc && one.parameters == other.parameters
      && one.defaultText == other.defaultText && one.fields.map(\.name) == other.fields.map(\.name)
      && zip(one.fields, other.fields).allSatisfy { isSame($0.schema, $1.schema) } && isSame(one.keys, other.keys)
      && isSame(one.values, other.values)
  }

  @Test(arguments: [
    "", "{", "{}", "null", "[]", "\"string\"", #"{"type":"text"}"#, #"{"type":1}"#, #"{"type":"string"}}"#,
    #"{"type":"string""#, #"{"type":"struct","fields":{}}"#, #"{"type":"struct","fields":[{"type":"int8"}]}"#,
    #"{"type":"struct","fields":[null]}"#, #"{"type":"string","parameters":[]}"#,
    #"{"type":"string","parameters":{"a":1}}"#,
  ])
  func `anything else is no schema`(_ json: String) {
    #expect(ConnectSchema(parsing: Self.bytes(json)[...]) == nil)
  }

  @Test func `nesting has an end`() {
    let deep = String(repeating: #"{"type":"array","items":"#, count: 100_000)
    #expect(ConnectSchema(parsing: Self.bytes(deep)[...]) == nil)
    var schema = ConnectSchema(.int32)
    for _ in 0..<20 { schema = ConnectSchema(.array, values: schema) }
    #expect(ConnectSchema(parsing: schema.text[...])?.text == schema.text)
    for _ in 0..<20 { schema = ConnectSchema(.array, values: schema) }
    #expect(ConnectSchema(parsing: schema.text[...]).map { $0.text == schema.text } ?? true, "read in part")
  }

  @Test func `an envelope is taken apart, and nothing else`() throws {
    let json = Self.bytes(
      "{\"schema\":" + String(decoding: Fixture.keySchema.text, as: UTF8.self) + ",\"payload\":{\"id\":1}}")
    let (schema, payload) = try #require(ConnectSchema.envelope(json))
    #expect(schema.text == Fixture.keySchema.text && payload == Self.bytes(#"{"id":1}"#))
    for text in [#"{"schema":null,"payload":1}"#, #"{"payload":1}"#, #"{"a":1,"b":2}"#, "1", ""] {
      #expect(ConnectSchema.envelope(Self.bytes(text)) == nil, "\(text)")
    }
  }
}
