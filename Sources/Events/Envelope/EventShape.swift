public import Decoder
public import Pipeline

/// What the events of one table, or of one of the fixed kinds, have in common once they are records: topic and schemas.
public final class EventShape: RecordShape {
  /// The topic.
  public let topic: String
  /// The key's schema; nil for events without a key.
  public let keySchema: ConnectSchema?
  /// The value's schema; nil where a transform took it away.
  public let valueSchema: ConnectSchema?
  /// The table; nil for what is of no table.
  public let table: (schema: String, name: String)?
  /// How many bytes of a line stand before its key.
  let keyStart: Int

  /// What a table's events look like as the table is now, before transforms.
  /// - Throws: `NameError` for names that cannot be made.
  public convenience init(of plan: RelationPlan, _ facts: RelationFacts, _ settings: EventSettings) throws {
    let names = try EventNames(prefix: settings.topicPrefix, settings: settings.names)
    let table = TableShape(plan, facts, names, settings, .stream)
    self.init(
      topic: table.topic, keySchema: table.keySchema, valueSchema: table.envelope, table: table.shape.table)
  }

  init(
    topic: String, keySchema: ConnectSchema?, valueSchema: ConnectSchema?, table: (schema: String, name: String)? = nil,
    keyStart: Int = 0
  ) {
    self.topic = topic
    self.keySchema = keySchema
    self.valueSchema = valueSchema
    self.table = table
    self.keyStart = keyStart
  }
}
