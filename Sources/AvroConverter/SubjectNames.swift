/// Under which name a schema is registered.
///
/// Source: Confluent documentation, "Subject name strategy".
public enum SubjectNames: String, Sendable, CaseIterable {
  /// The topic with `-key` or `-value`.
  case topic = "TopicNameStrategy"
  /// The record's full name.
  case record = "RecordNameStrategy"
  /// The topic, `-` and the record's full name.
  case topicRecord = "TopicRecordNameStrategy"

  /// A strategy by its Java class, with or without the package; nil when it is none of Confluent's.
  public init?(className: String) {
    self.init(rawValue: String(className.split(separator: ".").last ?? ""))
  }

  /// The subject of a schema.
  /// - Throws: `AvroError` when the strategy wants a record's name and the schema is no record.
  public func subject(of schema: AvroSchema, topic: String, isKey: Bool) throws(AvroError) -> String {
    if self == .topic { return topic + (isKey ? "-key" : "-value") }
    guard let name = schema.name else {
      let part = isKey ? "key" : "value"
      throw AvroError(
        .schema, "the \(part) of topic \(topic) is no record, and \(rawValue) needs a record's name",
        advice: "set \(part).subject.name.strategy to TopicNameStrategy")
    }
    return self == .record ? name : "\(topic)-\(name)"
  }
}
