internal import Decoder

/// Makes of an insert into an outbox table the event that the row describes.
///
/// Source: Debezium documentation, "Outbox Event Router".
struct OutboxEventRouter: Transform {
  /// A row of the outbox table.
  private struct Row {
    let schema: ConnectSchema
    let members: [EventValue.Payload]

    /// A column's value, its default in place of null.
    func value(_ field: String) throws(TransformError) -> EventValue {
      guard let place = schema.index(of: field) else {
        throw TransformError(.event, "the outbox table has no column '\(field)'")
      }
      let schema = schema.fields[place].schema
      return EventValue(schema, members[place].orDefault(of: schema))
    }

    /// A text column's value as it is.
    func string(_ field: String) throws(TransformError) -> String? {
      let place = try place(field)
      return try members[place].string(schema.fields[place].schema, field: field)
    }

    /// An integer column's value as it is.
    func integer(_ field: String, _ kind: ConnectSchema.Kind) throws(TransformError) -> Int64? {
      let place = try place(field)
      return try members[place].integer(schema.fields[place].schema, kind, field: field)
    }

    private func place(_ field: String) throws(TransformError) -> Int {
      if let place = schema.index(of: field) { return place }
      throw TransformError(.event, "the outbox table has no column '\(field)'")
    }
  }

  private let options: OutboxOptions
  /// Debezium finds a value's schema by the payload's alone, or by the version alone where there is one: the name holds
  /// the topic of the first event.
  private var byPayload: [[UInt8]: ConnectSchema] = [:]
  private var byVersion: [Int64: ConnectSchema] = [:]

  init(_ options: inout TransformOptions) throws(TransformError) { self.options = try OutboxOptions(&options) }

  mutating func apply(_ record: EventRecord) throws(TransformError) -> EventRecord? {
    guard !record.isTombstone else { return nil }
    guard record.isEnvelope else { return record }
    let (schema, event) = try record.value.members(for: "EventRouter")
    let envelope = Row(schema: schema, members: event)
    switch try envelope.string("op") {
    case "d": return nil
    case "u":
      guard options.invalidOperation == .fatal else { return nil }
      throw TransformError(.event, "an outbox row was updated, and 'table.op.invalid.behavior' is fatal")
    default: break
    }
    let (rowSchema, members) = try envelope.value("after").members(for: "EventRouter")
    return try routed(record, Row(schema: rowSchema, members: members), envelope)
  }

  private mutating func routed(
    _ record: EventRecord, _ row: Row, _ envelope: Row
  ) throws(TransformError) -> EventRecord {
    var record = record
    let original = try row.value(options.payload)
    record.timestamp = try timestamp(row, envelope)
    record.headers.append(.init("id", try row.value(options.id)))
    let payload = try expanded(original)
    guard let routedValue = try row.string(options.routeField) else {
      throw TransformError(.event, "column '\(options.routeField)' is null, so there is no topic to route to")
    }
    record.value = options.isBare ? payload : try enveloped(payload, row, routedValue)
    record.partition = nil
    for addition in options.additions {
      if options.missingField == .ignore, row.schema.index(of: addition.field) == nil { continue }
      switch addition.placement {
      case .envelope: break
      case .header: record.headers.append(.init(addition.alias, try row.value(addition.field)))
      case .partition: record.partition = try row.integer(addition.field, .int32).flatMap { Int32(exactly: $0) }
      }
    }
    if options.tombstones, try isEmpty(payload) { record.value = nil }
    record.key = try row.value(options.key)
    record.topic = options.topics(routedValue) ?? routedValue
    return record
  }

  /// Null, or a text without anything but blanks and control characters.
  private func isEmpty(_ payload: EventValue) throws(TransformError) -> Bool {
    guard let schema = payload.schema, schema.kind == .string else { return payload.isNull }
    guard let text = try payload.payload.string(schema, field: options.payload) else { return true }
    return text.unicodeScalars.allSatisfy { $0.value <= 0x20 }
  }

  private func timestamp(_ row: Row, _ envelope: Row) throws(TransformError) -> Int64? {
    let handled = try envelope.integer("ts_ms", .int64)
    guard let field = options.timestamp else { return handled }
    let value = try row.integer(field, .int64)
    guard let value else { return handled }
    switch try row.value(field).schema?.name {
    case "io.debezium.time.Timestamp": return value
    case "io.debezium.time.MicroTimestamp": return value / 1000
    case "io.debezium.time.NanoTimestamp": return value / 1_000_000
    default: throw TransformError(.event, "column '\(field)' is no timestamp in milli-, micro- or nanoseconds")
    }
  }

  /// The payload as a struct, if that is wanted and it is a JSON object; what cannot be expanded stays as it is.
  private func expanded(_ payload: EventValue) throws(TransformError) -> EventValue {
    guard let expansion = options.expansion, let schema = payload.schema, schema.kind == .string,
      let text = try payload.payload.string(schema, field: options.payload), let first = text.first,
      first == "{" || first == "[", let document = JSONDocument(Array(text.utf8)),
      let guessed = try? expansion.schema(document, key: options.payload)
    else { return payload }
    guard guessed.kind == .structure else {
      throw TransformError(.event, "the JSON payload is an array, which cannot be expanded")
    }
    return EventValue(guessed, try expansion.payload(document, guessed))
  }

  /// The payload with the columns that are placed beside it.
  private mutating func enveloped(
    _ payload: EventValue, _ row: Row, _ routedValue: String
  ) throws(TransformError) -> EventValue {
    guard let payloadSchema = payload.schema else { throw TransformError(.event, "the payload has no schema") }
    let additions = options.additions.filter { addition in
      addition.placement == .envelope
        && (options.missingField == .error || row.schema.index(of: addition.field) != nil)
    }
    var fields = [ConnectSchema.Field("payload", payloadSchema)]
    var members = [payload.payload]
    for addition in additions {
      let value = try row.value(addition.field)
      if let schema = value.schema { fields.append(.init(addition.alias, schema)) }
      members.append(value.payload)
    }
    let schema = try schema(fields, payloadSchema, row, routedValue)
    guard schema.fields.count == members.count, schema.fields[0].schema.text == payloadSchema.text else {
      throw TransformError(.event, "the payload differs from that of an earlier event of the same version")
    }
    return EventValue(schema, .structure(members))
  }

  private mutating func schema(
    _ fields: [ConnectSchema.Field], _ payload: ConnectSchema, _ row: Row, _ routedValue: String
  ) throws(TransformError) -> ConnectSchema {
    let basis = ConnectSchema(.structure, name: Self.schemaName(row.schema.name, routedValue))
    if let field = options.schemaVersion {
      let version = try row.integer(field, .int32)
      // Debezium keeps a schema of no version for null.
      let key = version ?? .min
      if let known = byVersion[key] { return known }
      let made = try basis.with(version: .some(version.map { Int($0) })).copiedBasics(fields: fields)
      byVersion[key] = made
      return made
    }
    if let known = byPayload[payload.text] { return known }
    if byPayload.count >= 10_000 { byPayload.removeAll() }
    let made = try basis.copiedBasics(fields: fields)
    byPayload[payload.text] = made
    return made
  }

  /// The routed value put before the last part of the table's schema name.
  private static func schemaName(_ name: String?, _ routedValue: String) -> String {
    guard let name else { return routedValue }
    guard let dot = name.lastIndex(of: ".") else { return "\(routedValue).\(name)" }
    return name[...dot] + routedValue + name[dot...]
  }
}
