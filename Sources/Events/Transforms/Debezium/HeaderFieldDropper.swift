internal import Decoder

/// Drops the fields that a header lists, as `drop.fields.header.name` asks.
///
/// Source: Debezium documentation, "New Record State Extraction", `drop.fields.header.name`.
struct HeaderFieldDropper: Sendable {
  private struct Choice: Hashable {
    let schema: ObjectIdentifier
    let dropped: [String]
  }

  private let header: String
  private let fromKey: Bool
  /// Only fields that may be null are dropped, so that readers of the old schema still understand.
  private let keepsCompatible: Bool
  private var made: [Choice: (source: ConnectSchema, replaced: FieldReplacement)] = [:]

  /// Reads the options; nil if no header is named.
  init?(_ options: inout TransformOptions) throws(TransformError) {
    let name = options.text("drop.fields.header.name")
    fromKey = try options.flag("drop.fields.from.key", default: false)
    keepsCompatible = try options.flag("drop.fields.keep.schema.compatible", default: true)
    guard let name, !name.trimmed.isEmpty else { return nil }
    header = name
  }

  /// Whether the record has the header with something in it.
  func isCalledFor(_ record: EventRecord) -> Bool {
    record.headers.contains { $0.name == header && !$0.value.isNull }
  }

  /// Drops the fields from the value and, if asked for, from the key.
  mutating func drop(_ record: inout EventRecord) throws(TransformError) {
    guard let value = record.headers.first(where: { $0.name == header })?.value, case .text(let text) = value.payload
    else { return }
    guard value.schema?.kind == .array, case .array(let items)? = JSONDocument(text) else {
      throw TransformError(.event, "header '\(header)' is not a list of fields")
    }
    let names = items.compactMap(\.string)
    guard !names.isEmpty else { return }
    if fromKey, let key = record.key, !key.isNull { record.key = try dropping(names, from: key) }
    guard let row = record.value else {
      if keepsCompatible { throw TransformError(.event, "there is no value to drop fields from") }
      return
    }
    if !row.isNull { record.value = try dropping(names, from: row) }
  }

  private mutating func dropping(_ names: [String], from value: EventValue) throws(TransformError) -> EventValue {
    let (schema, members) = try value.members(for: "'drop.fields.header.name'")
    let dropped =
      keepsCompatible
      ? schema.fields.filter { $0.schema.isOptional && names.contains($0.name) }.map(\.name) : names
    guard !dropped.isEmpty else { return value }
    let choice = Choice(schema: ObjectIdentifier(schema), dropped: dropped)
    let replacement: FieldReplacement
    if let known = made[choice] {
      replacement = known.replaced
    } else {
      if made.count >= 1000 { made.removeAll() }
      replacement = try FieldReplacement(schema) { dropped.contains($0) ? nil : $0 }
      made[choice] = (schema, replacement)
    }
    return replacement.apply(members, schema, replacingNulls: true)
  }
}
