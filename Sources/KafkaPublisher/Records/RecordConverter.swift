internal import AvroConverter
internal import Decoder
internal import Events

/// Makes what goes over the wire out of the texts that the encoder rendered.
enum RecordConverter {
  case text
  case avro(AvroConverter)

  init(_ form: RecordForm, _ registry: SchemaRegistry?) {
    switch form {
    case .avro(let settings) where registry != nil:
      // The condition says that there is one.
      self = registry.map { .avro(AvroConverter(settings, registry: $0)) } ?? .text
    case .text, .avro: self = .text
    }
  }

  /// Prepares for the keys or values of a topic; nil where they stay as they are.
  mutating func writer(for schema: ConnectSchema?, topic: String, isKey: Bool) async throws(RegistryError)
    -> AvroWriter?
  {
    guard case .avro(var converter) = self, let schema else { return nil }
    defer { self = .avro(converter) }
    return try await converter.writer(for: schema, topic: topic, isKey: isKey)
  }
}
