import Events
import Testing

@Suite("Values: numbers")
struct ValuesNumberTests {
  @Test(arguments: [
    ("1.1", "1.1"), ("0", "0.0"), ("-0", "-0.0"), ("100", "100.0"), ("9999999", "9999999.0"), ("1e+07", "1.0E7"),
    ("10000000", "1.0E7"), ("123456789.125", "1.23456789125E8"), ("0.001", "0.001"), ("0.0001", "1.0E-4"),
    ("1e-05", "1.0E-5"), ("1e+20", "1.0E20"), ("1.7976931348623157e+308", "1.7976931348623157E308"),
    ("5e-324", "4.9E-324"), ("NaN", "\"NaN\""), ("-Infinity", "\"-Infinity\""), ("-1.5", "-1.5"),
    ("0.00099", "9.9E-4"), ("123456789012345680", "1.2345678901234568E17"), ("2e+23", "1.9999999999999998E23"),
  ])
  func `doubles print as Java's`(text: String, json: String) {
    #expect(ValuesFixture("float8").json(text) == json)
  }

  @Test(arguments: [
    ("1e-45", "1.4E-45"), ("3e-45", "2.8E-45"), ("1e-44", "9.8E-45"), ("3.4028235e+38", "3.4028235E38"),
    ("123456.79", "123456.79"), ("2.2401888e+10", "2.24018883E10"), ("1.1754944e-38", "1.17549435E-38"),
    ("3.3554432e+07", "3.3554432E7"), ("6.8905147e+25", "6.8905146E25"), ("9.1041775e+25", "9.1041775E25"),
  ])
  func `floats print as Java's, which has a digit too many for some`(text: String, json: String) {
    #expect(ValuesFixture("float4").json(text) == json)
  }

  @Test(arguments: [
    ("0.00", "\"AA==\""), ("2.50", "\"APo=\""), ("-0.01", "\"/w==\""), ("1.28", "\"AIA=\""), ("-1.28", "\"gA==\""),
    ("99999999.99", "\"AlQL4/8=\""), ("5", "\"AfQ=\""),
    ("92233720368547758.08", "\"AIAAAAAAAAAA\""), ("-92233720368547758.08", "\"gAAAAAAAAAA=\""),
  ])
  func `a decimal is its unscaled value in two's complement`(text: String, json: String) {
    let column = ValuesFixture("numeric", ValuesFixture.numeric(38, 2))
    #expect(column.json(text) == json)
    #expect(
      column.schema
        == #"{"type":"bytes","optional":true,"name":"org.apache.kafka.connect.data.Decimal","version":1,"parameters":{"scale":"2","connect.decimal.precision":"38"}}"#
    )
  }

  @Test func `a long decimal keeps all of its digits`() {
    let column = ValuesFixture("numeric", ValuesFixture.numeric(38, 10))
    #expect(column.json("1234567890123456789012345678.0123456789") == "\"CUmw9vACMxPESZBOzGdFFQ==\"")
    #expect(column.json("-0.0000000001") == "\"/w==\"")
    #expect(
      ValuesFixture("numeric", ValuesFixture.numeric(1000, 20)).json("-12345678901234567890.12345678901234567890")
        == "\"/F8234o/JAxHU0OgaTHA9S4=\"")
  }

  @Test(arguments: [
    ("100.00", 0, "ZA=="), ("1.10", 1, "Cw=="), ("0.00000000000000000001", 20, "AQ=="), ("-0.5", 1, "+w=="),
    ("123456789012345678901234567890.123456789", 9, "XODppWAV/sWq36MorjmBFQ=="), ("0.00", 0, "AA=="),
  ])
  func `a numeric without scale carries one without trailing zeros`(text: String, scale: Int, value: String) {
    #expect(ValuesFixture("numeric").json(text) == "{\"scale\":\(scale),\"value\":\"\(value)\"}")
  }

  @Test func `NaN fits strings and doubles only`() {
    #expect(ValuesFixture("numeric").json("NaN") == nil)
    let text = ValuesFixture("numeric") { $0.settings.decimals = .string }
    #expect(text.json("NaN") == "\"NAN\"")
    #expect(text.json("-Infinity") == "\"NEGATIVE_INFINITY\"")
    #expect(text.json("1.10") == "\"1.10\"")
    let number = ValuesFixture("numeric") { $0.settings.decimals = .double }
    #expect(number.json("Infinity") == "\"Infinity\"")
    #expect(number.json("1234567890123456789012345678.01") == "1.2345678901234569E27")
  }

  @Test func `a negative scale is read without its sign`() throws {
    let column = ValuesFixture("numeric", ValuesFixture.numeric(4, -2))
    let schema = try #require(column.schema)
    #expect(schema.contains(#""scale":"2046","connect.decimal.precision":"4""#))
    #expect(try #require(column.json("12300")).hasPrefix("\"BMLOWGDcR8HN"))
    let right = ValuesFixture("numeric", ValuesFixture.numeric(4, -2)) { $0.settings.quirks = false }
    #expect(right.json("12300") == "\"MAw=\"")
  }

  @Test func `decimals can be numbers`() {
    let column = ValuesFixture("numeric", ValuesFixture.numeric(12, 9)) { $0.settings.decimalsAsNumbers = true }
    #expect(column.json("-1.500000000") == "-1.500000000")
    #expect(column.json("0.000000012") == "1.2E-8")
    #expect(column.json("0.000000000") == "0E-9")
  }

  @Test(arguments: [
    ("$1,234.56", "\"AeJA\""), ("-$0.01", "\"/w==\""), ("-$92,233,720,368,547,758.08", "\"gAAAAAAAAAA=\""),
    ("$0.00", "\"AA==\""),
  ])
  func `money is a decimal`(text: String, json: String) {
    #expect(ValuesFixture("money").json(text) == json)
  }

  @Test func `money has as many digits as configured`() {
    #expect(ValuesFixture("money") { $0.settings.moneyFractionDigits = 3 }.json("$11.00") == "\"Kvg=\"")
    #expect(ValuesFixture("money") { $0.settings.moneyFractionDigits = 1 }.json("-$9.95") == "\"nA==\"")
    #expect(ValuesFixture("money") { $0.settings.decimals = .string }.json("-$1.50") == "\"-1.50\"")
    #expect(ValuesFixture("money") { $0.settings.decimals = .double }.json("($12.35)") == "-12.35")
  }

  @Test(arguments: ["MD5", "SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512"])
  func `digests are those of the standards`(name: String) throws {
    // Of "abc": RFC 1321 and the examples of FIPS 180.
    let expected = [
      "MD5": "900150983cd24fb0d6963f7d28e17f72", "SHA-1": "a9993e364706816aba3e25717850c26c9cd0d89d",
      "SHA-224": "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7",
      "SHA-256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      "SHA-384":
        "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
      "SHA-512":
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    ]
    let column = ValuesFixture("text") {
      $0.settings.rules = [ColumnRule(.hash(algorithm: name.lowercased(), salt: "a", version: 2)) { _ in true }]
    }
    #expect(column.json("bc") == expected[name].map { "\"\($0)\"" })
  }
}
