/// Moves or copies headers into the value; a dot in a field's name means a struct inside of it.
///
/// Source: Debezium documentation, "Header to Value". What the schema gets is settled by the first record of a schema.
struct HeaderToValue: Transform {
  /// `operation`.
  enum Operation: String, CaseIterable { case move, copy }

  private struct Entry {
    let path: [String]
    let value: EventValue
    var name: String { path.joined(separator: ".") }
  }

  private let names: [String]
  private let fields: [[String]]
  private let operation: Operation
  private var schemas = DerivedSchemas<ConnectSchema>()

  init(_ options: inout TransformOptions) throws(TransformError) {
    names = try options.requiredList("headers")
    fields = try options.requiredList("fields").map { $0.split(separator: ".").map(String.init) }
    operation = try options.choice("operation", default: nil)
    guard names.count == fields.count else {
      throw TransformError(.configuration, "'fields' and 'headers' differ in length")
    }
    guard fields.allSatisfy({ (1...2).contains($0.count) }) else {
      throw TransformError(.unsupported, "'fields' may have one dot in a name, not more")
    }
  }

  mutating func apply(_ record: EventRecord) throws(TransformError) -> EventRecord? {
    guard !record.isTombstone else { return record }
    let (schema, members) = try record.value.members(for: "HeaderToValue")
    var entries: [Entry] = []
    for header in record.headers {
      if let place = names.firstIndex(of: header.name) {
        entries.append(.init(path: fields[place], value: header.value))
      }
    }
    guard !entries.isEmpty else { return record }
    let made = try schemas.derived(from: schema) { schema throws(TransformError) in
      try Self.extended(schema, by: entries)
    }
    var record = record
    record.value = EventValue(made, .structure(try Self.extended(members, schema, to: made, by: entries)))
    if operation == .move { record.headers.removeAll { names.contains($0.name) } }
    return record
  }

  /// Debezium looks for the text `field.` anywhere in the names of nested fields: `r` counts as meant by `after.x`.
  private static func isNested(_ field: String, in entries: [Entry]) -> Bool {
    entries.contains { $0.path.count > 1 && $0.name.contains(field + ".") }
  }

  private static func schema(of entry: Entry) throws(TransformError) -> ConnectSchema {
    guard let schema = entry.value.schema else {
      throw TransformError(.event, "the header for '\(entry.name)' has no schema")
    }
    return schema
  }

  private static func extended(
    _ schema: ConnectSchema, by entries: [Entry]
  ) throws(TransformError) -> ConnectSchema {
    var made: [ConnectSchema.Field] = []
    for field in schema.fields {
      guard isNested(field.name, in: entries), field.schema.kind == .structure else {
        made.append(field)
        continue
      }
      var inner = field.schema.fields
      for entry in entries where entry.path.count == 2 && entry.path[0] == field.name {
        if !inner.contains(where: { $0.name == entry.path[1] }) {
          inner.append(.init(entry.path[1], try Self.schema(of: entry)))
        }
      }
      made.append(.init(field.name, try field.schema.copiedBasics(fields: inner)))
    }
    for entry in entries where entry.path.count == 1 && !made.contains(where: { $0.name == entry.path[0] }) {
      made.append(.init(entry.path[0], try Self.schema(of: entry)))
    }
    for entry in entries where entry.path.count == 2 && !made.contains(where: { $0.name == entry.path[0] }) {
      var inner: [ConnectSchema.Field] = []
      for other in entries where other.path.count == 2 && other.path[0] == entry.path[0] {
        inner.append(.init(other.path[1], try Self.schema(of: other)))
      }
      made.append(.init(entry.path[0], ConnectSchema(.structure, optional: true, fields: inner)))
    }
    return try schema.copiedBasics(fields: made)
  }

  private static func extended(
    _ members: [EventValue.Payload], _ schema: ConnectSchema, to made: ConnectSchema, by entries: [Entry]
  ) throws(TransformError) -> [EventValue.Payload] {
    var values = [EventValue.Payload](repeating: .null, count: made.fields.count)
    for (place, field) in schema.fields.enumerated() {
      let member = members[place].orDefault(of: field.schema)
      guard !member.isNull, isNested(field.name, in: entries) else {
        values[place] = member
        continue
      }
      guard case .structure(let inner) = member else {
        throw TransformError(.event, "'\(field.name)' is not a struct: Debezium takes it for one that is meant")
      }
      let innerEntries = entries.filter { $0.path.count == 2 && $0.path[0] == field.name }
        .map { Entry(path: [$0.path[1]], value: $0.value) }
      values[place] = .structure(
        try extended(inner, field.schema, to: made.fields[place].schema, by: innerEntries))
    }
    for entry in entries where entry.path.count == 1 { try put(entry.path[0], entry.value.payload, made, &values) }
    for entry in entries where entry.path.count == 2 && schema.index(of: entry.path[0]) == nil {
      guard let place = made.index(of: entry.path[0]) else { continue }
      let inner = made.fields[place].schema
      var innerValues = [EventValue.Payload](repeating: .null, count: inner.fields.count)
      for other in entries where other.path.count == 2 && other.path[0] == entry.path[0] {
        try put(other.path[1], other.value.payload, inner, &innerValues)
      }
      values[place] = .structure(innerValues)
    }
    return values
  }

  private static func put(
    _ field: String, _ value: EventValue.Payload, _ schema: ConnectSchema, _ values: inout [EventValue.Payload]
  ) throws(TransformError) {
    guard let place = schema.index(of: field) else {
      throw TransformError(.event, "the first record of this schema had no header for '\(field)'")
    }
    values[place] = value
  }
}
