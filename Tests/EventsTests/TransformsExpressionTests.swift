import Testing

@testable import Events

@Suite struct TransformsExpressionTests {
  private func passes(_ condition: String, _ record: EventRecord = Fixture.update) throws -> Bool {
    var chain = try Fixture.chain(
      "io.debezium.transforms.Filter", ["language": "jsr223.groovy", "condition": condition])
    return try chain.apply(record) != nil
  }

  @Test(arguments: [
    ("value.op == 'u'", true), ("value.op != \"u\"", false), ("value.op == 'u' && value.before.id == 1", true),
    ("value.after.qty > 1 && value.after.qty <= 2", true), ("value.after.qty < 2 || value.after.qty >= 3", false),
    ("!(value.op == 'd')", true), ("value.after.name == 'dflt'", true), ("value.source.table == 'items'", true),
    ("key.id == 1", true), ("topic == 'srv.public.items'", true), ("header.h.value == 'v'", true),
    ("header.none?.value == null", true), ("header['h'].value == 'v'", true), ("value.after.qty == 2.0", true),
    ("value.op < 'v'", true), ("value.op", false), ("true", true), ("false || value.op == 'u' == true", true),
    ("value.op == 'u' ? false : true", false), ("(value.after?.name ?: 'x') == 'dflt'", true),
    ("value.op == 1", false), ("value.after.qty == null", false), ("null < 1", true), ("1L >= null", true),
    ("'a' + 1 + 'b' == 'a1b'", true), ("value.'op' == 'u'", true), ("value.source.lsn == 7", true),
  ])
  func `a condition holds or does not`(condition: String, holds: Bool) throws {
    if condition == "value.op" {
      #expect(throws: TransformError.self) { try passes(condition) }
    } else {
      #expect(try passes(condition) == holds)
    }
  }

  @Test(arguments: ["value.before.id == 1", "value.none == 1", "value.after > 1", "value.op > 1", "value.op.x == 1"])
  func `what Groovy would fail on is refused for the record`(condition: String) {
    let error = #expect(throws: TransformError.self) { try passes(condition, Fixture.insert) }
    #expect(error?.code == .event)
    #expect(error?.description.contains("at character") == true)
  }

  @Test func `a safe step passes null on`() throws {
    #expect(try passes("value.before?.id == 1", Fixture.insert) == false)
    #expect(try passes("value.before?.id == null", Fixture.insert))
  }

  @Test(arguments: [
    ("value.op.equals('u')", 16, "nothing can be called"), ("value.op =~ 'u'", 10, "'=~' is not supported"),
    ("op == 'u'", 1, "'op' is not known; there are value, key, topic, header"), ("value.op == ", 13, "the end"),
    ("value.op == 'u", 13, "a text without its end"), ("(value.op == 'u'", 17, "')' is expected"),
    ("value.op == 'u' value", 17, "'value' is not supported here"), ("value.op in ['u']", 10, "'in'"),
    ("value.op = 'u'", 10, "'=' is not supported"), ("\"${value.op}\" == 'u'", 2, "'$' inside"),
    ("value.op == 'u'; true", 16, "';' is not supported"), ("System.exit(0)", 1, "'System' is not known"),
    ("value.op ? 1", 13, "':' is expected"), ("value[0]", 7, "a name in quotes"), ("value.", 7, "a field's name"),
  ])
  func `what is not supported is refused with its place`(condition: String, place: Int, reason: String) {
    let error = #expect(throws: TransformError.self) { try passes(condition) }
    #expect(error?.code == .unsupported)
    #expect(error?.description.contains("at character \(place): \(reason)") == true, "\(error?.description ?? "")")
  }

  @Test func `deep nesting is refused`() {
    for deep in [String(repeating: "(", count: 5000), String(repeating: "!", count: 5000)] {
      #expect(throws: TransformError.self) { try passes(deep + "true") }
    }
  }

  @Test(arguments: [("keep", true), ("drop", false), ("evaluate", true)])
  func `tombstones are handled as asked`(mode: String, isKept: Bool) throws {
    var chain = try Fixture.chain(
      "io.debezium.transforms.Filter",
      ["language": "jsr223.groovy", "condition": "key.id == 1", "null.handling.mode": mode])
    #expect(try (chain.apply(Fixture.tombstone) != nil) == isKept)
  }

  @Test func `other topics than those meant are left alone`() throws {
    var chain = try Fixture.chain(
      "io.debezium.transforms.Filter",
      ["language": "jsr223.groovy", "condition": "false", "topic.regex": ".*items"])
    #expect(try chain.apply(Fixture.update) == nil)
    #expect(try chain.apply(Fixture.message) != nil)
  }

  @Test func `a router sends records where its expression says`() throws {
    var chain = try Fixture.chain(
      "io.debezium.transforms.ContentBasedRouter",
      ["language": "jsr223.groovy", "topic.expression": "value.op == 'u' ? 'updates.' + value.source.table : null"])
    #expect(try chain.apply(Fixture.update)?.topic == "updates.items")
    #expect(try chain.apply(Fixture.insert)?.topic == Fixture.topic)
  }

  @Test func `another language is refused`() {
    let error = #expect(throws: TransformError.self) {
      _ = try Fixture.chain("io.debezium.transforms.Filter", ["language": "jsr223.graal.js", "condition": "true"])
    }
    #expect(error?.description.contains("jsr223.groovy") == true)
  }
}
