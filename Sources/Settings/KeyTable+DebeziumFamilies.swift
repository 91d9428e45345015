private let noEvents = Key.Support.noMeaning("it writes Debezium's events, and the audit trail has none")
private let unknownSetting = Key.Support.noMeaning("JsonConverter has no such setting")
private let reshaping = "transformations of events; those that only route or reshape them have no meaning for the trail"
private let routing = Key.Support.noMeaning(reshaping)
private let kafka = "it comes with the Kafka sink"
private let client = "no Kafka client is run"
private let history = "Debezium's PostgreSQL connector keeps no schema history"

extension KeyTable {
  /// Families of properties, and the names that open them.
  static let debeziumFamilies: [Key] =
    ["key.converter", "value.converter", "header.converter", "converter"].flatMap(converter) + [
      forEvents(.events, "transforms", .list, "", "Names of transformations, in their order.", trail: routing),
      forEvents(
        .events, "transforms.<name>.type", .text, "", "The Java class whose work is done; docs/debezium.md lists them.",
        trail: .noMeaning(reshaping + "; all others are refused, as they may hide data")),
      forEvents(.events, "transforms.<name>", .text, "", "Its settings.", trail: routing),
      forEvents(
        .events, "predicates", .list, "", "Names of predicates, on which transformations depend.", trail: routing),
      forEvents(.events, "predicates.<name>", .text, "", "Their types and settings.", trail: routing),
      noMeaning("producer.override.<property>", .text, "", client),
      noMeaning("consumer.override.<property>", .text, "", client),
      noMeaning("admin.override.<property>", .text, "", client),
      noMeaning("schema.history.internal", .text, "", history),
      noMeaning("schema.history.internal.<property>", .text, "", history),
      Key(
        "kafka.<property>", .text, "", .debezium, kafka, trail: .later(kafka), events: .later(kafka), isOurs: true),
    ]

  /// A converter's class and settings; those of `converter` hold for keys, values and headers that have none of their own.
  private static func converter(_ name: String) -> [Key] {
    let what = name == "converter" ? "keys, values and headers" : name.split(separator: ".")[0] + "s"
    let preset = { (text: String) in name == "converter" ? text : "" }
    return [
      forEvents(
        .events, name, .text, "", "Java class that writes \(what); only org.apache.kafka.connect.json.JsonConverter.",
        trail: noEvents),
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
        "\(name).<property>", .text, "", .debezium, "JsonConverter has no such setting", trail: noEvents,
        events: unknownSetting),
    ]
  }

  /// Transformations that route or reshape events and never hide a row or a value.
  static let harmlessTransforms: Set<String> = [
    "io.debezium.transforms.ExtractNewRecordState",
    "io.debezium.transforms.ExtractChangedRecordState",
    "io.debezium.transforms.ByLogicalTableRouter",
    "io.debezium.transforms.SchemaChangeEventFilter",
    "io.debezium.transforms.HeaderToValue",
    "io.debezium.transforms.outbox.EventRouter",
    "io.debezium.transforms.partitions.PartitionRouting",
    "io.debezium.transforms.ContentBasedRouter",
    "org.apache.kafka.connect.transforms.RegexRouter",
    "org.apache.kafka.connect.transforms.TimestampRouter",
    "org.apache.kafka.connect.transforms.InsertField$Key",
    "org.apache.kafka.connect.transforms.InsertField$Value",
    "org.apache.kafka.connect.transforms.InsertHeader",
    "org.apache.kafka.connect.transforms.ValueToKey",
    "org.apache.kafka.connect.transforms.ExtractField$Key",
    "org.apache.kafka.connect.transforms.HoistField$Key",
    "org.apache.kafka.connect.transforms.HoistField$Value",
    "org.apache.kafka.connect.transforms.SetSchemaMetadata$Key",
    "org.apache.kafka.connect.transforms.SetSchemaMetadata$Value",
    "org.apache.kafka.connect.transforms.Flatten$Key",
    "org.apache.kafka.connect.transforms.Flatten$Value",
  ]
}
