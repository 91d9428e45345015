import Decoder
import Testing

@Suite struct ValuesContainerTests {
  @Test(arguments: [
    ("{}", "[]"), ("{1,2}", "[1,2]"), ("{1,NULL,NaN}", "[1,null,\"NaN\"]"), ("[0:1]={1,2}", "[1,2]"),
    ("[0:1][2:3]={{1,2},{3,4}}", "[[1,2],[3,4]]"), ("[-5:-4]={1,2}", "[1,2]"),
    ("{{{{{{1}}}}}}", "[[[[[[1]]]]]]"), ("{{{1},{2}},{{3},{4}}}", "[[[1],[2]],[[3],[4]]]"),
  ])
  func `arrays of numbers of any dimension`(text: String, expected: String) throws {
    #expect(try rendered(text, as: .array(of: .number)) == expected)
  }

  @Test(arguments: [
    ("{a,b}", #"["a","b"]"#), (#"{"a b",""}"#, #"["a b",""]"#),
    (#"{"NULL",NULL,null,nil}"#, #"["NULL",null,null,"nil"]"#),
    (#"{"a\"b","a\\b","{,}"}"#, #"["a\"b","a\\b","{,}"]"#), (#"{a\,b}"#, #"["a,b"]"#), ("{\"a\nb\"}", #"["a\nb"]"#),
    (#"{"\\\"\\"}"#, #"["\\\"\\"]"#), ("{ä,\"日 本\"}", #"["ä","日 本"]"#),
  ])
  func `arrays of texts with quotes and escapes`(text: String, expected: String) throws {
    #expect(try rendered(text, as: .array(of: .text)) == expected)
  }

  @Test func `box has a delimiter of its own`() throws {
    let boxes = ValueShape.array(element: .text, delimiter: UInt8(ascii: ";"))
    #expect(try rendered("{(1,1),(0,0);(2,2),(1,1)}", as: boxes) == #"["(1,1),(0,0)","(2,2),(1,1)"]"#)
    #expect(ValueShape.builtIn(1020) == boxes)
  }

  @Test func `arrays of scalars with a form of their own`() throws {
    #expect(
      try rendered(#"{"2024-01-01 10:00:00",infinity}"#, as: .array(of: .timestamp))
        == #"["2024-01-01T10:00:00","infinity"]"#)
    #expect(try rendered("{t,f,NULL}", as: .array(of: .boolean)) == "[true,false,null]")
    #expect(try rendered(#"{"{\"a\": \"x\\\"y\"}",1}"#, as: .array(of: .json)) == #"[{"a": "x\"y"},1]"#)
  }

  @Test(arguments: [
    "", "{", "}", "{1", "{1,", "{1,}", "{,1}", "{1}}", "{1} ", "{1}{2}", "[0:1]", "[0:1=", "[a:b]={1}", "1", "{1,{2}}",
    "{{1},2}", "{{{{{{{1}}}}}}}", #"{"a"#, #"{"a""#, #"{"a"x}"#, #"{a"b}"#, "{a{b}", #"{a\"#, "{{1},{{2}}}",
  ])
  func `malformed arrays are errors`(text: String) {
    #expect(throws: ValueError.self) { try rendered(text, as: .array(of: .text)) }
  }

  @Test func `vectors`() throws {
    #expect(try rendered("1 2 3", as: .vector(element: .number)) == "[1,2,3]")
    #expect(try rendered("12", as: .vector(element: .text)) == #"["12"]"#)
    #expect(try rendered("", as: .vector(element: .number)) == "[]")
    #expect(try rendered(#"{"1 2",3}"#, as: .array(of: .vector(element: .number))) == "[[1,2],[3]]")
    for text in [" ", "1 ", " 1", "1  2"] {
      #expect(throws: ValueError.self) { try rendered(text, as: .vector(element: .number)) }
    }
  }

  @Test func `rows`() throws {
    let row = ValueShape.row(["a": .number, "b \"q\"": .text, "c": .timestamp])
    #expect(
      try rendered(#"(1,"a ""b"",\\c","2024-01-01 10:00:00")"#, as: row)
        == #"{"a":1,"b \"q\"":"a \"b\",\\c","c":"2024-01-01T10:00:00"}"#)
    #expect(try rendered(#"(,"",)"#, as: row) == #"{"a":null,"b \"q\"":"","c":null}"#)
    #expect(try rendered("(1,{x},)", as: row) == #"{"a":1,"b \"q\"":"{x}","c":null}"#)
    #expect(try rendered("()", as: .row([:])) == "{}")
    #expect(try rendered("()", as: .row(["a": .text])) == #"{"a":null}"#)
    #expect(try rendered("(NULL)", as: .row(["a": .text])) == #"{"a":"NULL"}"#)
  }

  @Test(arguments: [
    "", "(", ")", "(1", "(1,", "(1,2)", "(1,2,,)", "1,2,3", "(1,2,)x", #"(1,"a,)"#, #"(1,"a"b,)"#, #"(1,a"b",)"#,
    #"(1,\"#,
  ])
  func `malformed rows are errors`(text: String) {
    let row = ValueShape.row(["a": .number, "b": .text, "c": .text])
    #expect(throws: ValueError.self) { try rendered(text, as: row) }
  }

  @Test func `rows in arrays in rows are unquoted as often as they were quoted`() throws {
    let inner = ValueShape.row(["n": .number, "t": .text])
    let outer = ValueShape.row(["items": .array(of: inner), "one": inner])
    #expect(
      try rendered(#"{"(1,\"x\"\"y\\\\z\")","(2,)",NULL}"#, as: .array(of: inner))
        == #"[{"n":1,"t":"x\"y\\z"},{"n":2,"t":null},null]"#)
    #expect(
      try rendered(#"("{""(1,\\""a b\\"")""}","(2,"""")")"#, as: outer)
        == #"{"items":[{"n":1,"t":"a b"}],"one":{"n":2,"t":""}}"#)
  }

  @Test func `an hstore is an object of strings and nulls`() throws {
    #expect(
      try rendered(#""a"=>"1", "b \"\\"=>NULL, ""=>"NULL""#, as: .hstore) == #"{"a":"1","b \"\\":null,"":"NULL"}"#)
    #expect(try rendered("", as: .hstore) == "{}")
    let malformed = [
      #""a""#, #""a"="#, #""a"=>"#, #""a"=>x"#, #""a"=>NULL "#, #""a"=>"1","b"=>"2""#, "a=>1", #""a"=>NUL"#,
      #""a"=>"1", "#, #""a"=>"1"x"#, #""a"=>NULX"#,
    ]
    for text in malformed {
      #expect(throws: ValueError.self) { try rendered(text, as: .hstore) }
    }
  }

  @Test func `nesting beyond the limit is refused`() throws {
    var shape = ValueShape.text
    for _ in 0...ValueShape.maximumDepth { shape = .vector(element: shape) }
    let error = #expect(throws: ValueError.self) { try rendered("1", as: shape) }
    #expect(error?.code == .depth)
  }

  @Test func `what an error leaves behind is taken back`() throws {
    var buffer = OutputBuffer(capacity: 0)
    buffer.append(literal: "kept")
    let bytes = Array("{1,2,{3}".utf8)
    let error = #expect(throws: ValueError.self) { try buffer.appendJSON(bytes.span.bytes, as: .array(of: .number)) }
    #expect(error?.offset == 5)
    #expect(buffer.text == "kept")
  }

  @Test func `an error's place counts from the column's first byte`() {
    let rows = ValueShape.row(["a": .array(of: .boolean)])
    let error = #expect(throws: ValueError.self) { try rendered(#"("{t,f,x}")"#, as: rows) }
    #expect(error?.code == .boolean)
    #expect(error?.offset == 7)
  }

  @Test func `types with fixed identifiers`() {
    #expect(ValueShape.builtIn(23) == .number)
    #expect(ValueShape.builtIn(1184) == .timestampWithTimeZone)
    #expect(ValueShape.builtIn(26) == .text)
    #expect(ValueShape.builtIn(1007) == .array(of: .number))
    #expect(ValueShape.builtIn(1013) == .array(of: .vector(element: .text)))
    #expect(ValueShape.builtIn(3905) == .array(of: .text))
    #expect(ValueShape.builtIn(16_384) == nil)
    #expect(ValueShape.builtIn(71) == nil)
  }
}
