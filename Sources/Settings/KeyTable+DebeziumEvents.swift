private let topics = "the audit trail has no topics"
private let java = "a Java class; the audit trail has no use for it"

extension KeyTable {
  /// Topics, transaction records and heartbeat records: all for the sinks that write Debezium's events.
  static let debeziumEvents: [Key] = [
    noMeaning("topic.naming.strategy", .text, "io.debezium.schema.SchemaTopicNamingStrategy", topics),
    noMeaning("topic.delimiter", .text, ".", topics),
    noMeaning("topic.cache.size", .integer(0...2_147_483_647), "10000", topics),
    noMeaning("topic.transaction", .text, "transaction", topics),
    noMeaning("topic.heartbeat.prefix", .text, "__debezium-heartbeat", topics),
    noMeaning("topic.heartbeat.name", .text, "", topics),
    noMeaning("heartbeat.topics.prefix", .text, "__debezium-heartbeat", topics),
    noMeaning("topic.regex", .text, "", topics),
    noMeaning("topic.replacement", .text, "", topics),
    noMeaning("topic.key.enforce.uniqueness", .boolean, "true", topics),
    noMeaning("topic.key.field.name", .text, "__dbz__physicalTableIdentifier", topics),
    noMeaning("topic.key.field.regex", .text, "", topics),
    noMeaning("topic.key.field.replacement", .text, "", topics),
    noMeaning(
      "provide.transaction.metadata", .boolean, "false",
      "every row of the trail carries its transaction, position and ordinal"),
    noMeaning(
      "transaction.metadata.factory", .text, "io.debezium.pipeline.txmetadata.DefaultTransactionMetadataFactory", java),
    noMeaning("topic.creation.<property>", .text, "", topics),
  ]
}
