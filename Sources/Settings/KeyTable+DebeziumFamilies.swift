private let reshaping = "transformations of events; those that only route or reshape them have no meaning for the trail"
private let routing = Key.Support.noMeaning(reshaping)
private let client = "no such Kafka client is run"
private let producer = "the properties of our producer are kafka.producer.<property>, in librdkafka's words"
private let history = "Debezium's PostgreSQL connector keeps no schema history"

extension KeyTable {
  /// Families of properties, and the names that open them.
  static let debeziumFamilies: [Key] =
    [
      forEvents(.events, "transforms", .list, "", "Names of transformations, in their order.", trail: routing),
      forEvents(
        .events, "transforms.<name>.type", .text, "", "The Java class whose work is done; docs/debezium.md lists them.",
        trail: .noMeaning(reshaping + "; all others are refused, as they may hide data")),
      forEvents(.events, "transforms.<name>", .text, "", "Its settings.", trail: routing),
      forEvents(
        .events, "predicates", .list, "", "Names of predicates, on which transformations depend.", trail: routing),
      forEvents(.events, "predicates.<name>", .text, "", "Their types and settings.", trail: routing),
      noMeaning("producer.override.<property>", .text, "", producer),
      noMeaning("consumer.override.<property>", .text, "", client),
      noMeaning("admin.override.<property>", .text, "", client),
      noMeaning("schema.history.internal", .text, "", history),
      noMeaning("schema.history.internal.<property>", .text, "", history),
    ]

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
