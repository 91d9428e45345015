/// Puts one field in place of the struct that holds it.
///
/// Source: Apache Kafka documentation, Connect, `ExtractField`.
struct ExtractField: Transform {
  private let side: RecordSide
  private let path: [String]
  private let replacesNulls: Bool

  init(_ side: RecordSide, _ options: inout TransformOptions) throws(TransformError) {
    self.side = side
    let field = try options.required("field")
    switch (options.text("field.syntax.version") ?? "V1").uppercased() {
    case "V1": path = [field]
    case "V2":
      guard !field.contains("`") else {
        throw TransformError(.unsupported, "'field' may not have backticks; name it in 'field.syntax.version' V1")
      }
      path = field.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    default: throw TransformError(.configuration, "'field.syntax.version' is none of V1, V2")
    }
    replacesNulls = try options.flag("replace.null.with.default", default: true)
  }

  func apply(_ record: EventRecord) throws(TransformError) -> EventRecord? {
    guard var schema = record[side]?.schema else {
      guard record[side]?.isNull ?? true else {
        throw TransformError(.event, "ExtractField needs a struct; keep other records away from it by a predicate")
      }
      return record
    }
    var payload = record[side]?.payload ?? .null
    for (step, name) in path.enumerated() {
      guard let place = schema.index(of: name) else {
        throw TransformError(.event, "there is no field '\(path.joined(separator: "."))'")
      }
      if !payload.isNull {
        payload = try EventValue(schema, payload).members(for: "ExtractField").values[place]
      }
      schema = schema.fields[place].schema
      if step == path.count - 1, replacesNulls, !(record[side]?.isNull ?? true) {
        payload = payload.orDefault(of: schema)
      }
    }
    var record = record
    record[side] = EventValue(schema, payload)
    return record
  }
}
