/// A field of a change event that `add.fields` or `add.headers` names: `op`, `table`, `source.lsn`, `before.id:old_id`.
///
/// Source: Debezium documentation, "New Record State Extraction", `add.fields`.
struct FieldReference: Sendable, Hashable {
  /// The struct inside of the event that has the field; nil for the event itself.
  let parent: String?
  /// The field.
  let field: String
  /// What it is called where it is added.
  let newName: String

  /// Reads `[struct.]field[:name]`.
  init(_ text: String, prefix: String) throws(TransformError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init).droppingEmptyEnd
    let path = (parts.first ?? "").split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      .droppingEmptyEnd
    guard let first = path.first, !first.isEmpty, parts.count <= 2 else {
      throw TransformError(.configuration, "'\(text)' is no field: struct.field:name is meant")
    }
    field = path.count == 1 ? first : path[1]
    parent = path.count == 1 ? Self.parent(of: first) : first
    let ownName = path.count == 1 ? first : "\(first)_\(path[1])"
    newName = prefix + (parts.count == 2 ? parts[1] : ownName)
  }

  /// Reads a list of references.
  static func list(_ text: String?, prefix: String) throws(TransformError) -> [FieldReference] {
    var references: [FieldReference] = []
    for part in (text ?? "").split(separator: ",") {
      references.append(try FieldReference(String(part).trimmed, prefix: prefix))
    }
    return references
  }

  private static func parent(of field: String) -> String? {
    switch field {
    case "id", "data_collection_order", "total_order": "transaction"
    case "op", "ts_ms", "ts_us", "ts_ns": nil
    default: "source"
    }
  }

  /// Where the field is in events of a schema; nil if it is nowhere.
  func place(in envelope: ConnectSchema) throws(TransformError) -> Place? {
    var parentIndex: Int?
    var found: (place: Place, schema: ConnectSchema)?
    if let parent {
      guard let index = envelope.index(of: parent) else {
        throw TransformError(.event, "the event has no '\(parent)'")
      }
      parentIndex = index
      let fields = envelope.fields[index].schema
      if let inner = fields.index(of: field) {
        found = (Place(parent: index, member: inner, isInParent: true, schema: fields), fields.fields[inner].schema)
      }
    }
    if found == nil, let index = envelope.index(of: field) {
      let schema = envelope.fields[index].schema
      found = (Place(parent: parentIndex, member: index, isInParent: false, schema: schema), schema)
    }
    guard var place = found?.place, let schema = found?.schema else { return nil }
    guard schema.kind != .structure, schema.kind != .map else {
      throw TransformError(.event, "'\(field)' is a \(schema.kind.rawValue), which cannot be added")
    }
    place.default = schema.defaultText
    place.schema = try schema.copiedBasics(fields: [], optional: true)
    place.isSnapshotMarker = field == "snapshot" && schema.name == "io.debezium.data.Enum"
    return place
  }

  /// A field found in a schema.
  struct Place: Sendable {
    /// The struct that is looked into first; without it there is no value.
    let parent: Int?
    /// The field's place in it, or in the event.
    let member: Int
    /// Whether the field is in that struct.
    let isInParent: Bool
    /// The schema of what is added: without a default, null allowed.
    var schema: ConnectSchema
    /// The default that the field has in the event.
    var `default`: [UInt8]?
    /// Whether it is `source.snapshot`.
    var isSnapshotMarker = false

    /// The value in an event.
    func value(in event: [EventValue.Payload]) -> EventValue.Payload {
      guard let parent else { return event[member] }
      guard case .structure(let members) = event[parent] else { return event[parent].isNull ? .null : event[member] }
      let value = isInParent ? members[member] : event[member]
      // Debezium leaves `source.snapshot` null for streamed changes: "false" is only what its default renders to.
      if isSnapshotMarker, let text = self.default, case .text(text) = value { return .null }
      return value
    }
  }
}

extension [String] {
  /// Without empty strings at its end, as Java splits.
  fileprivate var droppingEmptyEnd: [String] {
    var parts = self
    while parts.last?.isEmpty ?? false { parts.removeLast() }
    return parts
  }
}
