/// Leaves fields out, or renames them.
///
/// Source: Apache Kafka documentation, Connect, `ReplaceField`.
struct ReplaceField: Transform {
  private let side: RecordSide
  private let excluded: Set<String>
  private let included: Set<String>
  private let renames: [String: String]
  private let replacesNulls: Bool
  private var replacements = DerivedSchemas<FieldReplacement>()

  init(_ side: RecordSide, _ options: inout TransformOptions) throws(TransformError) {
    self.side = side
    excluded = Set(options.list("exclude"))
    included = Set(options.list("include"))
    var renames: [String: String] = [:]
    for rename in options.list("renames") {
      let parts = rename.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[1].isEmpty else {
        throw TransformError(.configuration, "'\(rename)' in 'renames' is not old:new")
      }
      renames[String(parts[0])] = String(parts[1])
    }
    self.renames = renames
    replacesNulls = try options.flag("replace.null.with.default", default: true)
  }

  mutating func apply(_ record: EventRecord) throws(TransformError) -> EventRecord? {
    guard let value = record[side], !value.isNull else { return record }
    let (schema, members) = try value.members(for: "ReplaceField")
    let (excluded, included, renames) = (excluded, included, renames)
    let replacement = try replacements.derived(from: schema) { schema throws(TransformError) in
      try FieldReplacement(schema) { name in
        guard !excluded.contains(name), included.isEmpty || included.contains(name) else { return nil }
        return renames[name] ?? name
      }
    }
    var record = record
    record[side] = replacement.apply(members, schema, replacingNulls: replacesNulls)
    return record
  }
}
