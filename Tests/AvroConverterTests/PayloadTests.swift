import Decoder
import Events
import Testing

@testable import AvroConverter

@Suite struct PayloadTests {
  private func writer(_ schema: ConnectSchema) throws -> AvroWriter {
    let settings = AvroSettings(urls: [])
    let type = try AvroSchema(schema, settings).type
    return try AvroWriter(id: 1, subject: "s", schema, own: type, written: type, settings)
  }

  @Test(arguments: [
    (
      ConnectSchema.Kind.int32,
      ["", "x", "2147483648", "-2147483649", "1.5", "1e3", "99999999999999999999", "null", "1 "]
    ),
    (.int8, ["128", "-129"]), (.int64, ["9223372036854775808", "-9223372036854775809", "-", "+1"]),
    (.double, ["", "x", "-", ".", "1e", "\"nan\"", "\"1\"", "1.2.3", "true"]), (.float, ["x", "--1"]),
    (.boolean, ["1", "tru", "falsey"]),
    (.string, ["x", "\"", "\"a", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"a\"b"]),
    (.bytes, ["\"A\"", "\"AAA\"", "\"AA-A\"", "\"====\"", "\"A===\"", "\"AA=A\"", "\"\\u0041AAA\"", "1"]),
  ]) func malformedScalarsAreRefused(_ kind: ConnectSchema.Kind, _ texts: [String]) throws {
    let writer = try writer(ConnectSchema(kind))
    for text in texts { #expect(throws: AvroError.self, "\(text)") { try writer.body(Array(text.utf8)) } }
  }

  @Test func `halves of pairs become what java writes`() throws {
    let body = try writer(ConnectSchema(.string)).body(Array(#""\ud83d\ude00\ud83dx\ude00\/""#.utf8))
    #expect(body == "10" + "f09f9880" + "3f" + "78" + "3f" + "2f")
  }

  @Test func `an error names the place and no data`() throws {
    let schema = ConnectSchema(
      .structure, fields: [.init("id", ConnectSchema(.int32)), .init("secret", ConnectSchema(.int32))])
    let error = #expect(throws: AvroError.self) { try writer(schema).body(Array(#"{"id":1,"secret":"hunter2"}"#.utf8)) }
    #expect(error?.kind == .payload && error?.description.contains("byte 17 of 27") == true)
    #expect(error?.description.contains("hunter2") == false)
    let missing = #expect(throws: AvroError.self) { try writer(schema).body(Array(#"{"id":1}"#.utf8)) }
    #expect(missing?.description.contains(#","secret":"#) == true)
  }

  @Test func `the buffer is as before after an error`() throws {
    var buffer = OutputBuffer(capacity: 4)
    buffer.append(literal: "abc")
    let writer = try writer(ConnectSchema(.array, values: ConnectSchema(.int32)))
    #expect(throws: AvroError.self) { try writer.append(Array("[1,2,\"x\"]".utf8).span.bytes, to: &buffer) }
    #expect(buffer.withUnsafeBytes { $0.elementsEqual("abc".utf8) })
  }

  @Test func `deep schemas are refused`() throws {
    var schema = ConnectSchema(.int32)
    for _ in 0..<AvroSchemaBuilder.deepest - 1 { schema = ConnectSchema(.array, values: schema) }
    _ = try writer(schema)
    #expect(throws: AvroError.self) { try writer(ConnectSchema(.array, values: schema)) }
  }

  @Test func `a record inside of its own name is refused`() {
    let inner = ConnectSchema(.structure, optional: true, name: "a.A", fields: [])
    #expect(throws: AvroError.self) {
      try writer(ConnectSchema(.structure, name: "a.A", fields: [.init("x", inner)]))
    }
  }

  /// No text may do more harm than an error: every beginning of each recorded payload, and many with a byte changed.
  @Test func `no text traps`() throws {
    var random = SystemRandomNumberGenerator()
    var refused = 0
    for golden in try GoldenTests.recorded() {
      guard golden.avro != nil, let writer = try? writer(golden.schema), let payload = golden.events.first?.payload
      else {
        continue
      }
      for length in 0..<payload.count {
        // A number's beginning is a number.
        do { _ = try writer.body(Array(payload.prefix(length))) } catch is AvroError { refused += 1 }
      }
      for _ in 0..<100 {
        var changed = payload
        let place = Int.random(in: 0..<changed.count, using: &random)
        changed[place] =
          Bool.random() ? UInt8.random(in: 0...255, using: &random) : Array("{}[],:\"\\0n".utf8).randomElement() ?? 0
        do { _ = try writer.body(changed) } catch is AvroError { refused += 1 }
      }
    }
    #expect(refused > 1000)
  }
}
