private let noEvents = Key.Support.noMeaning("it writes Debezium's events, and the audit trail has none")
private let timeout = Key.Kind.milliseconds(0...2_147_483_647)
private let registry = "schema.registry."

extension KeyTable {
  /// Classes and settings of converters; in the order in which names are looked for, so that families come last.
  static let converters: [Key] =
    ["key", "value"].flatMap(avro) + cloudEvents
    + ["key.converter", "value.converter", "header.converter", "converter"].flatMap(json)

  /// A converter's class and settings; those of `converter` hold for keys, values and headers that have none of their own.
  private static func json(_ name: String) -> [Key] {
    let what = name == "converter" ? "keys, values and headers" : name.split(separator: ".")[0] + "s"
    let preset = { (text: String) in name == "converter" ? text : "" }
    let classes = [ConverterClass.json, .avro, .cloudEvents].filter {
      switch $0 {
      case .json: true
      case .avro: ["key.converter", "value.converter"].contains(name)
      case .cloudEvents: name == "value.converter"
      }
    }.map(\.rawValue).joined(separator: ", ")
    return [
      forEvents(
        .events, name, .text, "", "Java class that writes \(what): \(classes).", trail: noEvents),
      forEvents(
        .events, "\(name).schemas.enable", .boolean, preset("true"), "Whether the JSON of \(what) carries its schema.",
        trail: noEvents),
      forEvents(
        .events, "\(name).replace.null.with.default", .boolean, preset("true"),
        "Whether null becomes the schema's default in \(what).", trail: noEvents),
      forEvents(
        .events, "\(name).decimal.format", .enumeration(["base64", "numeric"]), preset("BASE64"),
        "How \(what) hold exact decimals.", trail: noEvents),
      Key(
        "\(name).<property>", .text, "", .debezium,
        "no converter here reads it; with Avro or CloudEvents it is refused",
        trail: noEvents, events: .noMeaning("no converter here reads it")),
    ]
  }

  /// Settings of `AvroConverter` and of its client of the schema registry, for keys or for values.
  ///
  /// Source: Confluent's `AbstractKafkaSchemaSerDeConfig`, `AvroDataConfig` and `SchemaRegistryClientConfig` 7.0.
  private static func avro(_ side: String) -> [Key] {
    let need: Key.Need = side == "key" ? .avroKeys : .avroValues
    func key(_ name: String, _ kind: Key.Kind, _ defaultText: String, _ meaning: String) -> Key {
      forEvents(
        .converters, "\(side).converter.\(name)", kind, defaultText, meaning, trail: noEvents,
        events: .honouredWith(need))
    }
    return [
      key("schema.registry.url", .secretURLs, "", "URLs of the schema registry for Avro \(side)s. Required with it."),
      key(
        "basic.auth.credentials.source", .text, "",
        "Where user and password of the registry come from: URL (they are in it), USER_INFO."),
      key("basic.auth.user.info", .secret, "", "`user:password` for USER_INFO."),
      key("\(registry)basic.auth.user.info", .secret, "", "Older name of basic.auth.user.info."),
      key("bearer.auth.credentials.source", .text, "", "Where a bearer token comes from: STATIC_TOKEN."),
      key("bearer.auth.token", .secret, "", "The token for STATIC_TOKEN."),
      key("http.connect.timeout.ms", timeout, "60000", "Longest wait for a connection to the registry."),
      key("http.read.timeout.ms", timeout, "60000", "Longest wait for its answer."),
      key("\(registry)ssl.truststore.type", .text, "", "Form of the root certificates: PEM. Required with them."),
      key(
        "\(registry)ssl.truststore.location", .path, "", "File of root certificates that the registry's must come from."
      ),
      key("\(registry)ssl.truststore.certificates", .text, "", "The same certificates as text."),
      key("\(registry)ssl.keystore.type", .text, "", "Form of client certificate and key: PEM. Required with them."),
      key("\(registry)ssl.keystore.location", .path, "", "File of both."),
      key("\(registry)ssl.keystore.certificate.chain", .text, "", "The client certificate as text."),
      key("\(registry)ssl.keystore.key", .secret, "", "Its key as text."),
      key("\(registry)ssl.key.password", .secret, "", "Password of the key."),
      key(
        "\(registry)ssl.endpoint.identification.algorithm", .text, "https",
        "https: the certificate must name the registry's host; none: it need not (Confluent's word is an empty text, which"
          + " means unset here)."),
      key("auto.register.schemas", .boolean, "true", "Whether schemas that the registry has not are registered."),
      key("use.latest.version", .boolean, "false", "Without registering: whether the subject's latest schema is used."),
      key("latest.compatibility.strict", .boolean, "true", "… and whether it must be compatible with the event's."),
      key("normalize.schemas", .boolean, "false", "Whether the registry is asked to normalize schemas."),
      key(
        "\(side).subject.name.strategy", .text, SubjectNameStrategy.package + "TopicNameStrategy",
        "Java class that names subjects: \(SubjectNameStrategy.package) with TopicNameStrategy, RecordNameStrategy or"
          + " TopicRecordNameStrategy."),
      key("enhanced.avro.schema.support", .boolean, "false", "Whether names keep their packages, and enums symbols."),
      key(
        "connect.meta.data", .boolean, "true", "Whether Avro schemas carry Connect's names, versions and parameters."),
      key("scrub.invalid.names", .boolean, "false", "Whether what Avro forbids in names is replaced."),
    ]
  }

  private typealias SubjectNameStrategy = Settings.Events.SubjectNameStrategy

  /// Settings of `CloudEventsConverter`.
  private static let cloudEvents: [Key] = [
    cloudEvents("serializer.type", .text, "json", "Form of CloudEvents: json."),
    cloudEvents("data.serializer.type", .text, "json", "Form of their data: json."),
    cloudEvents("extension.attributes.enable", .boolean, "true", "Whether they have Debezium's extension attributes."),
    cloudEvents(
      "opentelemetry.tracing.attributes.enable", .boolean, "false", "Whether they have the attributes of tracing."),
    cloudEvents(
      "metadata.source", .list, "value,id:generate,type:generate,traceparent:header,dataSchemaName:generate",
      "Where id, type, traceparent and the data's schema name come from: value, header, generate; alone for all, or"
        + " after a name and a colon for that."),
    cloudEvents(
      "schema.name.adjustment.mode", .enumeration(Settings.Events.Adjustment.allCases.map(\.rawValue)), "avro",
      "Names of their schemas."),
    cloudEvents("schema.cloudevents.name", .text, "", "Name of their schema; unset: made of the source's."),
    cloudEvents(
      "schema.data.name.source.header.enable", .boolean, "false", "Whether a header names the schema of the data."),
    cloudEvents("json.schemas.enable", .boolean, "true", "Whether the data carries its schema."),
    cloudEvents("json.replace.null.with.default", .boolean, "true", "Whether null becomes its default in the data."),
    cloudEvents(
      "json.decimal.format", .enumeration(["base64", "numeric"]), "BASE64", "How the data holds exact decimals."),
  ]

  private static func cloudEvents(_ name: String, _ kind: Key.Kind, _ defaultText: String, _ meaning: String) -> Key {
    forEvents(
      .converters, "value.converter.\(name)", kind, defaultText, meaning, trail: noEvents,
      events: .honouredWith(.cloudEvents))
  }
}
