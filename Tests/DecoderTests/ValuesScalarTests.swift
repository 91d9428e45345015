import Decoder
import Testing

@Suite struct ValuesScalarTests {
  @Test(arguments: [
    "0", "-0", "7", "-12", "9223372036854775807", "0.5", "-0.001", "1e+20", "1e-07", "1.5E10",
    "1234567.000000000000000001",
  ])
  func `a number that JSON can hold is written as it is`(text: String) throws {
    #expect(try rendered(text, as: .number) == text)
  }

  @Test(arguments: [
    "NaN", "Infinity", "-Infinity", "-", "01", "-01", "1.", ".5", "1e", "1e+", "+1", "1 ", "0x1", "1_000", "1.e5", "00",
  ])
  func `any other number is written as a string`(text: String) throws {
    #expect(try rendered(text, as: .number) == "\"\(text)\"")
  }

  @Test func `booleans`() throws {
    #expect(try rendered("t", as: .boolean) == "true")
    #expect(try rendered("f", as: .boolean) == "false")
    for text in ["", "x", "tt", "true", "T"] {
      #expect(throws: ValueError.self) { try rendered(text, as: .boolean) }
    }
  }

  @Test(arguments: [
    ("2024-01-01 10:00:00", "2024-01-01T10:00:00"),
    ("2024-01-01 10:00:00.5", "2024-01-01T10:00:00.5"),
    ("0044-03-15 10:00:00 BC", "0044-03-15T10:00:00 BC"),
    ("4713-01-01 00:00:00.000001 BC", "4713-01-01T00:00:00.000001 BC"),
    ("294276-12-31 23:59:59.999999", "294276-12-31T23:59:59.999999"),
    ("infinity", "infinity"), ("-infinity", "-infinity"),
  ])
  func `timestamps get a T`(text: String, expected: String) throws {
    #expect(try rendered(text, as: .timestamp) == "\"\(expected)\"")
  }

  @Test(arguments: [
    ("2024-01-01 10:00:00+00", "2024-01-01T10:00:00+00:00"),
    ("2024-01-01 10:00:00.123456-03", "2024-01-01T10:00:00.123456-03:00"),
    ("2024-01-01 10:00:00+05:30", "2024-01-01T10:00:00+05:30"),
    ("1890-01-01 00:00:00+00:53:28", "1890-01-01T00:00:00+00:53:28"),
    ("0044-03-15 10:00:00+00 BC", "0044-03-15T10:00:00+00:00 BC"),
    ("0044-03-15 10:00:00+00:53:28 BC", "0044-03-15T10:00:00+00:53:28 BC"),
    ("294276-12-31 23:59:59.999999+00", "294276-12-31T23:59:59.999999+00:00"),
    ("infinity", "infinity"), ("-infinity", "-infinity"),
  ])
  func `timestamps with time zone get minutes too`(text: String, expected: String) throws {
    #expect(try rendered(text, as: .timestampWithTimeZone) == "\"\(expected)\"")
  }

  @Test(arguments: [
    "Mon Jan 01 10:00:00 2024", "01/01/2024 10:00:00", "2024-01-01", "2024-01-01T10:00:00", "2024-01-01 10:00",
    "2024-01-01 10:00:00.", "2024-01-01 10:00:00.1234567", "2024-01-01 10:00:00 AD", "2024-01-01 10:00:00 BCE",
    "2024-01-01 10:00:00+00", "2024-01-0: 10:00:00", "2024-01/01 10:00:00", "202\u{0}-01-01 10:00:00", "infinit", "",
    "20240-1-01 10:00:00", "é024-01-01 10:00:00", "12345678-01-01 10:00:00", "-infinite",
  ])
  func `another date style is an error, not a wrong value`(text: String) {
    #expect(throws: ValueError.self) { try rendered(text, as: .timestamp) }
  }

  @Test(arguments: [
    "2024-01-01 10:00:00", "2024-01-01 10:00:00 UTC", "2024-01-01 10:00:00+0", "2024-01-01 10:00:00+00:",
    "2024-01-01 10:00:00+00:3", "2024-01-01 10:00:00+00:30:", "2024-01-01 10:00:00+00:30:00:00",
  ])
  func `an offset from UTC must be whole`(text: String) {
    #expect(throws: ValueError.self) { try rendered(text, as: .timestampWithTimeZone) }
  }

  @Test func `json is embedded, other text is quoted`() throws {
    #expect(try rendered("{\"a\":\n [1]}", as: .json) == "{\"a\":\n [1]}")
    #expect(try rendered("say \"hi\"\n", as: .text) == "\"say \\\"hi\\\"\\n\"")
    #expect(try rendered("", as: .text) == "\"\"")
    #expect(throws: ValueError.self) { try rendered("", as: .json) }
    #expect(throws: ValueError.self) { try rendered("", as: .number) }
  }

  @Test func `the scalar entry point and the shapes agree`() throws {
    let samples: [(ValueShape, String)] = [
      (.number, "12"), (.boolean, "t"), (.timestamp, "2024-01-01 10:00:00"),
      (.timestampWithTimeZone, "2024-01-01 10:00:00+00"), (.json, "[]"), (.text, "x"),
    ]
    for (shape, text) in samples {
      let kind = try #require(shape.scalar)
      var buffer = OutputBuffer(capacity: 0)
      let bytes = Array(text.utf8)
      try buffer.appendJSON(bytes.span.bytes, as: kind)
      #expect(try buffer.text == rendered(text, as: shape))
    }
    #expect(ValueShape.hstore.scalar == nil)
  }

  @Test func `an error says what and where, and nothing of the value`() {
    let error = #expect(throws: ValueError.self) { try rendered("2024-01-01 10:secret", as: .timestamp) }
    #expect(error?.code == .timestamp)
    #expect(error?.offset == 13)
    #expect(error?.description.contains("byte 13") == true)
    #expect(error?.description.contains("secret") == false)
  }
}
