private let converter = "it writes Debezium's events, and the audit trail has none"
private let routing = "transformations of events; those that only route or reshape them have no meaning for the trail"
private let client = "the audit trail needs no Kafka"

extension KeyTable {
  /// Families of properties, and the names that open them.
  static let debeziumFamilies: [Key] = [
    noMeaning("key.converter", .text, "", converter),
    noMeaning("key.converter.<property>", .text, "", converter),
    noMeaning("value.converter", .text, "", converter),
    noMeaning("value.converter.<property>", .text, "", converter),
    noMeaning("header.converter", .text, "", converter),
    noMeaning("header.converter.<property>", .text, "", converter),
    noMeaning("converter.schemas.enable", .boolean, "true", converter),
    noMeaning("converter.<property>", .text, "", converter),
    noMeaning("transforms", .list, "", routing),
    noMeaning("transforms.<name>.type", .text, "", routing + "; all others are refused, as they may hide data"),
    noMeaning("transforms.<name>", .text, "", routing),
    noMeaning("predicates", .list, "", routing),
    noMeaning("predicates.<name>", .text, "", routing),
    noMeaning("producer.override.<property>", .text, "", client),
    noMeaning("consumer.override.<property>", .text, "", client),
    noMeaning("admin.override.<property>", .text, "", client),
    noMeaning("schema.history.internal", .text, "", "Debezium's PostgreSQL connector keeps no schema history"),
    noMeaning(
      "schema.history.internal.<property>", .text, "", "Debezium's PostgreSQL connector keeps no schema history"),
    later("kafka.<property>", .text, "", "the Kafka sink"),
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
