/// Gives a schema another name or version.
///
/// Source: Apache Kafka documentation, Connect, `SetSchemaMetadata`.
struct SetSchemaMetadata: Transform {
  private let side: RecordSide
  private let name: String?
  private let version: Int?
  private let replacesNulls: Bool
  private var schemas = DerivedSchemas<ConnectSchema>()

  init(_ side: RecordSide, _ options: inout TransformOptions) throws(TransformError) {
    self.side = side
    name = options.text("schema.name")
    version = try options.number("schema.version")
    replacesNulls = try options.flag("replace.null.with.default", default: true)
    guard name != nil || version != nil else {
      throw TransformError(.configuration, "neither 'schema.name' nor 'schema.version' is given")
    }
  }

  mutating func apply(_ record: EventRecord) throws(TransformError) -> EventRecord? {
    guard let value = record[side] else { return record }
    guard let schema = value.schema else {
      if value.isNull { return record }
      throw TransformError(.event, "SetSchemaMetadata needs a schema")
    }
    let (name, version) = (name, version)
    let made = try schemas.derived(from: schema) { schema throws(TransformError) in
      schema.with(name: .some(name ?? schema.name), version: .some(version ?? schema.version))
    }
    var payload = value.payload
    if replacesNulls, case .structure(let members) = payload {
      payload = .structure(zip(members, schema.fields).map { $0.orDefault(of: $1.schema) })
    }
    var record = record
    record[side] = EventValue(made, payload)
    return record
  }
}
