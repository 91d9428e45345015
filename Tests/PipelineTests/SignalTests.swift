import PGReplication
import Testing
import WAL

@testable import Pipeline

@Suite struct SignalTests {
  private func action(_ type: String, _ data: String?) -> SignalAction {
    SignalAction(Signal(id: "s", type: type, data: data))
  }

  @Test func `an incremental snapshot is what execute-snapshot means by default`() {
    let data = """
      {"data-collections": [" public.a ", "public.b.*"], "surrogate-key": "n", "additional-conditions":
        [{"data-collection": "PUBLIC.A", "filter": "id > 5"}]}
      """
    let condition = SnapshotRequest.Condition(tables: "PUBLIC.A", filter: "id > 5")
    let request = SnapshotRequest(
      id: "s", tables: ["public.a", "public.b.*"], conditions: [condition], surrogateKey: "n")
    #expect(action("execute-snapshot", data) == .incremental(request))
    #expect(request.filter(of: "public.a") == "id > 5")
    #expect(request.filter(of: "public.ab") == nil)
  }

  @Test func `the type of a snapshot is read without regard to case`() {
    #expect(
      action("execute-snapshot", #"{"type": "Blocking", "data-collections": ["a.b"]}"#)
        == .blocking(SnapshotRequest(id: "s", tables: ["a.b"])))
    guard case .ignored = action("execute-snapshot", #"{"type": "odd", "data-collections": ["a.b"]}"#) else {
      Issue.record("a snapshot of an unknown type was accepted")
      return
    }
  }

  @Test(arguments: ["not json", "[1]", #"{"data-collections": []}"#, "{", #"{"a": 1} x"#, ""])
  func `a snapshot without tables, or with data that is no JSON, is ignored`(data: String) {
    guard case .ignored = action("execute-snapshot", data) else {
      Issue.record("accepted: \(data)")
      return
    }
  }

  @Test func `the other signals`() {
    #expect(action("pause-snapshot", nil) == .pause)
    #expect(action("resume-snapshot", "{}") == .resume)
    #expect(action("stop-snapshot", "") == .stop([]))
    #expect(action("stop-snapshot", #"{"data-collections": ["a.b"], "type": "incremental"}"#) == .stop(["a.b"]))
    #expect(action("log", #"{"message": "at {}"}"#) == .log("at {}"))
    #expect(action("snapshot-window-open", "no json") == .windowOpen("s"))
    #expect(action("snapshot-window-close", nil) == .windowClose("s"))
    #expect(action("no-such-signal", "{}") == .ignored("signal \"s\": its type \"no-such-signal\" is not known"))
  }

  @Test func `JSON is parsed with its escapes, and written back`() throws {
    let text = #"{"a":[1,-2.5e3,true,null],"b":"q\"\\\u00e9\ud83d\ude00\n"}"#
    let document = try SignalDocument(parsing: text.utf8)
    #expect(document["b"]?.string == "q\"\\é😀\n")
    #expect(document.text == "{\"a\":[1,-2.5e3,true,null],\"b\":\"q\\\"\\\\é😀\\u000a\"}")
  }

  @Test(arguments: [
    "", "{", "[1,]", "{\"a\"}", "\"a", "\"\\u12\"", "\"\\ud800x\"", "nul", "1 2", "\"\\ud83d\\u0041\"", "infinity",
  ])
  func `what is no JSON is refused`(text: String) {
    #expect(throws: SignalDocument.Malformed.self) { try SignalDocument(parsing: text.utf8) }
  }

  @Test func `deep nesting is refused`() {
    let text = String(repeating: "[", count: 1000)
    #expect(throws: SignalDocument.Malformed.self) { try SignalDocument(parsing: text.utf8) }
  }

  @Test func `a blocking request matches names plain and quoted, without regard to case, and takes lists apart`() {
    let request = SnapshotRequest(id: "s", tables: ["public.[AB], other.x", #""public"\."Z""#])
    #expect(request.includes(TableName(schema: "public", name: "a")))
    #expect(request.includes(TableName(schema: "other", name: "x")))
    #expect(request.includes(TableName(schema: "public", name: "Z")))
    #expect(!request.includes(TableName(schema: "public", name: "ab")))
  }

  @Test func `a table is named in up to three parts, each with or without quotes`() {
    #expect(TableIdentifier(parsing: #""my.schema"."T""#)?.table == TableName(schema: "my.schema", name: "T"))
    #expect(TableIdentifier(parsing: "a")?.text == "a")
    #expect(TableIdentifier(parsing: "db.public.a")?.table == nil)
    #expect(TableIdentifier(parsing: "a.b.c.d") == nil)
    #expect(TableIdentifier(parsing: "") == nil)
  }

  @Test func `Java's maps hand tables out in this order`() {
    let tables = "a b debezium_signal p p1 p2 q1 q2 q3 q_long_name qabc qm qn qzz tz"
    let expected = "a b debezium_signal p tz q1 p2 q3 p1 q2 q_long_name qm qabc qzz qn"
    func names(_ list: String) -> [String] { list.split(separator: " ").map { "public.\($0)" } }
    #expect(HashedOrder.concurrentMap(names(tables)) == names(expected))
    #expect(HashedOrder.set(names("a b c")) == names("c a b"))
    #expect(HashedOrder.set(names("a e f z0")) == names("a z0 e f"))
  }

  @Test func `random identifiers are UUIDs of version 4`() {
    let id = RandomIdentifier.make()
    let parts = id.split(separator: "-").map(\.count)
    #expect(parts == [8, 4, 4, 4, 12])
    #expect(Array(id)[14] == "4")
    #expect("89ab".contains(Array(id)[19]))
    #expect(id != RandomIdentifier.make())
  }

  @Test(arguments: [
    (1_795_254_650_092_085, "2026-11-21T09:50:50.092085Z"), (0, "1970-01-01T00:00:00Z"),
    (951_782_400_500_000, "2000-02-29T00:00:00.500Z"), (-1, "1969-12-31T23:59:59.999999Z"),
  ])
  func `a watermark's time is printed as Java prints it`(time: Int64, text: String) {
    #expect(WatermarkTime.text(unixMicroseconds: time) == text)
  }

  @Test func `a snapshot of transactions tells which are over`() throws {
    let snapshot = try #require(TransactionSnapshot("4294967400:4294967410:4294967400,4294967402"))
    #expect(snapshot.running == [4_294_967_400, 4_294_967_402])
    #expect(snapshot.full(TransactionID(105)) == 4_294_967_401)
    #expect(snapshot.full(TransactionID(4_294_967_290)) == 4_294_967_290)
    #expect(TransactionSnapshot("10:10:")?.running == [])
    for text in ["", "1:2", "a:2:", "1:2:x"] { #expect(TransactionSnapshot(text) == nil) }
  }
}
