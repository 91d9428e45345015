import Settings
import Testing

@Suite struct EventSettingsTests {
  @Test func `defaults are Debezium's`() throws {
    let settings = try events()
    let events = settings.events
    #expect(events.topicPrefix == "srv")
    #expect(events.output == nil)
    #expect(events.quirks)
    #expect(events.names.strategy == .schema)
    #expect(events.names.delimiter == ".")
    #expect(events.names.transactionTopic == "transaction")
    #expect(events.names.heartbeatPrefix == "__debezium-heartbeat")
    #expect(events.names.heartbeatName == nil)
    #expect(events.names.keyUniqueness)
    #expect(events.names.keyField == "__dbz__physicalTableIdentifier")
    #expect(events.values.decimals == .precise)
    #expect(events.values.times == .adaptive)
    #expect(events.values.unavailable == Array("__debezium_unavailable_value".utf8))
    #expect(events.values.rules.isEmpty)
    #expect(events.keyConverter.schemas && events.valueConverter.schemas && events.headerConverter.schemas)
    #expect(events.valueConverter.replacesNullWithDefault)
    #expect(!events.valueConverter.decimalsAsNumbers)
    #expect(events.skippedOperations == [.truncate])
    #expect(events.tombstones && events.contextHeaders && !events.transactionMetadata && !events.skipsUnchanged)
    #expect(events.heartbeatInterval == nil)
    #expect(events.snapshot.mode == .initial)
    #expect(events.snapshot.isolation == .serializable)
    #expect(events.signals.channels == [.source])
    #expect(events.signals.file == "file-signals.txt")
    #expect(events.signals.chunkSize == 1024)
    #expect(events.signals.watermarking == .insertInsert)
    #expect(events.offsets.file == nil)
    #expect(events.offsets.flushInterval == .seconds(60))
    #expect(events.offsets.flushMode == .connector)
    #expect(events.offsets.mismatch == .noValidation)
    #expect(settings.notices.count == 1 && settings.notices[0].contains("offset.storage.file.filename"))
  }

  @Test func `words are read in either case, lists are trimmed`() throws {
    let events = try events(
      """
      decimal.handling.mode=STRING
      time.precision.mode= Adaptive_Time_Microseconds
      binary.handling.mode=Base64-URL-Safe
      skipped.operations= C , u
      incremental.snapshot.watermarking.strategy=INSERT_DELETE
      snapshot.mode=Configuration_Based
      snapshot.mode.configuration.based.snapshot.data=true
      signal.enabled.channels= source , FILE
      notification.enabled.channels=log
      unavailable.value.placeholder=hex:00fF1
      compat.debezium.quirks=FALSE
      """
    ).events
    #expect(events.values.decimals == .string)
    #expect(events.values.times == .adaptiveTimeMicroseconds)
    #expect(events.values.binary == .base64URLSafe)
    #expect(events.skippedOperations == [.create, .update])
    #expect(events.signals.watermarking == .insertDelete)
    #expect(events.snapshot.mode == .configurationBased)
    #expect(events.snapshot.configured.data && !events.snapshot.configured.startsStream)
    #expect(events.signals.channels == [.source, .file])
    #expect(events.signals.notificationChannels == [.log])
    #expect(events.values.unavailable == [0x00, 0xFF])
    #expect(!events.quirks)
  }

  @Test func `a converter's own settings win over those of all converters`() throws {
    let events = try events(
      """
      converter.schemas.enable=false
      value.converter=org.apache.kafka.connect.json.JsonConverter
      value.converter.schemas.enable=true
      converter.decimal.format=Numeric
      key.converter.replace.null.with.default=false
      """
    ).events
    #expect(events.valueConverter.schemas && events.valueConverter.decimalsAsNumbers)
    #expect(!events.keyConverter.schemas && !events.keyConverter.replacesNullWithDefault)
    #expect(!events.headerConverter.schemas && events.headerConverter.replacesNullWithDefault)
  }

  @Test func `decimals look as each converter says`() throws {
    let settings = try events("value.converter.decimal.format=NUMERIC").events
    #expect(settings.valueConverter.decimalsAsNumbers)
    #expect(!settings.keyConverter.decimalsAsNumbers && !settings.headerConverter.decimalsAsNumbers)
  }

  @Test func `of rules for a column the first in Debezium's order comes first`() throws {
    let text = """
      column.mask.hash.v2.MD5.with.salt.a.b=public.t.a
      column.mask.hash.SHA-256.with.salt.CzQ=public.t.a
      column.propagate.source.type=public.t.a
      column.mask.with.4.chars=public.t.a
      column.truncate.to.3.chars=public.t.a,public.T.b
      """
    let rules = try events(text).events.values.rules
    #expect(
      rules.map(\.action) == [
        .truncate(3), .mask(4), .propagateSourceType, .hash(algorithm: "SHA-256", salt: "CzQ", version: 1),
        .hash(algorithm: "MD5", salt: "a.b", version: 2),
      ])
    #expect(rules[0].columns.matches("public.t.B"))
    let right = try events(text + "\ncompat.debezium.quirks=false").events.values.rules
    #expect(right.last?.action == .propagateSourceType)
    #expect(right.first?.action == .mask(4))
  }

  @Test func `a key's columns are expressions, in the order of the rules`() throws {
    let keys = try events("message.key.columns=public.t:(b|C), a ;PUBLIC.u:z,id;public.w.*:id,a;public.w1:B").events
      .keyColumns
    #expect(keys.columns(of: ["id", "a", "b", "c"], schema: "public", table: "t") == ["b", "c", "a"])
    #expect(keys.columns(of: ["id", "z"], schema: "public", table: "u") == ["z", "id"])
    #expect(keys.columns(of: ["id", "a", "b"], schema: "public", table: "w1") == ["id", "a", "b"])
    #expect(keys.columns(of: ["id"], schema: "public", table: "other") == nil)
    for text in ["public.t", "public.t:", "public.t:a,", "a:b:c", ":a", "((:a"] {
      #expect(eventProblems("message.key.columns=\(text)").map(\.code) == [.badValue], "\(text)")
    }
  }

  @Test func `prefixes of messages are whole, in either case`() throws {
    let included = try events("message.prefix.include.list=Foo.*,b\\\\d").events
    #expect(included.includesMessage(prefix: "foo1") && included.includesMessage(prefix: "b1"))
    #expect(!included.includesMessage(prefix: "xfoo"))
    let excluded = try events("message.prefix.exclude.list=foo").events
    #expect(!excluded.includesMessage(prefix: "FOO") && excluded.includesMessage(prefix: "foo1"))
    #expect(
      eventProblems("message.prefix.include.list=a\nmessage.prefix.exclude.list=b").map(\.code) == [.contradiction])
  }

  @Test func `queries in place of tables go by the list that names them`() throws {
    let settings = try events(
      """
      snapshot.select.statement.overrides=public.a, s.b
      snapshot.select.statement.overrides.public.a=select * from a where id > 3, 4
      snapshot.select.statement.overrides.public.c=select 1
      """)
    #expect(settings.events.snapshot.queries == ["public.a": "select * from a where id > 3, 4"])
    #expect(settings.notices.contains { $0.contains("names s.b") })
    #expect(settings.notices.contains { $0.contains("does not name public.c") })
  }

  @Test func `positions are kept as the Java classes say`() throws {
    let file = try events("offset.storage.file.filename=/var/x\noffset.flush.interval.ms=500").events.offsets
    #expect(file.file == "/var/x" && file.flushInterval == .milliseconds(500))
    let memory = try events(
      "offset.storage=org.apache.kafka.connect.storage.MemoryOffsetBackingStore\noffset.storage.file.filename=x\n"
        + "offset.commit.policy=io.debezium.engine.spi.OffsetCommitPolicy$AlwaysCommitOffsetPolicy"
    ).events.offsets
    #expect(memory.file == nil && memory.flushInterval == .zero)
    #expect(try events("flush.lsn.source=false").events.offsets.flushMode == .manual)
    #expect(try events("flush.lsn.source=false\nlsn.flush.mode=connector").events.offsets.flushMode == .connector)
    let seeking = try events("internal.slot.seek.to.known.offset.on.start=true").events.offsets
    #expect(seeking.mismatch == .trustOffset)
    let driven = try events("lsn.flush.mode=CONNECTOR_AND_DRIVER").events
    #expect(driven.heartbeatInterval == .seconds(600))
    let told = try events("lsn.flush.mode=connector_and_driver\nprovide.transaction.metadata=true").events
    #expect(told.heartbeatInterval == nil)
  }

  @Test func `transformations are handed on as they are`() throws {
    let text = "transforms=a\ntransforms.a.type=io.debezium.transforms.Filter\ntransforms.a.condition=value.op == 'u'\n"
    let events = try events(text + "predicates=p\npredicates.p.type=x\n").events
    #expect(
      events.transforms == [
        "transforms": "a", "transforms.a.type": "io.debezium.transforms.Filter",
        "transforms.a.condition": "value.op == 'u'", "predicates": "p", "predicates.p.type": "x",
      ])
  }

  @Test(arguments: [
    "key.converter=io.confluent.connect.avro.AvroConverter\nkey.converter.schema.registry.url=http://one",
    "key.converter=io.debezium.converters.CloudEventsConverter", "converter=io.confluent.connect.avro.AvroConverter",
    "header.converter=io.confluent.connect.avro.AvroConverter", "value.converter=com.example.Converter",
    "offset.storage=org.apache.kafka.connect.storage.KafkaOffsetBackingStore", "offset.storage=com.example.Store",
    "topic.naming.strategy=com.example.Names", "signal.enabled.channels=source,kafka", "signal.kafka.topic=a",
    "post.processors=reselector", "converters=isbn", "snapshot.mode=custom", "plugin.name=decoderbufs",
    "sourceinfo.struct.maker=com.example.Maker", "offset.commit.policy=com.example.Policy",
    "internal.log.position.check.enable=false", "column.mask.hash.CRC32.with.salt.x=public.t.a",
  ])
  func `what cannot be honoured is refused, with a reason`(text: String) {
    let found = eventProblems(text)
    #expect(found.count == 1)
    #expect(found.allSatisfy { [.refused, .notYetSupported, .contradiction].contains($0.code) && !"\($0)".isEmpty })
  }

  @Test func `a table's topic needs letters that Kafka has`() {
    #expect(problems(arguments: [argument("topic.prefix", "a b")], requiring: []).map(\.code) == [.badValue])
    #expect(problems(arguments: [argument("topic.prefix", "a.B_9-")], requiring: []).isEmpty)
  }

  @Test func `a property whose name lacks a part is a problem`() {
    for name in ["column.truncate.to.many.chars", "column.mask.with.99999999999999999999.chars"] {
      #expect(eventProblems("\(name)=public.t.a").map(\.code) == [.badValue])
    }
  }

  @Test func `notifications to a topic need its name`() throws {
    #expect(eventProblems("notification.enabled.channels=sink").map(\.code) == [.contradiction])
    let signals = try events("notification.enabled.channels=sink,log\nnotification.sink.topic.name=n").events.signals
    #expect(signals.notificationTopic == "n")
  }

  @Test func `events need a prefix and a source, and no audit database`() {
    #expect(problems(requiring: [.database, .events]).map(\.key) == ["database.url", "topic.prefix"])
  }

  @Test func `keys of the other purpose are named, and what one refuses is refused for both`() throws {
    let settings = try events("audit.schema=trail\nerrors.tolerance=all\nhttp.port=1")
    for name in ["audit.schema", "errors.tolerance", "http.port"] {
      #expect(settings.notices.contains { $0.hasPrefix(name) && $0.contains("has no meaning here") }, "\(name)")
    }
    let both: Settings.Requirement = [.database, .audit, .events]
    let environment = required.merging(source) { first, _ in first }
    let mask = "column.mask.with.3.chars=public.t.a\ndecimal.handling.mode=string\naudit.schema=trail"
    let found = problems(mask, as: "a.properties", environment: environment, requiring: both)
    #expect(found.map(\.code) == [.refused])
    let shared = try Settings.load(
      texts: [("a.properties", "decimal.handling.mode=string\naudit.schema=trail")], environment: environment,
      requiring: both)
    #expect(shared.events.values.decimals == .string && shared.audit.schema == "trail")
    #expect(!shared.notices.contains { $0.contains("decimal") || $0.contains("audit") })
  }

  @Test func `a JSON text stands for a file`() throws {
    let text = #" {"name": "inventory", "config": {"topic.prefix": "shop", "database.hostname": 7, "slot.name": "a"}}"#
    let settings = try Settings.load(
      files: [text], environment: ["DATABASE_USER": "u", "DATABASE_DBNAME": "d"], requiring: [.database, .events])
    #expect(settings.events.topicPrefix == "shop")
    #expect(settings.notices.contains { $0.hasPrefix("name (JSON:1) has no meaning") })
    #expect(settings.slot.name == "a")
  }

  @Test func `all of Debezium's published properties have a fate for events`() {
    for name in DebeziumProperties.all {
      #expect(KeyTable.find(name).map { !$0.isOurs } == true, "\(name)")
    }
  }
}
