/// How Debezium's `CloudEventsConverter` writes values: JSON in structured mode.
///
/// `json.schemas.enable`, `json.replace.null.with.default` and `json.decimal.format` say of the data what the settings of
/// the same name without `json.` say of values that `JsonConverter` writes: ``EventSettings/valueSchemas``,
/// ``ValueSettings/replacesNullWithDefault``, ``ValueSettings/decimalsAsNumbers``.
///
/// Source: Debezium documentation, "Emitting Debezium change event records in CloudEvents format".
public struct CloudEventsSettings: Hashable, Sendable {
  /// The converter's class.
  public static let className = "io.debezium.converters.CloudEventsConverter"

  /// `extension.attributes.enable`: operation, source block and transaction as `iodebezium…` attributes.
  public private(set) var extensionAttributes = true
  /// `opentelemetry.tracing.attributes.enable`: the attribute `traceparent`, from the header of that name.
  public private(set) var tracingAttributes = false
  /// `schema.data.name.source.header.enable`: the name of the data's schema may come from a header.
  public private(set) var dataSchemaNameFromHeader = false
  /// `metadata.source`.
  let metadata: CloudEventsMetadata

  /// Whether headers are read, for which they need their schemas.
  public var readsHeaders: Bool {
    metadata.envelope == .header || metadata.id == .header || metadata.type == .header || tracingAttributes
      || dataSchemaNameFromHeader && metadata.dataSchemaName == .header
  }

  private enum Serializer: String, CaseIterable { case json, avro }

  /// Reads the properties that begin with `value.converter.`, or else `converter.`.
  ///
  /// - Throws: ``CloudEventsError`` for one that is not supported, unknown or cannot be read.
  public init(properties: [String: String]) throws(CloudEventsError) {
    // Those of `converter` may be meant for the converters of keys and headers.
    let common = Self.own.compactMap { name in properties["converter.\(name)"].map { ("value.converter.\(name)", $0) } }
    let own = properties.filter { $0.key.hasPrefix("value.converter.") }
    var options = TransformOptions(
      Dictionary(common) { $1 }.merging(own) { $1 }, prefix: "value.converter.", besides: Self.ofJSON)
    do throws(TransformError) {
      let serializers = [
        try options.choice("serializer.type", default: Serializer.json),
        try options.choice("data.serializer.type", default: Serializer.json),
      ]
      if serializers.contains(.avro) {
        throw TransformError(
          .unsupported, "'serializer.type' and 'data.serializer.type' avro are not supported: set them to json")
      }
      extensionAttributes = try options.flag("extension.attributes.enable", default: true)
      tracingAttributes = try options.flag("opentelemetry.tracing.attributes.enable", default: false)
      dataSchemaNameFromHeader = try options.flag("schema.data.name.source.header.enable", default: false)
      // Both are about the name of the event's own schema, which JSON does not show.
      _ = try options.choice("schema.name.adjustment.mode", default: NameSettings.Adjustment.avro)
      _ = options.text("schema.cloudevents.name")
    } catch { throw CloudEventsError(error.reason) }
    metadata = try CloudEventsMetadata(options.text("metadata.source") ?? CloudEventsMetadata.standard)
    do throws(TransformError) { try options.refuseUnknown() } catch { throw CloudEventsError(error.reason) }
    guard !tracingAttributes || metadata.traceParent == .header else {
      throw CloudEventsError(
        "'opentelemetry.tracing.attributes.enable' needs traceparent:header in 'metadata.source', as no value holds it")
    }
  }

  private static let own = [
    "serializer.type", "data.serializer.type", "extension.attributes.enable",
    "opentelemetry.tracing.attributes.enable", "schema.data.name.source.header.enable", "schema.name.adjustment.mode",
    "schema.cloudevents.name", "metadata.source",
  ]
  /// What others read, or nobody: those without `json.` are of `JsonConverter` alone.
  private static let ofJSON: Set<String> = [
    "schemas.enable", "replace.null.with.default", "decimal.format", "schemas.cache.size", "json.schemas.enable",
    "json.replace.null.with.default", "json.decimal.format", "json.schemas.cache.size",
  ]
}
