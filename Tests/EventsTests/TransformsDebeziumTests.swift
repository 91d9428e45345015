import Testing

@testable import Events

@Suite struct TransformsDebeziumTests {
  private let unwrap = "io.debezium.transforms.ExtractNewRecordState"
  private func line(_ value: String, topic: String = "srv.public.items", headers: String = #"{"h":"v"}"#) -> String {
    #"{"topic":"\#(topic)","partition":null,"key":{"id":1},"value":\#(value),"headers":\#(headers)}"#
  }

  @Test func `a row is put in place of the event, a delete becomes the tombstone`() throws {
    let lines = try Fixture.lines(
      unwrap, [:], Fixture.insert, Fixture.update, Fixture.delete, Fixture.tombstone, Fixture.truncate, Fixture.message)
    #expect(
      lines == [
        line(#"{"id":1,"name":"one","qty":2}"#), line(#"{"id":1,"name":"dflt","qty":2}"#), line("null"),
        #"{"topic":"srv.message","partition":null,"key":null,"value":{"op":"m"},"headers":{}}"#,
      ])
  }

  @Test(arguments: [
    ("drop", [], false), ("tombstone", ["null"], true), ("delete-to-tombstone", ["null"], false),
    ("rewrite", [#"{"id":1,"name":"dflt","qty":2,"__deleted":"true"}"#], true),
    ("rewrite-with-tombstone", [#"{"id":1,"name":"dflt","qty":2,"__deleted":"true"}"#, "null"], true),
  ])
  func `a delete and its tombstone are handled as asked`(mode: String, values: [String], hasSchema: Bool) throws {
    let options = ["delete.tombstone.handling.mode": mode]
    #expect(try Fixture.lines(unwrap, options, Fixture.delete, Fixture.tombstone) == values.map { line($0) })
    #expect(try (Fixture.schema(unwrap, options, Fixture.delete) != nil) == hasSchema)
  }

  @Test func `the row's schema is a required struct of the same name`() throws {
    let row =
      #"{"type":"int32","optional":false,"field":"id"},{"type":"string","optional":true,"default":"dflt","#
      + #""field":"name"},{"type":"int16","optional":false,"default":5,"field":"qty"}"#
    #expect(
      try Fixture.schema(unwrap, [:], Fixture.insert)
        == #"{"type":"struct","fields":[\#(row)],"optional":false,"name":"srv.public.items.Value"}"#)
    // What is left of a delete keeps the schema of `after`.
    #expect(
      try Fixture.schema(unwrap, [:], Fixture.delete)
        == #"{"type":"struct","fields":[\#(row)],"optional":true,"name":"srv.public.items.Value"}"#)
  }

  @Test func `fields and headers are added under their names, without defaults`() throws {
    let options = [
      "add.fields": "op, snapshot,before.name:old,lsn:LSN,source.table,none", "add.fields.prefix": "_",
      "add.headers": "table", "delete.tombstone.handling.mode": "rewrite",
    ]
    #expect(
      try Fixture.lines(unwrap, options, Fixture.update) == [
        line(
          #"{"id":1,"name":"dflt","qty":2,"__deleted":"false","_op":"u","_snapshot":null,"_old":"one","_LSN":7,"#
            + #""_source_table":"items"}"#, headers: #"{"h":"v","__table":"items"}"#)
      ])
    #expect(
      try Fixture.schema(unwrap, options, Fixture.update)?.contains(
        #"{"type":"string","optional":true,"name":"io.debezium.data.Enum","version":1,"#
          + #""parameters":{"allowed":"true,false"},"field":"_snapshot"}"#) == true)
  }

  @Test func `rewriting replaces nulls by defaults unless told otherwise`() throws {
    for (option, expected) in [("true", "\"dflt\""), ("false", "null")] {
      var chain = try Fixture.chain(
        unwrap, ["delete.tombstone.handling.mode": "rewrite", "replace.null.with.default": option])
      let record = try #require(try chain.apply(Fixture.update))
      let text = RecordedLine.line(record, withSchemas: false, replacingNulls: false)
      #expect(text.contains("\"name\":\(expected)"))
    }
  }

  @Test func `a field routes rows and deletes`() throws {
    let lines = try Fixture.lines(unwrap, ["route.by.field": "name"], Fixture.insert, Fixture.update, Fixture.delete)
    #expect(lines[0] == line(#"{"id":1,"name":"one","qty":2}"#, topic: "one"))
    #expect(lines[1] == line(#"{"id":1,"name":"dflt","qty":2}"#))
    #expect(throws: TransformError.self) {
      try Fixture.lines(unwrap, ["route.by.field": "qty"], Fixture.insert)
    }
  }

  @Test(arguments: [
    (["t.drop.fields.keep.schema.compatible": "true"], #"{"id":1,"name":"dflt","qty":2}"#, #"{"id":1}"#),
    (["t.drop.fields.keep.schema.compatible": "false"], #"{"name":"dflt"}"#, #"{"id":1}"#),
    (
      ["t.drop.fields.keep.schema.compatible": "false", "t.drop.fields.from.key": "true"], #"{"name":"dflt"}"#, "{}"
    ),
  ])
  func `fields that a header lists are dropped`(options: [String: String], value: String, key: String) throws {
    var properties = [
      "transforms": "c,t", "transforms.c.type": "io.debezium.transforms.ExtractChangedRecordState",
      "transforms.c.header.unchanged.name": "same", "transforms.c.header.changed.name": "other",
      "transforms.t.type": unwrap, "transforms.t.drop.fields.header.name": "same",
    ]
    for (name, value) in options { properties["transforms.\(name)"] = value }
    var chain = try TransformChain(properties: properties)
    let record = try #require(try chain.apply(Fixture.update))
    #expect(
      RecordedLine.line(record, withSchemas: false)
        == #"{"topic":"srv.public.items","partition":null,"key":\#(key),"value":\#(value),"#
        + #""headers":{"h":"v","other":["name"],"same":["id","qty"]}}"#)
  }

  @Test func `tables share a topic, and their keys say which one it was`() throws {
    var chain = try Fixture.chain(
      "io.debezium.transforms.ByLogicalTableRouter",
      [
        "topic.regex": "(.*)shard_(.*)", "topic.replacement": "$1all", "key.field.name": "origin",
        "key.field.regex": "(.*)shard_(.*)", "key.field.replacement": "$2",
      ])
    let update = try #require(try chain.apply(try Fixture.recorded(Recording.update)))
    #expect(RecordedLine.line(update, replacingNulls: false) == Recording.updateRouted)
    #expect(try chain.apply(Fixture.insert)?.topic == Fixture.topic)
  }

  @Test func `a header becomes a field, also of a struct of its own`() throws {
    let type = "io.debezium.transforms.HeaderToValue"
    let moved = try Fixture.lines(
      type, ["headers": "h", "fields": "new.h", "operation": "move"], Fixture.insert, Fixture.tombstone)
    #expect(moved[0].hasSuffix(#""op":"c","ts_ms":99,"new":{"h":"v"}},"headers":{}}"#))
    #expect(moved[1] == line("null"))
    let copied = try Fixture.lines(type, ["headers": "h", "fields": "h", "operation": "copy"], Fixture.insert)
    #expect(copied[0].hasSuffix(#""op":"c","ts_ms":99,"h":"v"},"headers":{"h":"v"}}"#))
  }
}
