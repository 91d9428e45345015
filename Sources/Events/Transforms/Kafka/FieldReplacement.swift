/// A struct with fields left out or renamed: worked out once for a schema.
struct FieldReplacement: Sendable {
  /// The schema of the result.
  let schema: ConnectSchema
  /// Where each of its fields comes from.
  private let places: [Int]

  /// - Parameter rename: A field's new name; nil to leave it out.
  init(_ source: ConnectSchema, rename: (String) -> String?) throws(TransformError) {
    var fields: [ConnectSchema.Field] = []
    var places: [Int] = []
    for (place, field) in source.fields.enumerated() {
      guard let name = rename(field.name) else { continue }
      fields.append(.init(name, field.schema))
      places.append(place)
    }
    schema = try source.copiedBasics(fields: fields)
    self.places = places
  }

  /// The result for a struct of the source's schema.
  func apply(
    _ members: [EventValue.Payload], _ source: ConnectSchema, replacingNulls: Bool
  ) -> EventValue {
    EventValue(
      schema,
      .structure(
        places.map { replacingNulls ? members[$0].orDefault(of: source.fields[$0].schema) : members[$0] }))
  }
}
