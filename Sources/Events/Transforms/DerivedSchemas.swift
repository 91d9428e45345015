/// Schemas made from others, or whatever else is worked out once for a schema: found again by the identity of what they
/// were made from.
struct DerivedSchemas<Derived: Sendable>: Sendable {
  /// Entries beyond which all are forgotten: far more than a database has tables.
  private static var limit: Int { 10_000 }

  /// The source is kept, so that its identity is not given to another schema.
  private var entries: [ObjectIdentifier: (source: ConnectSchema, derived: Derived)] = [:]

  /// What belongs to `source`, made the first time.
  mutating func derived(
    from source: ConnectSchema, make: (ConnectSchema) throws(TransformError) -> Derived
  ) throws(TransformError) -> Derived {
    let identity = ObjectIdentifier(source)
    if let entry = entries[identity] { return entry.derived }
    if entries.count >= Self.limit { entries.removeAll() }
    let derived = try make(source)
    entries[identity] = (source, derived)
    return derived
  }
}

extension ConnectSchema {
  /// A required string.
  static let string = ConnectSchema(.string)
  /// A string or null.
  static let optionalString = ConnectSchema(.string, optional: true)

  /// The place of a field.
  func index(of field: String) -> Int? { fields.firstIndex { $0.name == field } }

  /// What Kafka's transforms copy when they build a schema from another: name, version, documentation and parameters,
  /// not the default and not whether null is allowed.
  ///
  /// Source: Apache Kafka, `SchemaUtil.copySchemaBasics`.
  func copiedBasics(fields: [Field], optional: Bool = false) throws(TransformError) -> ConnectSchema {
    var names: Set<String> = []
    for field in fields where !names.insert(field.name).inserted {
      throw TransformError(.event, "there would be two fields named '\(field.name)'")
    }
    return ConnectSchema(
      kind, optional: optional, name: name, version: version, doc: doc, parameters: parameters, fields: fields,
      keys: keys, values: values)
  }
}
