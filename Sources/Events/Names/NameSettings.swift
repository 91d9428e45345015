/// How topics, schemas and fields are called.
///
/// Source: Debezium documentation, PostgreSQL connector, "Topic names", and the properties named at each.
public struct NameSettings: Sendable {
  /// `topic.naming.strategy`, by the class's simple name.
  public enum Strategy: String, Sendable, CaseIterable {
    case schema = "SchemaTopicNamingStrategy"
    case database = "DefaultTopicNamingStrategy"
    case schemaRegex = "SchemaRegexTopicNamingStrategy"
    case databaseRegex = "DefaultRegexTopicNamingStrategy"
    case schemaUnicode = "SchemaUnicodeTopicNamingStrategy"
    case databaseUnicode = "DefaultUnicodeTopicNamingStrategy"
  }

  /// `schema.name.adjustment.mode`, `field.name.adjustment.mode`.
  public enum Adjustment: String, Sendable, CaseIterable { case none, avro, avro_unicode }

  /// The strategy.
  public var strategy = Strategy.schema
  /// `topic.delimiter`.
  public var delimiter = "."
  /// `topic.transaction`: last part of the transaction topic.
  public var transactionTopic = "transaction"
  /// `topic.heartbeat.prefix`.
  public var heartbeatPrefix = "__debezium-heartbeat"
  /// `topic.heartbeat.name`: the whole name, where given.
  public var heartbeatName: String?
  /// `topic.regex` of the regex strategies.
  public var regex = ""
  /// `topic.replacement`.
  public var replacement = ""
  /// `topic.key.enforce.uniqueness`: the regex strategies' keys also say which table it was.
  public var keyUniqueness = true
  /// `topic.key.field.name`.
  public var keyField = "__dbz__physicalTableIdentifier"
  /// `topic.key.field.regex`; empty for none.
  public var keyFieldRegex = ""
  /// `topic.key.field.replacement`.
  public var keyFieldReplacement = ""
  /// Schema names.
  public var schemaAdjustment = Adjustment.none
  /// Field names.
  public var fieldAdjustment = Adjustment.none

  /// Debezium's defaults.
  public init() {}
}
