import Events
import Testing

@Suite("Values: what a column adds")
struct ValuesColumnTests {
  @Test(arguments: [
    ("int4", "42", "42"), ("int4", "nextval('s'::regclass)", "0"), ("int4", "(1 + 2)", nil),
    ("int4", "'-3'::integer", "-3"),
    ("int2", "(3)::smallint", nil), ("bool", "true", "true"), ("bool", "(NOT true)", "false"),
    ("float8", "'NaN'::double precision", "\"NaN\""),
    ("text", "'te''xt'::text", "\"te'xt\""), ("text", "('a'::text || 'b'::text)", "\"a\""),
    ("text", "upper('x'::text)", "\"\""),
    ("text", "CURRENT_USER", "\"CURRENT_USER\""), ("varchar", "NULL::character varying", nil),
    ("text", "upper('a\nb'::text)", "\"a\\nb\""),
    ("json", "json_build_object()", "\"{}\""),
    ("uuid", "gen_random_uuid()", "\"00000000-0000-0000-0000-000000000000\""),
    ("date", "CURRENT_DATE", "0"), ("date", "'infinity'::date", "169560311"),
    ("date", "'-infinity'::date", "-170999002"),
    ("date", "'0044-03-15 BC'::date", "-735160"), ("date", "(CURRENT_DATE + 1)", nil),
    ("time", "'24:00:00'::time without time zone", "86399999999"),
    ("time", "'10:20:30.5'::time without time zone", "37230500000"),
    ("timestamp", "'infinity'::timestamp without time zone", "-9223372036853775810"),
    ("timestamp", "now()", "0"),
    ("timestamp", "'2020-01-01 00:00:00'::timestamp without time zone", "1577836800000000"),
    ("timestamptz", "'2019-12-31 22:00:00+00'::timestamp with time zone", "\"2019-12-31T22:00:00.000000Z\""),
    ("timestamptz", "'12000-01-01 00:00:00+00'::timestamp with time zone", "\"+12000-01-01T00:00:00.000000Z\""),
    ("timestamptz", "'infinity'::timestamp with time zone", nil),
    ("interval", "'1 day 02:00:00'::interval", "93600000000"),
    ("numeric", "1.5", nil), ("money", "5", nil), ("bytea", "'\\x00'::bytea", nil), ("oid", "12", nil),
    ("name", "'x'::name", nil),
    ("mood", "'sad'::mood", "\"sad\""), ("mood", "('s'::text || 'ad'::text)::mood", nil), ("amount", "1.5", nil),
    ("_int4", "'{1}'::integer[]", nil),
    ("varbit", "'11'::\"bit\"", "\"Aw==\""), ("hstore", "'k=>v'::hstore", nil), ("xml", "'<a/>'::xml", "\"<a/>\""),
  ])
  func `a default is guessed from its expression`(type: String, expression: String, json: String?) {
    #expect(ValuesFixture(type) { $0.standard = expression }.standardJSON == json)
  }

  @Test func `a default must fit the scale`() {
    let modifier = ValuesFixture.numeric(5, 1)
    #expect(ValuesFixture("numeric", modifier) { $0.standard = "7" }.standardJSON == "\"Rg==\"")
    #expect(ValuesFixture("numeric", modifier) { $0.standard = "1.25" }.standardJSON == nil)
    #expect(
      ValuesFixture("numeric", modifier) {
        $0.standard = "1.20"; $0.settings.decimals = .string
      }.standardJSON == "\"1.2\"")
  }

  @Test func `null gives way to the default unless told otherwise`() {
    #expect(ValuesFixture("int4") { $0.standard = "42" }.null == "42")
    #expect(
      ValuesFixture("int4") {
        $0.standard = "42"; $0.settings.replacesNullWithDefault = false
      }.null == "null")
    #expect(ValuesFixture("int4").null == "null")
  }

  @Test(arguments: [
    ("int4", "0"), ("bool", "false"), ("text", "\"\""), ("numeric", #"{"scale":0,"value":"AA=="}"#), ("float8", "0.0"),
    ("bytea", "\"\""),
    ("date", "0"), ("timestamptz", "\"1970-01-01T00:00:00Z\""), ("timetz", "\"00:00:00Z\""), ("_int4", "[]"),
    ("hstore", "\"{}\""),
    ("varbit", "\"\""), ("money", "\"AA==\""), ("vector", "[]"), ("geometry", #"{"wkb":"AQcAAAAAAAAA","srid":null}"#),
    ("point", #"{"x":0.0,"y":0.0,"wkb":"AQEAAAAAAAAAAAAAAAAAAAAAAAAA","srid":null}"#), ("mood", "\"\""),
  ])
  func `a required column that was not sent is zero, an optional one null`(type: String, zero: String) {
    #expect(ValuesFixture(type) { $0.isOptional = false }.notSent == zero)
    #expect(ValuesFixture(type).notSent == "null")
  }

  @Test func `a required column that was not sent has its default`() {
    #expect(
      ValuesFixture("int4") {
        $0.isOptional = false; $0.standard = "7"
      }.notSent == "7")
  }

  @Test(arguments: [
    ("text", "\"p\""), ("jsonb", "\"p\""), ("bytea", "\"cA==\""), ("_text", "[\"p\"]"), ("_int4", "[112]"),
    ("_int8", "[112]"), ("_date", "[112]"),
    ("_bytea", "[\"cA==\"]"), ("_uuid", "[\"83878c91-1713-3890-ae0f-e0fb97a8c47a\"]"), ("hstore", #""{\"p\":\"p\"}""#),
    ("numeric", "null"),
    ("_float8", "null"), ("varbit", "null"), ("_mood", "null"), ("tags", "null"), ("citext", "\"p\""),
  ])
  func `a value that was not repeated has a placeholder`(type: String, json: String) {
    let column = ValuesFixture(type) { $0.settings.unavailable = Array("p".utf8) }
    #expect(column.unavailable == json)
  }

  @Test func `one rule applies to a column, by kind`() throws {
    func column(_ actions: [ColumnRule.Action]) -> ValuesFixture {
      ValuesFixture("varchar", 24) { $0.settings.rules = actions.map { ColumnRule($0) { $0 == "public.t.c" } } }
    }
    let hash = ColumnRule.Action.hash(algorithm: "SHA-256", salt: "CzQMA0cB5K", version: 1)
    #expect(column([hash]).json("alpha") == "\"3513ebf6cd648d8b4a34\"")
    #expect(column([hash]).json("😀ž") == "\"bd531bb3261edfb97e18\"")
    #expect(column([hash, .mask(6)]).json("alpha") == "\"******\"")
    #expect(column([.mask(6)]).null == "\"******\"")
    #expect(column([hash]).null == "null")
    #expect(column([.mask(6), .truncate(3)]).json("São") == "\"São\"")
    #expect(column([.truncate(3)]).json("a😀bc") == "\"a😀\"")
    #expect(column([hash, .propagateSourceType]).json("alpha") == "\"alpha\"")
    #expect(try #require(column([hash]).schema).contains(#""parameters":{"masked":"true"}"#))
    #expect(try #require(column([.truncate(3)]).schema).contains(#""parameters":{"truncateLength":"3"}"#))
    #expect(column([.truncate(20)]).schema == #"{"type":"string","optional":true}"#)
  }

  @Test func `what is not text is not masked, and a key never`() {
    let rules = [ColumnRule(.mask(6)) { _ in true }]
    #expect(ValuesFixture("int4") { $0.settings.rules = rules }.json("5") == "5")
    #expect(
      ValuesFixture("text") {
        $0.settings.rules = rules; $0.role = .key
      }.json("a") == "\"a\"")
  }

  @Test func `truncation reaches every string and bytea`() {
    let rules = [ColumnRule(.truncate(5)) { _ in true }]
    #expect(ValuesFixture("timestamptz") { $0.settings.rules = rules }.json("2020-01-01 00:00:00+00") == "\"2020-\"")
    #expect(ValuesFixture("bytea") { $0.settings.rules = rules }.json("\\x0102030405060708") == "\"AQIDBAU=\"")
    #expect(ValuesFixture("jsonb") { $0.settings.rules = rules }.json("{\"a\": 1}") == #""{\"a\":""#)
    #expect(
      ValuesFixture("numeric", ValuesFixture.numeric(12, 4)) { $0.settings.rules = rules }.json("1234.5678")
        == "\"ALxhTg==\"")
  }

  @Test(
    arguments: [
      ("numeric", ValueOrigin.stream, nil, "NUMERIC", "131089", "0"), ("numeric", .snapshot, nil, "NUMERIC", "0", nil),
      ("int4", .snapshot, "nextval('s'::regclass)", "SERIAL", "10", "0"),
      ("int4", .stream, "nextval('s'::regclass)", "INT4", "10", "0"),
      ("_timestamptz", .stream, nil, "_TIMESTAMPTZ", "35", "6"), ("amount", .snapshot, nil, "AMOUNT", "8", "2"),
      ("float4", .stream, nil, "FLOAT4", "8", "8"), ("text", .stream, nil, "TEXT", "2147483647", "0"),
    ] as [(String, ValueOrigin, String?, String, String, String?)])
  func `the source's type is told`(
    type: String, origin: ValueOrigin, standard: String?, name: String, length: String, scale: String?
  ) {
    let column = ValuesFixture(type) {
      $0.settings.propagatesType = { $0.hasPrefix("public.t.") }
      $0.origin = origin
      $0.standard = standard
    }
    let told = (column.converter?.schema.parameters ?? []).filter { $0.name.hasPrefix("__debezium.source.column.") }
    let expected = [("type", name), ("length", length)] + (scale.map { [("scale", $0)] } ?? []) + [("name", "c")]
    #expect(told.map(\.value) == expected.map(\.1))
    #expect(told.map { String($0.name.split(separator: ".").last ?? "") } == expected.map(\.0))
  }

  @Test func `a domain has its base type's schema and its own precision`() {
    #expect(ValuesFixture("amount").json("1.50") == "\"AJY=\"")
  }

  @Test func `a name is read from snapshots only`() {
    #expect(ValuesFixture("name") { $0.origin = .snapshot }.json("n") == "\"n\"")
    #expect(ValuesFixture("name").json("n") == "null")
    #expect(ValuesFixture("name") { $0.isOptional = false }.json("n") == "\"\"")
  }

  @Test(arguments: [
    ("name", "n", "\"n\""), ("oidvector", "1 2", "[1,2]"), ("_mood", "{sad,NULL}", #"["sad",null]"#),
    ("_time", "{24:00:00}", "[86400000000]"),
    ("_bit", "{101}", #"["BQ=="]"#), ("_timetz", "{00:00:00.5+00}", #"["00:00:00.5Z"]"#),
  ])
  func `without quirks values are right`(type: String, text: String, json: String) {
    let column = ValuesFixture(type, type == "_bit" ? 3 : -1) { $0.settings.quirks = false }
    #expect(column.json(text) == json)
  }

  @Test func `without quirks only constants are defaults`() {
    func standard(_ type: String, _ expression: String) -> String? {
      ValuesFixture(type) {
        $0.settings.quirks = false; $0.standard = expression
      }.standardJSON
    }
    #expect(standard("timestamp", "now()") == nil)
    #expect(standard("text", "('a'::text || 'b'::text)") == nil)
    #expect(standard("text", "'it''s'::text") == "\"it's\"")
    #expect(standard("int4", "-5") == "-5")
    #expect(standard("timestamp", "'infinity'::timestamp without time zone") == "9223372036825200000")
  }

  @Test func `without quirks comments are documentation`() throws {
    let column = ValuesFixture("int4") {
      $0.settings.quirks = false
      $0.settings.includesComments = true
      $0.comment = "of something"
    }
    #expect(column.schema == #"{"type":"int32","optional":true,"doc":"of something"}"#)
  }

  @Test func `a field has its name in front`() throws {
    let key = try #require(ValuesFixture("int4").converter?.key)
    #expect(String(decoding: key, as: UTF8.self) == "\"c\":")
  }
}
