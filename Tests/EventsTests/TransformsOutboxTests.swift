import Testing

@testable import Events

@Suite struct TransformsOutboxTests {
  private let router = "io.debezium.transforms.outbox.EventRouter"
  private static let row = ConnectSchema(
    .structure, optional: true, name: "srv.public.outbox.Value",
    fields: [
      .init("id", ConnectSchema(.string)), .init("aggregatetype", ConnectSchema(.string, optional: true)),
      .init("aggregateid", ConnectSchema(.string, optional: true)),
      .init("payload", ConnectSchema(.string, optional: true, name: "io.debezium.data.Json", version: 1)),
    ])
  private static let envelope = ConnectSchema(
    .structure, name: "srv.public.outbox.Envelope",
    fields: [
      .init("before", row), .init("after", row), .init("op", ConnectSchema(.string)),
      .init("ts_ms", ConnectSchema(.int64, optional: true)),
    ])

  private func event(_ payload: String, operation: String = "c") -> EventRecord {
    let row = #"{"id":"e1","aggregatetype":"Order","aggregateid":"k","payload":\#(payload)}"#
    return EventRecord(
      topic: "srv.public.outbox",
      value: Fixture.value(#"{"before":null,"after":\#(row),"op":"\#(operation)","ts_ms":9}"#, Self.envelope))
  }

  private func value(_ payload: String, _ options: [String: String] = [:]) throws -> String {
    try #require(try Fixture.lines(router, options, event(payload)).first)
  }

  @Test func `columns go to envelope, headers and partition`() throws {
    var chain = try Fixture.chain(
      router,
      [
        "table.fields.additional.placement":
          "type:header:eventType,tenant:envelope,n:envelope:nn,part:partition,occurred:header",
        "table.field.event.timestamp": "at",
      ])
    let record = try #require(try chain.apply(try Fixture.recorded(Recording.outboxInsert)))
    #expect(RecordedLine.line(record, replacingNulls: false, headersReplaceNulls: false) == Recording.outboxRouted)
    #expect(record.timestamp == 1_577_836_800_500)
  }

  @Test func `a JSON payload becomes a struct`() throws {
    var chain = try Fixture.chain(
      router,
      [
        "table.expand.json.payload": "true", "table.fields.additional.placement": "type:header:eventType,gone:header",
        "table.field.additional.missing": "ignore", "route.by.field": "type",
        "route.topic.regex": "(?<a>.*)er(.*)", "route.topic.replacement": "events.$2.${a}",
      ])
    let record = try #require(try chain.apply(try Fixture.recorded(Recording.outboxInsert)))
    #expect(RecordedLine.line(record, replacingNulls: false) == Recording.outboxExpanded)
  }

  @Test func `only inserts become events`() throws {
    let lines = try Fixture.lines(
      router, [:], event("null", operation: "d"), event("null", operation: "u"), Fixture.tombstone, event("\"x\""),
      Fixture.message)
    #expect(
      lines == [
        #"{"topic":"outbox.event.Order","partition":null,"key":"k","value":"x","headers":{"id":"e1"}}"#,
        #"{"topic":"srv.message","partition":null,"key":null,"value":{"op":"m"},"headers":{}}"#,
      ])
    #expect(throws: TransformError.self) {
      try Fixture.lines(router, ["table.op.invalid.behavior": "fatal"], event("null", operation: "u"))
    }
  }

  @Test(arguments: [("null", true), ("\"\"", true), ("\" \\n\\u0000\"", true), ("\"x\"", false)])
  func `an empty payload is a tombstone if asked for`(payload: String, isTombstone: Bool) throws {
    var chain = try Fixture.chain(router, ["route.tombstone.on.empty.payload": "true"])
    let record = try #require(try chain.apply(event(payload)))
    #expect((record.value == nil) == isTombstone)
  }

  @Test(arguments: [
    (
      #"{\"a\":1,\"b\":5000000000,\"c\":1.50,\"d\":1e10,\"n\":null,\"e\":[],\"t\":\"\\u00e9\\\"\"}"#,
      #"{"a":1,"b":5000000000,"c":1.5,"d":1.0E10,"t":"é\""}"#
    ),
    (
      #"{\"o\":[{\"a\":1},{\"b\":\"x\"},null],\"x\":[[1],[2,null]]}"#,
      #"{"o":[{"a":1,"b":null},{"a":null,"b":"x"},null],"x":[[1],[2,null]]}"#
    ),
    (#" {\"a\":1}"#, #"" {\"a\":1}""#), (#"{broken"#, #""{broken""#), (#"{\"a\":[1,\"x\"]}"#, #""{\"a\":[1,\"x\"]}""#),
    (#"{\"a\":[1,1.5]}"#, #""{\"a\":[1,1.5]}""#), (#"{\"a\":[null]}"#, #""{\"a\":[null]}""#),
    (#"{\"a\":1,\"a\":2} rest"#, #"{"a":2}"#), ("text", "\"text\""), ("", "\"\""),
  ])
  func `what can be expanded is, the rest stays`(payload: String, expanded: String) throws {
    let line = try value("\"\(payload)\"", ["table.expand.json.payload": "true"])
    #expect(line.contains("\"value\":\(expanded),\"headers\""), "\(line)")
  }

  @Test func `nulls in a payload may be kept, names made fit for Avro`() throws {
    let line = try value(
      #""{\"n\":null,\"a b\":1}""#,
      [
        "table.expand.json.payload": "true", "table.json.payload.null.behavior": "optional_bytes",
        "field.name.adjustment.mode": "avro",
      ])
    // Debezium looks the value up by the adjusted name, and does not find it.
    #expect(line.contains(#""value":{"n":null,"a_b":null}"#))
  }

  @Test(arguments: [#"[1]"#, #"[{\"a\":1}]"#, #"{\"a\":99999999999999999999}"#, #"{\"a\":[{\"b\":1},{\"b\":\"x\"}]}"#])
  func `a payload whose schema does not fit is refused`(payload: String) {
    #expect(throws: TransformError.self) { try value("\"\(payload)\"", ["table.expand.json.payload": "true"]) }
  }

  @Test func `a value's schema keeps the name it got first`() throws {
    let row = Self.row.fields + [.init("tenant", ConnectSchema(.string))]
    let rowSchema = Self.row.with(fields: row)
    let envelope = Self.envelope.with(
      fields: [.init("before", rowSchema), .init("after", rowSchema)] + Self.envelope.fields.dropFirst(2))
    var chain = try Fixture.chain(router, ["table.fields.additional.placement": "tenant:envelope:t"])
    for type in ["Order", "Customer"] {
      let after = #"{"id":"e","aggregatetype":"\#(type)","aggregateid":"k","payload":"p","tenant":"x"}"#
      let record = EventRecord(
        topic: "o", value: Fixture.value(#"{"before":null,"after":\#(after),"op":"c","ts_ms":9}"#, envelope))
      let routed = try #require(try chain.apply(record))
      #expect(routed.topic == "outbox.event.\(type)")
      #expect(routed.value?.schema?.name == "srv.public.outbox.Order.Value")
      #expect(routed.value?.payload == .structure([.text("\"p\""), .text("\"x\"")]))
    }
  }

  @Test(arguments: [
    ["table.fields.additional.placement": "a"], ["table.fields.additional.placement": "a:nowhere"],
    ["tracing.operation.name": "x"], ["route.topic.replacement": "${x}"], ["table.expand.json.payload": "maybe"],
  ])
  func `options that cannot be honoured are refused`(options: [String: String]) {
    #expect(throws: TransformError.self) { _ = try Fixture.chain(router, options) }
  }
}
