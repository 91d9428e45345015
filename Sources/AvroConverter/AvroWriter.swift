public import Decoder
internal import Events

/// Writes payloads of one schema as Confluent's wire format has them: a zero byte, the schema's number in four bytes,
/// the value in Avro's binary form.
///
/// Source: Confluent documentation, "Formats, Serializers, and Deserializers", "Wire format".
public final class AvroWriter: Sendable {
  /// The schema's number in the registry.
  public let id: Int32
  /// The subject under which the schema stands.
  public let subject: String
  private let plan: WritePlan

  /// A writer for payloads of `schema`, which the registry knows by `id`.
  /// - Parameter written: the type to write; that of the schema unless the registry's latest is to be used.
  init(
    id: Int32, subject: String, _ schema: ConnectSchema, own: AvroType, written: AvroType, _ settings: AvroSettings
  ) throws(AvroError) {
    self.id = id
    self.subject = subject
    plan = try WritePlan(schema, own: own, written: written, settings)
  }

  /// Adds one message. A payload that is null has none: the message itself is null then, which the caller sees.
  /// - Throws: `AvroError` for a payload that does not fit the schema; the buffer is then as before.
  public func append(_ json: RawSpan, to buffer: inout OutputBuffer) throws(AvroError) {
    let start = buffer.count
    buffer.reserve(json.byteCount / 2 &+ 16)
    buffer.append(0)
    buffer.appendBigEndian(id)
    do {
      try plan.append(json, to: &buffer)
    } catch {
      buffer.truncate(to: start)
      throw AvroError(error.kind, "\(subject): \(error.message)", advice: error.advice)
    }
  }
}
