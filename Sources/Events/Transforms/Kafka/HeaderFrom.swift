/// Copies or moves fields into headers.
///
/// Source: Apache Kafka documentation, Connect, `HeaderFrom`.
struct HeaderFrom: Transform {
  /// `operation`.
  enum Operation: String, CaseIterable { case move, copy }

  private let side: RecordSide
  private let fields: [String]
  private let names: [String]
  private let operation: Operation
  private let replacesNulls: Bool
  private var replacements = DerivedSchemas<FieldReplacement>()

  init(_ side: RecordSide, _ options: inout TransformOptions) throws(TransformError) {
    self.side = side
    fields = try options.requiredList("fields")
    names = try options.requiredList("headers")
    operation = try options.choice("operation", default: nil)
    replacesNulls = try options.flag("replace.null.with.default", default: true)
    guard fields.count == names.count else {
      throw TransformError(.configuration, "'fields' and 'headers' differ in length")
    }
  }

  mutating func apply(_ record: EventRecord) throws(TransformError) -> EventRecord? {
    let (schema, members) = try record[side].members(for: "HeaderFrom")
    var record = record
    for (field, header) in zip(fields, names) {
      guard let place = schema.index(of: field) else { throw TransformError(.event, "there is no field '\(field)'") }
      let fieldSchema = schema.fields[place].schema
      let value = replacesNulls ? members[place].orDefault(of: fieldSchema) : members[place]
      record.headers.append(.init(header, EventValue(fieldSchema, value)))
    }
    guard operation == .move else { return record }
    let moved = fields
    let replacement = try replacements.derived(from: schema) { schema throws(TransformError) in
      try FieldReplacement(schema) { moved.contains($0) ? nil : $0 }
    }
    record[side] = replacement.apply(members, schema, replacingNulls: replacesNulls)
    return record
  }
}
