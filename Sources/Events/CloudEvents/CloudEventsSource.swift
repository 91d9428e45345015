internal import Decoder

/// A schema of source blocks: where its members stand, and what they are called as extension attributes.
struct CloudEventsSource: Sendable {
  /// A member as an attribute.
  struct Attribute: Sendable {
    /// `,"iodebezium…":`
    let opening: [UInt8]
    /// Whether it is a number that becomes text.
    let isQuoted: Bool
    /// What stands for null.
    let schema: ConnectSchema
  }

  /// The attributes of the members, in their order; nil where one cannot be an attribute.
  let attributes: [Attribute]?
  let connector: Int
  let name: Int
  let milliseconds: Int
  let lsn: Int
  let transaction: Int
  let sequence: Int

  /// - Throws: ``TransformError`` for a schema without what every CloudEvent tells.
  init(_ schema: ConnectSchema) throws(TransformError) {
    connector = try Self.place("connector", .string, schema)
    name = try Self.place("name", .string, schema)
    milliseconds = try Self.place("ts_ms", .int64, schema)
    lsn = try Self.place("lsn", nil, schema)
    transaction = try Self.place("txId", nil, schema)
    sequence = try Self.place("sequence", nil, schema)
    attributes = try? schema.fields.map(Self.attribute)
  }

  /// The attributes of a transaction block's members.
  static let transaction = EnvelopeSchema.transaction.fields.compactMap { field in
    try? attribute(.init("tx" + field.name, field.schema))
  }

  private static func place(
    _ name: String, _ kind: ConnectSchema.Kind?, _ schema: ConnectSchema
  ) throws(TransformError) -> Int {
    guard let place = schema.index(of: name), kind == nil || schema.fields[place].schema.kind == kind else {
      throw TransformError(
        .event, "the source block has no '\(name)' as Debezium's has it: keep transforms away from it")
    }
    return place
  }

  private static func attribute(_ field: ConnectSchema.Field) throws(TransformError) -> Attribute {
    switch field.schema.kind {
    case .boolean, .int8, .int16, .int32, .int64, .string: break
    case .float, .double, .bytes, .array, .map, .structure:
      throw TransformError(.event, "field '\(field.name)' of the source block cannot be an attribute")
    }
    var text = OutputBuffer(capacity: 64)
    text.append(UInt8(ascii: ","))
    text.appendJSONString("iodebezium" + field.name.filter { $0.isASCII && ($0.isLetter || $0.isNumber) })
    text.append(UInt8(ascii: ":"))
    return Attribute(opening: text.array, isQuoted: field.schema.kind == .int64, schema: field.schema)
  }
}
