import Events
import Testing

@Suite("Values: types")
struct ValuesTypesTests {
  @Test(arguments: [
    ("int4", "-2147483648", "-2147483648"), ("oid", "4294967295", "4294967295"), ("bool", "t", "true"),
    ("bool", "f", "false"), ("text", "a \"b\" \\ \t\u{1}\u{1F}é😀\u{7F}", #""a \"b\" \\ \t\u0001\u001Fé😀"# + "\u{7F}\""),
    ("bpchar", "ab  ", "\"ab  \""), ("jsonb", #"{"a": 1}"#, #""{\"a\": 1}""#), ("inet", "::1", "\"::1\""),
    ("uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "\"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\""),
    ("int4range", "[1,5)", "\"[1,5)\""), ("tsvector", "'a':1", "\"'a':1\""), ("bytea", "\\x00ff", "\"AP8=\""),
    ("bytea", "\\x", "\"\""), ("citext", "Ab", "\"Ab\""), ("ltree", "Top.A", "\"Top.A\""),
    ("varbit", "1010101010101", "\"VRU=\""), ("varbit", "", "\"\""), ("varbit", "0000", "\"\""),
    ("point", "(1.5,-2)", #"{"x":1.5,"y":-2.0,"wkb":"AQEAAAAAAAAAAAD4PwAAAAAAAADA","srid":null}"#),
    (
      "point", "(NaN,Infinity)", #"{"x":"NaN","y":"Infinity","wkb":"AQEAAAAAAAAAAAD4fwAAAAAAAPB/","srid":null}"#
    ),
    (
      "geometry", "0101000020E6100000000000000000F03F0000000000000040",
      #"{"wkb":"AQEAACDmEAAAAAAAAAAA8D8AAAAAAAAAQA==","srid":4326}"#
    ),
    (
      "geometry", "00000000013FF00000000000004000000000000000",
      #"{"wkb":"AAAAAAE/8AAAAAAAAEAAAAAAAAAA","srid":null}"#
    ),
    ("vector", "[1,2.5,-3e10]", "[1.0,2.5,-3.0E10]"),
    (
      "sparsevec", "{17:1,1:2,33:3,2:4,16:5}/100",
      #"{"dimensions":100,"vector":[[16,5.0],[17,1.0],[1,2.0],[33,3.0],[2,4.0]]}"#
    ),
    ("sparsevec", "{}/3", #"{"dimensions":3,"vector":[]}"#),
    (
      "hstore", #""z"=>"1", "=>"=>",", "longer"=>"4", "x"=>NULL"#,
      #""{\"=>\":\",\",\"longer\":\"4\",\"x\":null,\"z\":\"1\"}""#
    ),
  ])
  func `a value is written as Debezium writes it`(type: String, text: String, json: String) {
    #expect(ValuesFixture(type).json(text) == json)
  }

  @Test(arguments: [
    // Whole numbers are copied as they are; nothing else is, whoever sent it.
    ("timestamptz", "2024-01-31 13:51:30\"+00"), ("timestamptz", "2024\n01-31 13:51:30+00"), ("int8", ""),
    ("int4", "-"), ("int2", "1,\"b\":2"), ("oid", "007"), ("int8", "1e3"), ("_int8", "{1,x}"),
    ("geometry", "00"), ("sparsevec", "{40000:1}/40001"), ("point", "1,2"), ("bytea", "abc"), ("bytea", "\\x0"),
    ("bytea", "\\xzz"), ("float8", "x"), ("date", "2020"), ("timestamp", "2020-01-01"), ("numeric", "1.2.3"),
    ("_int4", "{1"), ("_int4", "1,2"), ("_text", "{\"a}"), ("hstore", "\"a"), ("interval", "x day"),
    ("money", "1.234,56 €"),
    ("varbit", "12"),
  ])
  func `what cannot be converted leaves nothing behind`(type: String, text: String) {
    #expect(ValuesFixture(type).json(text) == nil)
  }

  @Test(arguments: [
    ("_int4", "[0:2]={7,8,9}", "[7,8,9]"), ("_int4", "{}", "[]"), ("_int4", "{NULL,1}", "[null,1]"),
    ("_int4", "{{1,2},{3,4}}", "[null,null]"),
    ("_text", #"{a,"b c","d\"e","",NULL,"NULL"}"#, #"["a","b c","d\"e","",null,"NULL"]"#),
    ("_bool", "{t,f}", "[true,false]"), ("_float8", "{2.5,1e+100}", "[2.5,1.0E100]"),
    ("_bytea", #"{"\\x00ff",NULL,"\\x"}"#, #"["AP8=",null,""]"#), ("_jsonb", #"{"{\"a\": 1}"}"#, #"["{\"a\": 1}"]"#),
    ("_mood", "{sad,\"a,b\"}", #"["sad","a,b"]"#), ("tags", "{x,NULL}", #"["x",null]"#),
    ("_numeric", "{100000,0.00}", #"[{"scale":0,"value":"AYag"},{"scale":0,"value":"AA=="}]"#),
    ("oidvector", "1 2", "[]"),
  ])
  func `an array is written as Debezium writes it`(type: String, text: String, json: String) {
    #expect(ValuesFixture(type).json(text) == json)
  }

  @Test(arguments: [
    ("_mood", "{sad,NULL}"), ("_numeric", "{NaN}"), ("oidvector", ""), ("_bit", "{101}"), ("_tsvector", "{NULL}"),
  ])
  func `an array that Debezium cannot write fails as a whole`(type: String, text: String) {
    #expect(ValuesFixture(type).json(text) == nil)
  }

  @Test(arguments: ["_xml", "_money", "int4multirange", "pair", "pg_lsn", "box"])
  func `a type that Debezium does not know is left out`(type: String) {
    #expect(ValuesFixture(type).converter == nil)
  }

  @Test(arguments: [
    ("pair", "(1,x)", "\"KDEseCk=\""), ("pg_lsn", "16/B374D848", "\"MTYvQjM3NEQ4NDg=\""),
    ("box", "(2,2),(0,0)", "\"KDIuMCwyLjApLCgwLjAsMC4wKQ==\""),
  ])
  func `on demand its text is included as bytes`(type: String, text: String, json: String) {
    let column = ValuesFixture(type) { $0.settings.includesUnknownTypes = true }
    #expect(column.json(text) == json)
    #expect(column.schema == #"{"type":"bytes","optional":true}"#)
  }

  @Test(arguments: [
    (ValueSettings.BinaryHandling.base64, "\"/v8=\""), (.base64URLSafe, "\"_v8=\""), (.hex, "\"feff\""),
    (.bytes, "\"/v8=\""),
  ])
  func `bytea follows binary handling mode`(mode: ValueSettings.BinaryHandling, json: String) {
    #expect(ValuesFixture("bytea") { $0.settings.binary = mode }.json("\\xfeff") == json)
  }

  @Test func `hstore can be a map`() {
    let column = ValuesFixture("hstore") { $0.settings.hstore = .map }
    #expect(column.json(#""a"=>"1", "b"=>NULL, "c d"=>"x\"y\\z""#) == #"{"a":"1","b":null,"c d":"x\"y\\z"}"#)
    #expect(
      column.schema
        == #"{"type":"map","keys":{"type":"string","optional":false},"values":{"type":"string","optional":true},"optional":true}"#
    )
  }

  @Test(arguments: [("bit", 1, "1", "true"), ("bit", 1, "0", "false"), ("bit", 9, "100000001", "\"AQE=\"")])
  func `a single bit is a boolean`(type: String, length: Int32, text: String, json: String) {
    #expect(ValuesFixture(type, length).json(text) == json)
  }
}
