public import Events

/// Gives out writers for keys and values: a schema is converted and registered once for each subject.
public struct AvroConverter: Sendable {
  private struct Entry: Sendable {
    /// Held so that its identity belongs to no other.
    let schema: ConnectSchema
    let topic: String
    let isKey: Bool
    let writer: AvroWriter
  }

  private let settings: AvroSettings
  private let registry: SchemaRegistry
  /// By the schema; mostly for one topic.
  private var entries: BoundedCache<ObjectIdentifier, [Entry]>

  /// A converter that asks `registry`, which stays the caller's to close.
  public init(_ settings: AvroSettings, registry: SchemaRegistry) {
    self.settings = settings
    self.registry = registry
    entries = BoundedCache(capacity: settings.schemaCacheSize)
  }

  /// The writer for a schema that was asked for before.
  public func known(_ schema: ConnectSchema, topic: String, isKey: Bool) -> AvroWriter? {
    guard let entries = entries[ObjectIdentifier(schema)] else { return nil }
    for entry in entries where entry.isKey == isKey && entry.topic == topic { return entry.writer }
    return nil
  }

  /// The writer for a schema; asks the registry when it is a new one.
  /// - Throws: `AvroError` for a schema that Avro or the registered one cannot hold, `RegistryError` for what the
  ///   registry refuses or when none can be reached.
  public mutating func writer(for schema: ConnectSchema, topic: String, isKey: Bool) async throws -> AvroWriter {
    if let writer = known(schema, topic: topic, isKey: isKey) { return writer }
    let avro = try AvroSchema(schema, settings)
    let subject = try settings.subject(of: avro, topic: topic, isKey: isKey)
    let writer: AvroWriter
    if settings.useLatestVersion, !settings.autoRegister {
      let latest = try await registry.latest(subject)
      let written = try AvroType(parsing: latest.text)
      let obstacles =
        settings.latestCompatibilityStrict ? AvroResolution.obstacles(reader: written, writer: avro.type) : []
      guard obstacles.isEmpty else {
        throw RegistryError(
          .incompatible, "the latest schema cannot read the events: \(obstacles.joined(separator: "; "))",
          subject: subject)
      }
      writer = try AvroWriter(
        id: latest.id, subject: subject, schema, own: avro.type, written: written, settings)
    } else {
      let id = try await registry.id(of: avro, subject: subject)
      writer = try AvroWriter(id: id, subject: subject, schema, own: avro.type, written: avro.type, settings)
    }
    let identity = ObjectIdentifier(schema)
    let entry = Entry(schema: schema, topic: topic, isKey: isKey, writer: writer)
    // Topics made by rules may be many for one schema.
    let others = (entries[identity] ?? []).suffix(63)
    entries.insert(others + [entry], for: identity)
    return writer
  }
}

extension AvroSettings {
  /// The subject of a schema.
  func subject(of schema: AvroSchema, topic: String, isKey: Bool) throws(AvroError) -> String {
    try (isKey ? keySubjectNames : valueSubjectNames).subject(of: schema, topic: topic, isKey: isKey)
  }
}
