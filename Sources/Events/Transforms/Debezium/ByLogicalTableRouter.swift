/// Sends the events of several tables to one topic, and tells their keys apart.
///
/// Source: Debezium documentation, "Topic Routing". `logical.table.cache.size` has no meaning: nothing is forgotten.
struct ByLogicalTableRouter: Transform {
  private let topics: TopicRewriting
  private let uniqueField: String?
  private let identify: TopicRewriting?
  private let adjustment: NameSettings.Adjustment
  private var keys = DerivedSchemas<ConnectSchema>()
  private var envelopes = DerivedSchemas<ConnectSchema>()

  init(_ options: inout TransformOptions) throws(TransformError) {
    topics = try options.rewriting("topic.regex", by: "topic.replacement")
    let isUnique = try options.flag("key.enforce.uniqueness", default: true)
    let field = options.text("key.field.name") ?? "__dbz__physicalTableIdentifier"
    uniqueField = isUnique ? field : nil
    if let regex = options.text("key.field.regex"), !regex.trimmed.isEmpty {
      identify = try options.rewriting("key.field.regex", by: "key.field.replacement")
    } else {
      _ = options.text("key.field.replacement")
      identify = nil
    }
    adjustment = try options.choice("schema.name.adjustment.mode", default: NameSettings.Adjustment.none)
    _ = try options.number("logical.table.cache.size")
  }

  mutating func apply(_ record: EventRecord) throws(TransformError) -> EventRecord? {
    guard let topic = topics(record.topic), !topic.isEmpty else { return record }
    var routed = record
    routed.topic = topic
    if let key = record.key, !key.isNull {
      routed.key = try self.key(key, topic: topic, from: record.topic)
    } else {
      routed.key = nil
    }
    guard !record.isTombstone, record.isEnvelope else { return routed }
    let (schema, event) = try record.value.members(for: "ByLogicalTableRouter")
    let adjustment = adjustment
    let made = try envelopes.derived(from: schema) { schema throws(TransformError) in
      guard let before = schema.index(of: "before") else { throw TransformError(.event, "the event has no 'before'") }
      let row = schema.fields[before].schema.with(name: adjustment.schemaName(topic + ".Value"), default: .some(nil))
      let fields = schema.fields.map { field in
        field.name == "before" || field.name == "after" ? ConnectSchema.Field(field.name, row) : field
      }
      return schema.with(name: adjustment.schemaName(topic + ".Envelope"), default: .some(nil), fields: fields)
    }
    routed.value = EventValue(made, .structure(event))
    return routed
  }

  private mutating func key(
    _ key: EventValue, topic: String, from origin: String
  ) throws(TransformError) -> EventValue {
    let (schema, members) = try key.members(for: "ByLogicalTableRouter")
    let (adjustment, uniqueField) = (adjustment, uniqueField)
    let made = try keys.derived(from: schema) { schema throws(TransformError) in
      if let uniqueField, schema.index(of: uniqueField) != nil {
        throw TransformError(.event, "the key has a field '\(uniqueField)' already; set 'key.field.name'")
      }
      return schema.with(
        name: adjustment.schemaName(topic + ".Key"), default: .some(nil),
        fields: schema.fields + (uniqueField.map { [ConnectSchema.Field($0, .string)] } ?? []))
    }
    guard uniqueField != nil else { return EventValue(made, .structure(members)) }
    return EventValue(made, .structure(members + [.string(identify?(origin) ?? origin)]))
  }
}
