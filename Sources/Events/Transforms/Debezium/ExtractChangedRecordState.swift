internal import Decoder

/// Adds headers that list which fields of a row changed and which did not.
///
/// Source: Debezium documentation, "Extract Changed Record State".
struct ExtractChangedRecordState: Transform {
  let headers = HeaderHandling.added
  private let changed: Target?
  private let unchanged: Target?

  private struct Target {
    let name: String
    let schema: ConnectSchema

    init?(_ name: String?) {
      guard let name, !name.trimmed.isEmpty else { return nil }
      self.name = name
      schema = ConnectSchema(.array, optional: true, name: name, values: .optionalString)
    }

    func header(_ fields: [String]) -> EventRecord.Header {
      var text = OutputBuffer(capacity: 64)
      text.append(UInt8(ascii: "["))
      for (place, field) in fields.enumerated() {
        if place > 0 { text.append(UInt8(ascii: ",")) }
        text.appendJSONString(field)
      }
      text.append(UInt8(ascii: "]"))
      return .init(name, EventValue(schema, .text(text.array)))
    }
  }

  init(_ options: inout TransformOptions) {
    changed = Target(options.text("header.changed.name"))
    unchanged = Target(options.text("header.unchanged.name"))
  }

  func apply(_ record: EventRecord) throws(TransformError) -> EventRecord? {
    guard !record.isTombstone, record.isEnvelope else { return record }
    let (schema, event) = try record.value.members(for: "ExtractChangedRecordState")
    guard let before = schema.index(of: "before"), let after = schema.index(of: "after") else {
      throw TransformError(.event, "the event has no 'before' and 'after'")
    }
    var (changes, others): ([String], [String]) = ([], [])
    if case .structure(let old) = event[before], case .structure(let new) = event[after] {
      let (oldSchema, newSchema) = (schema.fields[before].schema, schema.fields[after].schema)
      for (place, field) in newSchema.fields.enumerated() {
        guard let oldPlace = oldSchema === newSchema ? place : oldSchema.index(of: field.name) else {
          throw TransformError(.event, "'before' has no field '\(field.name)'")
        }
        if new[place] == old[oldPlace] { others.append(field.name) } else { changes.append(field.name) }
      }
    }
    var record = record
    // Always added, also where nothing is known to have changed.
    if let changed { record.headers.append(changed.header(changes)) }
    if let unchanged { record.headers.append(unchanged.header(others)) }
    return record
  }
}

extension EventValue.Payload: Equatable {
  /// Whether two values of one schema are the same.
  public static func == (a: EventValue.Payload, b: EventValue.Payload) -> Bool {
    switch (a, b) {
    case (.null, .null): true
    case (.text(let a), .text(let b)): a == b
    case (.structure(let a), .structure(let b)): a == b
    default: false
    }
  }
}
