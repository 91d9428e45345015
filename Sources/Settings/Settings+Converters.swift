extension Settings.Events {
  /// The Java class whose work is done, with the settings that it alone has.
  public enum Form: Sendable, Hashable {
    /// Kafka Connect's `JsonConverter`.
    case json
    /// Confluent's `AvroConverter`; keys and values, with Kafka alone.
    case avro(Avro)
    /// Debezium's `CloudEventsConverter`; values alone.
    case cloudEvents(CloudEvents)

    /// As `name` says: `key.converter`, `value.converter` or `header.converter`.
    init(_ values: Values, _ name: String) {
      switch ConverterClass(rawValue: Values.trimmed(values.text(name))) {
      case .avro: self = .avro(Avro(values, name))
      case .cloudEvents: self = .cloudEvents(CloudEvents(values, name))
      case .json, nil: self = .json
      }
    }
  }

  /// How subjects of the schema registry are called, by the class's simple name.
  public enum SubjectNameStrategy: String, Sendable, CaseIterable {
    /// The topic, with `-key` or `-value`.
    case topic = "TopicNameStrategy"
    /// The record's full name.
    case record = "RecordNameStrategy"
    /// The topic and the record's full name.
    case topicRecord = "TopicRecordNameStrategy"

    static let package = "io.confluent.kafka.serializers.subject."

    init?(className: String) {
      guard className.hasPrefix(Self.package) else { return nil }
      self.init(rawValue: String(className.dropFirst(Self.package.count)))
    }
  }

  /// Settings of Confluent's `AvroConverter`.
  public struct Avro: Sendable, Hashable {
    /// The schema registry.
    public let registry: SchemaRegistry
    /// Whether schemas that the registry has not are registered.
    public let registersSchemas: Bool
    /// Whether, without registering, the subject's latest schema is used.
    public let usesLatestVersion: Bool
    /// Whether the latest schema must be compatible with the event's.
    public let checksLatestVersion: Bool
    /// Whether the registry is asked to normalize schemas.
    public let normalizesSchemas: Bool
    /// How subjects are called.
    public let subjects: SubjectNameStrategy
    /// `enhanced.avro.schema.support`: whether names keep their packages, and enums their symbols.
    public let isEnhanced: Bool
    /// `connect.meta.data`: whether schemas carry Connect's names, versions and parameters.
    public let connectMetadata: Bool
    /// `scrub.invalid.names`: whether what Avro forbids in names is replaced.
    public let scrubsNames: Bool

    init(_ values: Values, _ name: String) {
      registry = SchemaRegistry(values, name)
      registersSchemas = values.boolean("\(name).auto.register.schemas")
      usesLatestVersion = values.boolean("\(name).use.latest.version")
      checksLatestVersion = values.boolean("\(name).latest.compatibility.strict")
      normalizesSchemas = values.boolean("\(name).normalize.schemas")
      let side = name.prefix { $0 != "." }
      let strategy = Values.trimmed(values.text("\(name).\(side).subject.name.strategy"))
      subjects = SubjectNameStrategy(className: strategy) ?? .topic
      isEnhanced = values.boolean("\(name).enhanced.avro.schema.support")
      connectMetadata = values.boolean("\(name).connect.meta.data")
      scrubsNames = values.boolean("\(name).scrub.invalid.names")
    }
  }

  /// Settings of Debezium's `CloudEventsConverter`, which writes JSON with JSON data.
  public struct CloudEvents: Sendable, Hashable {
    /// Whether Debezium's extension attributes are there.
    public let extensionAttributes: Bool
    /// Whether the attributes of OpenTelemetry's tracing are there.
    public let tracingAttributes: Bool
    /// `metadata.source`, its parts in their order, as `value`, `header`, `id:generate`.
    public let metadataSource: [String]
    /// Names of schemas.
    public let schemaNameAdjustment: Adjustment
    /// Name of the CloudEvents' schema; nil for one made of the source's.
    public let schemaName: String?
    /// Whether a header names the schema of the data.
    public let dataSchemaNameFromHeader: Bool
    /// Whether the data carries its schema.
    public let dataSchemas: Bool
    /// Whether null becomes the schema's default in the data.
    public let dataReplacesNullWithDefault: Bool
    /// Whether exact decimals are numbers in the data, not base64 of their bytes.
    public let dataDecimalsAsNumbers: Bool

    init(_ values: Values, _ name: String) {
      extensionAttributes = values.boolean("\(name).extension.attributes.enable")
      tracingAttributes = values.boolean("\(name).opentelemetry.tracing.attributes.enable")
      metadataSource = values.list("\(name).metadata.source")
      schemaNameAdjustment = values.choice("\(name).schema.name.adjustment.mode", .avro)
      schemaName = values.optionalText("\(name).schema.cloudevents.name").map { Values.trimmed($0) }
      dataSchemaNameFromHeader = values.boolean("\(name).schema.data.name.source.header.enable")
      dataSchemas = values.boolean("\(name).json.schemas.enable")
      dataReplacesNullWithDefault = values.boolean("\(name).json.replace.null.with.default")
      dataDecimalsAsNumbers = Values.trimmed(values.text("\(name).json.decimal.format")).lowercased() == "numeric"
    }
  }
}
