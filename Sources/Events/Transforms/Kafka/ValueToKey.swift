/// Makes the key of fields of the value.
///
/// Source: Apache Kafka documentation, Connect, `ValueToKey`.
struct ValueToKey: Transform {
  private let fields: [String]
  private let replacesNulls: Bool
  private var schemas = DerivedSchemas<ConnectSchema>()

  init(_ options: inout TransformOptions) throws(TransformError) {
    fields = try options.requiredList("fields")
    replacesNulls = try options.flag("replace.null.with.default", default: true)
  }

  mutating func apply(_ record: EventRecord) throws(TransformError) -> EventRecord? {
    let (schema, members) = try record.value.members(for: "ValueToKey")
    let names = fields
    let made = try schemas.derived(from: schema) { schema throws(TransformError) in
      var fields: [ConnectSchema.Field] = []
      for name in names {
        guard let place = schema.index(of: name) else { throw TransformError(.event, "there is no field '\(name)'") }
        fields.append(schema.fields[place])
      }
      return try ConnectSchema(.structure).copiedBasics(fields: fields)
    }
    var key: [EventValue.Payload] = []
    for name in names {
      guard let place = schema.index(of: name) else { continue }
      key.append(replacesNulls ? members[place].orDefault(of: schema.fields[place].schema) : members[place])
    }
    var record = record
    record.key = EventValue(made, .structure(key))
    return record
  }
}
