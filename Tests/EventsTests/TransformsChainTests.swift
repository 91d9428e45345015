import Decoder
import Testing

@testable import Events

@Suite struct TransformsChainTests {
  @Test(arguments: [Recording.update, Recording.delete, Recording.tombstone, Recording.outboxInsert])
  func `a record taken apart and written again is the same`(line: String) throws {
    let record = try #require(RecordedLine.record(line))
    #expect(RecordedLine.line(record, replacingNulls: false) == line)
  }

  @Test func `structs are taken apart, everything else stays text`() {
    let value = Fixture.insert.value
    guard case .structure(let members)? = value?.payload else {
      Issue.record("not a struct")
      return
    }
    #expect(members[0] == .null)
    #expect(members[1] == .structure([.text("1"), .text("\"one\""), .text("2")]))
    #expect(members[3] == .text("\"c\""))
  }

  @Test(arguments: [
    "{", "{\"id\":1}", "{\"id\":1,\"name\":\"x\",\"qty\":2", "[1,2]", "{\"id\":1,\"name\":\"x,\"qty\":2}", "",
    "{\"id\":1,\"name\":\"x\",\"qty\":2}}", "{\"id\":,\"name\":\"x\",\"qty\":2}",
  ])
  func `text of another form stays text`(json: String) {
    #expect(Fixture.value(json, Fixture.row).payload == .text(json))
  }

  @Test func `nulls are replaced by defaults where that is asked for`() {
    let value = Fixture.value(#"{"id":1,"name":null,"qty":null}"#, Fixture.row)
    var text = OutputBuffer(capacity: 64)
    value.append(to: &text, withSchema: false)
    #expect(String(decoding: text.array, as: UTF8.self) == #"{"id":1,"name":"dflt","qty":5}"#)
    text.clear()
    value.append(to: &text, withSchema: false, replacingNulls: false)
    #expect(String(decoding: text.array, as: UTF8.self) == #"{"id":1,"name":null,"qty":null}"#)
    text.clear()
    EventValue(nil, .null).append(to: &text, withSchema: true)
    #expect(String(decoding: text.array, as: UTF8.self) == #"{"schema":null,"payload":null}"#)
  }

  @Test func `no transforms leave everything as it is`() throws {
    var chain = try TransformChain(properties: ["transforms": " ", "transforms.x.type": "never made"])
    let isEmpty = chain.isEmpty
    #expect(isEmpty)
    #expect(try chain.apply(Fixture.insert)?.value?.payload == Fixture.insert.value?.payload)
  }

  @Test func `transforms follow each other in the order listed`() throws {
    let router = "org.apache.kafka.connect.transforms.RegexRouter"
    var chain = try TransformChain(properties: [
      "transforms": "b, a", "transforms.a.type": router, "transforms.a.regex": "(.*)",
      "transforms.a.replacement": "$1a",
      "transforms.b.type": router, "transforms.b.regex": "(.*)", "transforms.b.replacement": "$1b",
    ])
    #expect(try chain.apply(Fixture.insert)?.topic == "srv.public.itemsba")
  }

  @Test(arguments: [
    ("TopicNameMatches", ["pattern": "srv\\..*items"], [false, false, true]),
    ("RecordIsTombstone", [:], [true, false, true]), ("HasHeaderKey", ["name": "h"], [false, false, true]),
  ])
  func `a predicate says which records a transform is for`(
    type: String, options: [String: String], kept: [Bool]
  ) throws {
    var properties = [
      "transforms": "t", "transforms.t.type": "org.apache.kafka.connect.transforms.Filter",
      "transforms.t.predicate": "p", "predicates": "p",
      "predicates.p.type": "org.apache.kafka.connect.transforms.predicates.\(type)",
    ]
    for (name, value) in options { properties["predicates.p.\(name)"] = value }
    let records = [Fixture.insert, Fixture.tombstone, Fixture.message]
    var chain = try TransformChain(properties: properties)
    for (record, isKept) in zip(records, kept) { #expect(try (chain.apply(record) != nil) == isKept) }
    properties["transforms.t.negate"] = "true"
    var negated = try TransformChain(properties: properties)
    for (record, isKept) in zip(records, kept) { #expect(try (negated.apply(record) != nil) != isKept) }
  }

  @Test(arguments: [
    (["transforms": "t"], "'transforms.t.type' is missing"),
    (
      ["transforms": "t", "transforms.t.type": "com.example.Mine"],
      "no transform 'com.example.Mine'; supported: io.debe"
    ),
    (
      ["transforms": "t", "transforms.t.type": "org.apache.kafka.connect.transforms.DropHeaders"],
      "'headers' is missing"
    ),
    (
      [
        "transforms": "t", "transforms.t.type": "org.apache.kafka.connect.transforms.DropHeaders",
        "transforms.t.headers": "x", "transforms.t.header": "y",
      ], "unknown option 'header'; supported: headers"
    ),
    (
      [
        "transforms": "t", "transforms.t.type": "org.apache.kafka.connect.transforms.Filter",
        "transforms.t.predicate": "p",
      ], "'predicates' lists no 'p'"
    ),
    (["predicates": "p", "predicates.p.type": "Own"], "no predicate 'Own'; supported: org.apache.kafka"),
    (
      [
        "transforms": "t", "transforms.t.type": "io.debezium.transforms.ExtractNewRecordState",
        "transforms.t.delete.tombstone.handling.mode": "keep",
      ], "'delete.tombstone.handling.mode' is none of drop, tombstone, rewrite"
    ),
    (
      [
        "transforms": "t", "transforms.t.type": "io.debezium.transforms.ExtractNewRecordState",
        "transforms.t.drop.tombstones": "false",
      ], "'drop.tombstones' is not supported: Debezium 3 knows"
    ),
  ])
  func `what is not supported is named, and what is`(properties: [String: String], words: String) {
    let error = #expect(throws: TransformError.self) { _ = try TransformChain(properties: properties) }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }

  @Test func `a delete's tombstone has the headers that were added to the delete`() throws {
    var chain = try Fixture.chain(
      "io.debezium.transforms.ExtractNewRecordState",
      [
        "delete.tombstone.handling.mode": "rewrite-with-tombstone", "add.headers": "op,snapshot",
        "add.headers.prefix": "h_", "add.fields": "snapshot,op:OP,db,source.schema,lsn,ts_ms,transaction.id,xyz",
      ])
    let delete = try #require(try chain.apply(try Fixture.recorded(Recording.delete)))
    #expect(RecordedLine.line(delete, replacingNulls: false, headersReplaceNulls: false) == Recording.deleteRewritten)
    let tombstone = try #require(try chain.apply(try Fixture.recorded(Recording.tombstone)))
    #expect(RecordedLine.line(tombstone) == Recording.tombstoneWithHeaders)
  }

  @Test func `null in a required field is refused in the end`() throws {
    var chain = try Fixture.chain(
      "io.debezium.transforms.HeaderToValue", ["headers": "h", "fields": "after.h", "operation": "copy"])
    #expect(throws: TransformError.self) { try chain.apply(Fixture.delete) }
    let insert = try #require(try chain.apply(Fixture.insert))
    #expect(RecordedLine.line(insert, withSchemas: false).contains(#""after":{"id":1,"name":"one","qty":2,"h":"v"}"#))
  }
}
