/// Adds fields about the record, or a fixed text.
///
/// Source: Apache Kafka documentation, Connect, `InsertField`. A name that ends in `!` is a required field, in `?` or
/// nothing one that may be null.
struct InsertField: Transform {
  private enum Source: Sendable {
    case topic, partition, timestamp
    case text(String)
  }

  private struct Insertion: Sendable {
    let source: Source
    let field: ConnectSchema.Field

    init(_ source: Source, _ spec: String) {
      self.source = source
      let isMarked = spec.hasSuffix("?") || spec.hasSuffix("!")
      let optional = !spec.hasSuffix("!")
      let schema =
        switch source {
        case .topic, .text: ConnectSchema(.string, optional: optional)
        case .partition: ConnectSchema(.int32, optional: optional)
        case .timestamp:
          ConnectSchema(
            .int64, optional: optional, name: "org.apache.kafka.connect.data.Timestamp", version: 1)
        }
      field = .init(isMarked ? String(spec.dropLast()) : spec, schema)
    }

    func value(_ record: EventRecord) -> EventValue.Payload {
      switch source {
      case .topic: .string(record.topic)
      case .partition: record.partition.map { .text(String($0)) } ?? .null
      case .timestamp: record.timestamp.map { .text(String($0)) } ?? .null
      case .text(let text): .string(text)
      }
    }
  }

  private let side: RecordSide
  private let insertions: [Insertion]
  private let replacesNulls: Bool
  private var schemas = DerivedSchemas<ConnectSchema>()

  init(_ side: RecordSide, _ options: inout TransformOptions) throws(TransformError) {
    self.side = side
    try options.refuse("offset.field", because: "only sinks know an offset")
    var insertions: [Insertion] = []
    for (name, source) in [("topic", Source.topic), ("partition", .partition), ("timestamp", .timestamp)] {
      if let spec = options.text(name + ".field") { insertions.append(.init(source, spec)) }
    }
    let text = options.text("static.value")
    if let spec = options.text("static.field") {
      guard let text else { throw TransformError(.configuration, "'static.value' is missing") }
      insertions.append(.init(.text(text), spec))
    }
    guard !insertions.isEmpty else { throw TransformError(.configuration, "no field to insert is named") }
    self.insertions = insertions
    replacesNulls = try options.flag("replace.null.with.default", default: true)
  }

  mutating func apply(_ record: EventRecord) throws(TransformError) -> EventRecord? {
    guard let value = record[side], !value.isNull else { return record }
    var (schema, members) = try value.members(for: "InsertField")
    let insertions = insertions
    let made = try schemas.derived(from: schema) { schema throws(TransformError) in
      try schema.copiedBasics(fields: schema.fields + insertions.map(\.field))
    }
    if replacesNulls {
      for (place, field) in schema.fields.enumerated() { members[place] = members[place].orDefault(of: field.schema) }
    }
    for insertion in insertions {
      let value = insertion.value(record)
      if value.isNull, !insertion.field.schema.isOptional {
        throw TransformError(.event, "there is nothing to put into the required field '\(insertion.field.name)'")
      }
      members.append(value)
    }
    var record = record
    record[side] = EventValue(made, .structure(members))
    return record
  }
}
