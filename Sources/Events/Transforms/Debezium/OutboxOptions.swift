/// How the outbox table looks and where its events go.
///
/// Source: Debezium documentation, "Outbox Event Router", "Configuration options".
struct OutboxOptions: Sendable {
  /// `table.op.invalid.behavior`: an update of an outbox row.
  enum InvalidOperation: String, CaseIterable { case warn, error, fatal }
  /// `table.field.additional.missing`.
  enum MissingField: String, CaseIterable { case error, ignore }
  /// Where an additional column goes.
  enum Placement: String, CaseIterable { case header, envelope, partition }

  /// An additional column.
  struct Addition: Sendable {
    let placement: Placement
    let field: String
    let alias: String

    /// Reads `field:placement[:alias]`.
    init(_ text: String) throws(TransformError) {
      let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { String($0).trimmed }
      guard (2...3).contains(parts.count), let placement = Placement(rawValue: parts[1].lowercased()) else {
        throw TransformError(
          .configuration,
          "'\(text)' in 'table.fields.additional.placement' is not column:placement or column:placement:alias, where"
            + " placement is header, envelope or partition")
      }
      self.placement = placement
      field = parts[0]
      alias = parts.count == 3 ? parts[2] : parts[0]
    }
  }

  let id: String
  let key: String
  let payload: String
  let timestamp: String?
  let schemaVersion: String?
  let routeField: String
  let topics: TopicRewriting
  let tombstones: Bool
  let invalidOperation: InvalidOperation
  let missingField: MissingField
  let additions: [Addition]
  /// How JSON payloads are expanded; nil if they are not.
  let expansion: JSONPayload?

  /// Whether the value is the payload alone.
  var isBare: Bool { !additions.contains { $0.placement == .envelope } }

  init(_ options: inout TransformOptions) throws(TransformError) {
    for name in ["tracing.span.context.field", "tracing.operation.name", "tracing.with.context.field.only"] {
      try options.refuse(name, because: "there is no OpenTelemetry here")
    }
    id = options.text("table.field.event.id") ?? "id"
    key = options.text("table.field.event.key") ?? "aggregateid"
    // Debezium has this option and does not use it.
    _ = options.text("table.field.event.type")
    payload = options.text("table.field.event.payload") ?? "payload"
    timestamp = options.text("table.field.event.timestamp")
    schemaVersion = options.text("table.field.event.schema.version")
    routeField = options.text("route.by.field") ?? "aggregatetype"
    topics = try options.rewriting(
      "route.topic.regex", by: "route.topic.replacement",
      default: ("(?<routedByValue>.*)", "outbox.event.${routedByValue}"))
    tombstones = try options.flag("route.tombstone.on.empty.payload", default: false)
    invalidOperation = try options.choice("table.op.invalid.behavior", default: .warn)
    missingField = try options.choice("table.field.additional.missing", default: .error)
    var additions: [Addition] = []
    for text in options.list("table.fields.additional.placement") { additions.append(try Addition(text)) }
    self.additions = additions
    let expands = try options.flag("table.expand.json.payload", default: false)
    let nulls: JSONPayload.NullHandling = try options.choice("table.json.payload.null.behavior", default: .ignore)
    let adjustment: NameSettings.Adjustment = try options.choice(
      "field.name.adjustment.mode", default: NameSettings.Adjustment.none)
    expansion = expands ? JSONPayload(nulls: nulls, adjustment: adjustment) : nil
  }
}
