import Settings
import Testing

private let brokers = "kafka.bootstrap.servers=one:9092\n"
private let avro = brokers + "value.converter=io.confluent.connect.avro.AvroConverter\n"
private let registry = avro + "value.converter.schema.registry.url=https://one:8081, http://two/path\n"
private let cloudEvents = "value.converter=io.debezium.converters.CloudEventsConverter\n"

private func values(_ text: String) throws -> Settings.Events.Avro {
  guard case .avro(let avro) = try events(text).events.valueConverter.form else { throw NotAvro() }
  return avro
}

private struct NotAvro: Error {}

@Suite struct ConverterSettingsTests {
  @Test func `Avro's defaults are Confluent's`() throws {
    let avro = try values(registry)
    #expect(avro.registry.urls == ["https://one:8081", "http://two/path"])
    #expect(avro.registry.credentials == nil)
    #expect(avro.registry.connectTimeout == .seconds(60) && avro.registry.readTimeout == .seconds(60))
    #expect(avro.registry.tls.trust == nil && avro.registry.tls.identity == nil && avro.registry.tls.checksHost)
    #expect(avro.registersSchemas && !avro.usesLatestVersion && avro.checksLatestVersion && !avro.normalizesSchemas)
    #expect(avro.subjects == .topic)
    #expect(!avro.isEnhanced && avro.connectMetadata && !avro.scrubsNames)
  }

  @Test func `a connector's JSON with Avro works unchanged once brokers are named`() throws {
    let json = """
      {"name": "inventory", "config": {
        "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
        "topic.prefix": "shop", "schema.name.adjustment.mode": "avro",
        "key.converter": "io.confluent.connect.avro.AvroConverter",
        "key.converter.schema.registry.url": "http://registry:8081",
        "key.converter.schemas.enable": "false",
        "value.converter": "io.confluent.connect.avro.AvroConverter",
        "value.converter.schema.registry.url": "http://registry:8081",
        "value.converter.schemas.cache.config": "1000",
        "value.converter.auto.register.schemas": "false",
        "value.converter.use.latest.version": "true",
        "topic.creation.default.partitions": 1, "topic.creation.default.replication.factor": 1,
        "errors.tolerance": "all", "errors.retry.timeout": 60000}}
      """
    let requirement: Settings.Requirement = [.database, .events]
    #expect(
      problems(json, as: "a.json", environment: source, requiring: requirement).map(\.key)
        == ["key.converter", "value.converter"])
    let environment = source.merging(["KAFKA_BOOTSTRAP_SERVERS": "one:9092"]) { first, _ in first }
    let settings = try Settings.load(texts: [("a.json", json)], environment: environment, requiring: requirement)
    guard case .avro(let avro) = settings.events.valueConverter.form else { throw NotAvro() }
    #expect(!avro.registersSchemas && avro.usesLatestVersion)
    #expect(settings.kafka?.retry.timeout == .seconds(60))
    // Of a trail alone it is no concern.
    #expect(problems(json, as: "a.json", environment: required, requiring: [.database, .audit]).isEmpty)
  }

  @Test(arguments: [
    ("value.converter.value.subject.name.strategy=io.confluent.kafka.serializers.subject.RecordNameStrategy", "record"),
    (
      "value.converter.value.subject.name.strategy=io.confluent.kafka.serializers.subject.TopicRecordNameStrategy",
      "topicRecord"
    ),
  ])
  func `subjects are called as the class says`(text: String, name: String) throws {
    #expect("\(try values(registry + text).subjects)" == name)
  }

  @Test func `credentials come from where they are said to be`() throws {
    let head = "value.converter."
    let url = avro + "value.converter.schema.registry.url=https://u%40x:p:w@one:8081/a@b\n"
    let inURL = try values(url).registry
    #expect(inURL.urls == ["https://one:8081/a@b"])
    guard case .basic(let user) = inURL.credentials else { throw NotAvro() }
    #expect(user.text == "u@x:p:w")
    let userInfo = registry + "\(head)basic.auth.credentials.source=USER_INFO\n"
    for name in ["basic.auth.user.info", "schema.registry.basic.auth.user.info"] {
      guard case .basic(let user) = try values(userInfo + "\(head)\(name)=a:b").registry.credentials else {
        Issue.record("\(name) is not used")
        continue
      }
      #expect(user.text == "a:b")
    }
    let token = registry + "\(head)bearer.auth.credentials.source=STATIC_TOKEN\n\(head)bearer.auth.token=t\n"
    guard case .bearer(let bearer) = try values(token).registry.credentials else { throw NotAvro() }
    #expect(bearer.text == "t")
    #expect(eventProblems(userInfo).map(\.code) == [.missing])
    let both = token + "\(head)basic.auth.credentials.source=URL"
    #expect(eventProblems(both).map(\.code) == [.contradiction])
    #expect(eventProblems(registry + "\(head)basic.auth.credentials.source=SASL_INHERIT").map(\.code) == [.refused])
    #expect(
      eventProblems(registry + "\(head)bearer.auth.credentials.source=OAUTHBEARER").map(\.code).contains(.refused))
  }

  @Test func `certificates and keys are PEM`() throws {
    let head = "value.converter.schema.registry.ssl."
    let files = try values(
      registry + """
        \(head)truststore.type=PEM
        \(head)truststore.location=/ca.pem
        \(head)keystore.type=pem
        \(head)keystore.location=/client.pem
        \(head)key.password=secret
        \(head)endpoint.identification.algorithm=none
        """
    ).registry.tls
    #expect(files.trust == .file("/ca.pem") && files.identity == .file("/client.pem"))
    #expect(files.keyPassword?.text == "secret" && !files.checksHost)
    let texts = try values(
      registry + """
        \(head)truststore.type=PEM
        \(head)truststore.certificates=roots
        \(head)keystore.type=PEM
        \(head)keystore.certificate.chain=chain
        \(head)keystore.key=key
        """
    ).registry.tls
    #expect(texts.trust == .text("roots"))
    guard case .text(let chain, let key) = texts.identity else { throw NotAvro() }
    #expect(chain == "chain" && key.text == "key")
    for text in ["truststore.location=/a.jks", "keystore.location=/a.p12\n\(head)keystore.type=PKCS12"] {
      #expect(eventProblems(registry + head + text).map(\.code) == [.refused])
    }
    #expect(
      eventProblems(registry + "\(head)keystore.type=PEM\n\(head)keystore.key=k").map(\.key)
        == ["\(head)keystore.certificate.chain"])
  }

  @Test func `a setting that is not known is refused by name`() {
    let found = eventProblems(
      registry + "value.converter.use.schema.id=3\nvalue.converter.allow.optional.map.keys=true\n"
        + "value.converter.value.subject.name.strategy=com.example.Strategy")
    #expect(found.map(\.code) == [.refused, .refused, .refused])
    #expect(
      found.compactMap(\.key) == [
        "value.converter.allow.optional.map.keys", "value.converter.use.schema.id",
        "value.converter.value.subject.name.strategy",
      ])
  }

  @Test func `settings of a converter that is not in use say so`() throws {
    let settings = try events(
      brokers + "key.converter.schema.registry.url=http://one\nvalue.converter.metadata.source=header")
    #expect(
      settings.notices.contains { $0.hasPrefix("key.converter.schema.registry.url") && $0.contains("AvroConverter") })
    #expect(settings.notices.contains { $0.hasPrefix("value.converter.metadata.source") && $0.contains("CloudEvents") })
  }

  @Test func `CloudEvents need no Kafka, and their defaults are Debezium's`() throws {
    guard case .cloudEvents(let given) = try events(cloudEvents).events.valueConverter.form else { throw NotAvro() }
    #expect(given.extensionAttributes && !given.tracingAttributes)
    #expect(
      given.metadataSource == [
        "value", "id:generate", "type:generate", "traceparent:header", "dataSchemaName:generate",
      ])
    #expect(given.schemaNameAdjustment == .avro && given.schemaName == nil && !given.dataSchemaNameFromHeader)
    #expect(given.dataSchemas && given.dataReplacesNullWithDefault && !given.dataDecimalsAsNumbers)
  }

  @Test func `CloudEvents' settings are read`() throws {
    let form = try events(
      cloudEvents + """
        value.converter.extension.attributes.enable=false
        value.converter.opentelemetry.tracing.attributes.enable=true
        value.converter.metadata.source=header, id:value
        value.converter.schema.name.adjustment.mode=avro_unicode
        value.converter.schema.cloudevents.name=a.b
        value.converter.schema.data.name.source.header.enable=true
        value.converter.json.schemas.enable=false
        value.converter.json.replace.null.with.default=false
        value.converter.json.decimal.format=NUMERIC
        value.converter.serializer.type=JSON
        """
    ).events.valueConverter.form
    guard case .cloudEvents(let given) = form else { throw NotAvro() }
    #expect(!given.extensionAttributes && given.tracingAttributes)
    #expect(given.metadataSource == ["header", "id:value"])
    #expect(given.schemaNameAdjustment == .avroUnicode && given.schemaName == "a.b" && given.dataSchemaNameFromHeader)
    #expect(!given.dataSchemas && !given.dataReplacesNullWithDefault && given.dataDecimalsAsNumbers)
    for text in ["serializer.type=avro", "data.serializer.type=avro", "avro.schema.registry.url=http://a"] {
      #expect(eventProblems(cloudEvents + "value.converter.\(text)").map(\.code) == [.refused], "\(text)")
    }
  }
}
