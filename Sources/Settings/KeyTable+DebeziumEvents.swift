private let noTopics = Key.Support.noMeaning("the audit trail has no topics")
private let noEvents = Key.Support.noMeaning("it shapes Debezium's events, and the audit trail has none")
private let names = Key.Support.noMeaning("the trail holds the names of schemas, tables and columns as they are")
private let everything = Key.Support.noMeaning("every row of the trail carries its transaction, position and ordinal")
private let adjustments = Key.Kind.enumeration(Settings.Events.Adjustment.allCases.map(\.rawValue))
private let java = "a Java class; here it has no counterpart"

extension KeyTable {
  /// Topics, keys, transaction records and heartbeat records.
  static let debeziumEvents: [Key] = [
    forEvents(
      .names, "topic.prefix", .topicName, "",
      "First part of topic and schema names, and `source.name`. Required.",
      trail: .noMeaning("no topics: the trail names source, slot and database in replication_offset")),
    forEvents(
      .names, "topic.naming.strategy", .text, "io.debezium.schema.SchemaTopicNamingStrategy",
      "Java class that names topics: io.debezium.schema. with Schema or Default (without the schema), Regex or Unicode"
        + " or neither, TopicNamingStrategy.", trail: noTopics),
    forEvents(.names, "topic.delimiter", .text, ".", "Between the parts of topic names.", trail: noTopics),
    noMeaning(
      "topic.cache.size", .integer(0...2_147_483_647), "10000", "names are made once a table",
      events: .noMeaning("names are made once a table")),
    forEvents(
      .names, "topic.transaction", .text, "transaction", "Last part of the transaction topic's name.", trail: noTopics),
    forEvents(
      .names, "topic.heartbeat.prefix", .text, "__debezium-heartbeat", "First part of the heartbeat topic's name.",
      trail: noTopics),
    forEvents(
      .names, "topic.heartbeat.name", .text, "",
      "Whole name of the heartbeat topic, in place of prefix and topic.prefix.",
      trail: noTopics),
    noMeaning(
      "heartbeat.topics.prefix", .text, "__debezium-heartbeat",
      "Debezium no longer reads it; topic.heartbeat.prefix is its name"),
    noMeaning(
      "topic.regex.enable", .boolean, "", "Debezium reads no such property; topic.naming.strategy decides"),
    forEvents(
      .names, "topic.regex", .text, "", "Of the Regex strategies: what a topic's name must match.", trail: noTopics),
    forEvents(.names, "topic.replacement", .text, "", "… and what it becomes.", trail: noTopics),
    forEvents(
      .names, "topic.key.enforce.uniqueness", .boolean, "true", "… and whether keys also say which table it was.",
      trail: noTopics),
    forEvents(
      .names, "topic.key.field.name", .text, "__dbz__physicalTableIdentifier", "… in this field.", trail: noTopics),
    forEvents(
      .names, "topic.key.field.regex", .text, "", "… as this expression finds it in the topic's name.", trail: noTopics),
    forEvents(.names, "topic.key.field.replacement", .text, "", "… with this replacement.", trail: noTopics),
    forEvents(
      .names, "schema.name.adjustment.mode", adjustments, "none",
      "Schema names: none, avro (what Avro forbids becomes _), avro_unicode (_uXXXX).", trail: names),
    forEvents(.names, "field.name.adjustment.mode", adjustments, "none", "The same for field names.", trail: names),
    forEvents(
      .names, "message.key.columns", .keyColumns, "",
      "`tables:column,column;…`: the key's columns in place of the primary key's; tables and columns are expressions.",
      trail: .noMeaning("row_key holds the columns of the table's own key, whatever a topic's key would be")),
    forEvents(
      .events, "provide.transaction.metadata", .boolean, "false",
      "A transaction block in events, BEGIN and END records in the transaction topic.", trail: everything),
    forEvents(
      .events, "tombstones.on.delete", .boolean, "true", "A record without a value after each delete.", trail: noEvents),
    forEvents(
      .events, "skip.messages.without.change", .boolean, "false",
      "Updates whose captured columns are all equal are left out; needs REPLICA IDENTITY FULL.",
      trail: .noMeaning("the trail records every update")),
    forEvents(
      .events, "extended.headers.enabled", .boolean, "true", "The `__debezium.context.*` headers.",
      trail: .noMeaning("the audit trail has no headers")),
    forEvents(
      .events, "message.prefix.include.list", .patterns, "",
      "Prefixes of logical messages that become events. Excludes message.prefix.exclude.list.",
      trail: .noMeaning("of logical messages the trail uses only those of cdc.context")),
    forEvents(
      .events, "message.prefix.exclude.list", .patterns, "", "Prefixes of logical messages that do not.",
      trail: .noMeaning("of logical messages the trail uses only those of cdc.context")),
    noMeaning(
      "transaction.metadata.factory", .text, "io.debezium.pipeline.txmetadata.DefaultTransactionMetadataFactory", java,
      events: .refused("a Java class cannot be loaded")),
  ]
}
