import Testing

@testable import Events

@Suite struct NamesTests {
  private func names(_ prefix: String = "srv", _ change: (inout NameSettings) -> Void = { _ in }) throws -> EventNames {
    var settings = NameSettings()
    change(&settings)
    return try EventNames(prefix: prefix, settings: settings)
  }

  @Test(arguments: [
    (NameSettings.Strategy.schema, "srv.inventory.odd_101"), (.database, "srv.odd_101"),
    (.schemaUnicode, "srv.inventory.odd_u005f101"), (.databaseUnicode, "srv.odd_u005f101"),
  ])
  func `a strategy names the topic of a table`(strategy: NameSettings.Strategy, topic: String) throws {
    #expect(try names { $0.strategy = strategy }.topic(schema: "inventory", table: "odd_101") == topic)
  }

  @Test func `characters that Kafka does not take become underscores, one for each UTF-16 unit`() throws {
    let names = try names()
    #expect(names.topic(schema: "public", table: "pl ān_😀") == "srv.public.pl__n___")
    #expect(names.topic(schema: "My Schema", table: "Table-1") == "srv.My_Schema.Table-1")
    #expect(names.topic(schema: "public", table: "日本語") == "srv.public.___")
    #expect(names.topic(schema: "public", table: String(repeating: "x", count: 300)).count == 249)
    #expect(try self.names("") { $0.strategy = .database }.topic(schema: "s", table: "..") == "__")
  }

  @Test func `the unicode strategies escape, with as many digits as Debezium writes`() throws {
    let names = try names {
      $0.strategy = .schemaUnicode
      $0.delimiter = "-"
      $0.schemaAdjustment = .avro_unicode
      $0.fieldAdjustment = .avro_unicode
    }
    let topic = names.topic(schema: "public", table: "pl ān_😀")
    #expect(topic == "srv-public-pl_u0020_u101n_u005f_ud83d_ude00")
    #expect(
      names.valueSchemaName(topic: topic)
        == "srv_u002dpublic_u002dpl_u005fu0020_u005fu101n_u005fu005f_u005fud83d_u005fude00.Value")
    #expect(names.field("a_b ā😀") == "a_u005fb_u0020_u101_ud83d_ude00")
  }

  @Test func `schemas are called after the topic`() throws {
    let names = try names()
    #expect(names.keySchemaName(topic: "srv.My_Schema.Table-1") == "srv.My_Schema.Table-1.Key")
    #expect(names.valueSchemaName(topic: "srv.My_Schema.Table-1") == "srv.My_Schema.Table-1.Value")
    #expect(names.envelopeSchemaName(topic: "srv.My_Schema.Table-1") == "srv.My_Schema.Table-1.Envelope")
  }

  @Test(arguments: [
    ("With Space", "With_Space", "With_u0020Space"), ("dot.ted", "dot_ted", "dot_u002eted"),
    ("1digit", "_1digit", "_u0031digit"), ("dollar$", "dollar_", "dollar_u0024"), ("_under", "_under", "_u005funder"),
    ("ünïcode", "_n_code", "_u00fcn_u00efcode"), ("キー", "__", "_u30ad_u30fc"), ("plain9", "plain9", "plain9"),
    ("", "", ""), ("back\\slash", "back_slash", "back_u005cslash"),
  ])
  func `field names are made fit for Avro`(column: String, avro: String, unicode: String) throws {
    #expect(try names().field(column) == column)
    #expect(try names { $0.fieldAdjustment = .avro }.field(column) == avro)
    #expect(try names { $0.fieldAdjustment = .avro_unicode }.field(column) == unicode)
  }

  @Test func `dots stay in schema names`() throws {
    #expect(try names { $0.schemaAdjustment = .avro }.keySchemaName(topic: "a.b-c.1") == "a.b_c.1.Key")
    #expect(
      try names { $0.schemaAdjustment = .avro_unicode }.keySchemaName(topic: "srv.My_Schema.Table-1")
        == "srv.My_u005fSchema.Table_u002d1.Key")
  }

  @Test func `tables share a topic by an expression, and their keys say which one it was`() throws {
    let names = try names {
      $0.strategy = .schemaRegex
      $0.regex = "(.*)shard_(\\d+)"
      $0.replacement = "$1all"
      $0.keyFieldRegex = "(.*)shard_(?<nr>.*)"
      $0.keyFieldReplacement = "nr ${nr}"
    }
    #expect(names.topic(schema: "inventory", table: "shard_01") == "srv.inventory.all")
    #expect(names.topic(schema: "inventory", table: "odd $ name") == "srv.inventory.odd___name")
    #expect(names.physicalTableField == "__dbz__physicalTableIdentifier")
    #expect(names.physicalTable(schema: "inventory", table: "shard_02") == "nr 02")
    #expect(names.physicalTable(schema: "inventory", table: "odd $ name") == "srv.inventory.odd $ name")
  }

  @Test func `keys stay as they are where no uniqueness is asked for`() throws {
    let names = try names {
      $0.strategy = .databaseRegex
      $0.regex = ".*"
      $0.replacement = "all"
      $0.keyUniqueness = false
    }
    #expect(names.topic(schema: "s", table: "t") == "all")
    #expect(names.physicalTableField == nil)
    #expect(names.physicalTable(schema: "s", table: "t") == nil)
    #expect(try self.names().physicalTable(schema: "s", table: "t") == nil)
  }

  @Test func `topics of transactions, heartbeats and messages`() throws {
    let plain = try names("my-server.1")
    #expect(plain.transactionTopic == "my-server.1.transaction")
    #expect(plain.heartbeatTopic == "__debezium-heartbeat.my-server.1")
    #expect(plain.messageTopic == "my-server.1.message")
    let other = try names("my-server.1") {
      $0.delimiter = "_"
      $0.transactionTopic = "tx.boundaries"
      $0.heartbeatPrefix = "hb"
    }
    #expect(other.transactionTopic == "my-server.1_tx.boundaries")
    #expect(other.heartbeatTopic == "hb_my-server.1")
    #expect(other.messageTopic == "my-server.1.message")
    #expect(try names { $0.heartbeatName = "beats" }.heartbeatTopic == "beats")
  }

  @Test(arguments: [
    ("", "x", "topic.regex"), ("(", "x", "topic.regex"), ("a", "", "topic.replacement"),
    ("a", "$1", "topic.replacement"),
    ("(?<a>.)", "${b}", "topic.replacement"), ("(a)", "$", "topic.replacement"), ("(a)", "${a", "topic.replacement"),
    ("(a)", "\\", "topic.replacement"),
  ])
  func `a rule that cannot be followed is named`(regex: String, replacement: String, property: String) {
    let error = #expect(throws: NameError.self) {
      try names {
        $0.strategy = .schemaRegex
        ($0.regex, $0.replacement) = (regex, replacement)
      }
    }
    #expect(error?.property == property)
  }

  @Test(arguments: [
    ("(a)(b)", "$2$1", "ab", "ba"), ("(a)", "$12", "a", "a2"), ("a|ab", "x", "ab", "xb"),
    ("(a)|(b)", "[$1$2]", "b", "[b]"),
    ("(?:a)(?<x>b)", "${x}", "ab", "b"), ("a", "\\$1\\\\", "a", "$1\\"), ("[(]a(b)", "$1", "(ab", "b"),
    ("\\Q(\\E(b)", "$1", "(b", "b"), ("\\((b)", "$1", "(b", "b"), ("(.*)", "<$1>", "é😀", "<é😀>"),
  ])
  func `replacements work as in Java`(regex: String, replacement: String, text: String, result: String) throws {
    let pattern = try JavaPattern(regex)
    #expect(pattern.matches(text))
    #expect(try pattern.replacingFirst(in: text, with: JavaReplacement(replacement, for: pattern)) == result)
  }
}
