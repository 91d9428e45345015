extension Settings.Events {
  /// `topic.naming.strategy`, by the class's simple name.
  public enum NamingStrategy: String, Sendable, CaseIterable {
    /// prefix.schema.table
    case schema = "SchemaTopicNamingStrategy"
    /// prefix.table
    case database = "DefaultTopicNamingStrategy"
    /// As schema, then a regular expression.
    case schemaRegex = "SchemaRegexTopicNamingStrategy"
    /// As database, then a regular expression.
    case databaseRegex = "DefaultRegexTopicNamingStrategy"
    /// As schema, with other characters as `_uXXXX`.
    case schemaUnicode = "SchemaUnicodeTopicNamingStrategy"
    /// As database, with other characters as `_uXXXX`.
    case databaseUnicode = "DefaultUnicodeTopicNamingStrategy"

    init?(className: String) {
      let package = "io.debezium.schema."
      guard className.hasPrefix(package) else { return nil }
      self.init(rawValue: String(className.dropFirst(package.count)))
    }
  }

  /// `schema.name.adjustment.mode`, `field.name.adjustment.mode`.
  public enum Adjustment: String, Sendable, CaseIterable {
    /// Names stay as they are.
    case none
    /// What Avro forbids becomes `_`.
    case avro
    /// What Avro forbids becomes `_uXXXX`.
    case avroUnicode = "avro_unicode"
  }

  /// How topics, schemas and fields are called.
  public struct Names: Sendable, Hashable {
    /// How a table's topic is called.
    public let strategy: NamingStrategy
    /// Between the parts of names.
    public let delimiter: String
    /// Last part of the transaction topic.
    public let transactionTopic: String
    /// First part of the heartbeat topic.
    public let heartbeatPrefix: String
    /// Whole name of the heartbeat topic; nil for one made of its parts.
    public let heartbeatName: String?
    /// What a topic's name must match, for the regex strategies.
    public let regex: String
    /// What it then becomes.
    public let replacement: String
    /// Whether keys then also say which table it was.
    public let keyUniqueness: Bool
    /// In which field.
    public let keyField: String
    /// What finds the table in the topic's name; empty for the whole name.
    public let keyFieldRegex: String
    /// What of it is taken.
    public let keyFieldReplacement: String
    /// Names of schemas.
    public let schemaAdjustment: Adjustment
    /// Names of fields.
    public let fieldAdjustment: Adjustment

    init(_ values: Values) {
      strategy = NamingStrategy(className: Values.trimmed(values.text("topic.naming.strategy"))) ?? .schema
      delimiter = values.text("topic.delimiter")
      transactionTopic = values.text("topic.transaction")
      heartbeatPrefix = values.text("topic.heartbeat.prefix")
      heartbeatName = values.optionalText("topic.heartbeat.name")
      regex = values.text("topic.regex")
      replacement = values.text("topic.replacement")
      keyUniqueness = values.boolean("topic.key.enforce.uniqueness")
      keyField = values.text("topic.key.field.name")
      keyFieldRegex = values.text("topic.key.field.regex")
      keyFieldReplacement = values.text("topic.key.field.replacement")
      schemaAdjustment = values.choice("schema.name.adjustment.mode", .none)
      fieldAdjustment = values.choice("field.name.adjustment.mode", .none)
    }
  }
}
