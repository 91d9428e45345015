internal import AvroConverter
internal import Events

/// Makes what goes over the wire out of the texts that the encoder rendered.
enum RecordConverter {
  case text
  case avro(AvroConverter)

  init(_ form: RecordForm, _ registry: SchemaRegistry?) {
    guard case .avro(let settings) = form, let registry else {
      self = .text
      return
    }
    self = .avro(AvroConverter(settings, registry: registry))
  }

  /// Prepares for the keys or values of a topic; nil where they stay as they are.
  func writer(for schema: ConnectSchema?, topic: String, isKey: Bool) async throws -> AvroWriter? {
    guard case .avro(var converter) = self, let schema else { return nil }
    return try await converter.writer(for: schema, topic: topic, isKey: isKey)
  }
}
