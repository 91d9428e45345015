internal import Decoder
public import Events

/// An Avro schema made from one of Connect.
///
/// Its text is, byte for byte, what `io.confluent.connect.avro.AvroConverter` registers for the same events, so that a
/// registry gives it the number it gave that converter's.
public struct AvroSchema: Sendable {
  /// The schema as JSON.
  public let text: String
  /// The parsed schema.
  let type: AvroType

  /// The schema for events with a schema of Connect.
  /// - Throws: `AvroError` for names, parameters or nesting that Avro cannot hold, and for one name with two meanings.
  public init(_ schema: ConnectSchema, _ settings: AvroSettings) throws(AvroError) {
    var builder = AvroSchemaBuilder(settings)
    try self.init(builder.type(of: schema))
  }

  init(_ type: AvroType) throws(AvroError) {
    self.type = type
    var writer = AvroSchemaText()
    try writer.append(type)
    text = writer.text
  }

  /// The full name of a record; nil for another type.
  public var name: String? {
    guard case .record(let name, _) = type.shape else { return nil }
    return name.full
  }
}
