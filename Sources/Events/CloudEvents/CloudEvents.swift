internal import Decoder

/// Writes values as Debezium's `CloudEventsConverter` does: change events become CloudEvents, JSON in structured mode;
/// records of other kinds lose their value.
///
/// Source: CloudEvents 1.0, "JSON Event Format", section 3; Debezium documentation, "Emitting Debezium change event
/// records in CloudEvents format".
struct CloudEvents: Sendable {
  private let settings: CloudEventsSettings
  private let withSchemas: Bool
  private let replacingNulls: Bool
  private var sources = DerivedSchemas<CloudEventsSource>()
  private var dataSchemas = DerivedSchemas<ConnectSchema>()

  /// - Parameter others: the settings of all converters.
  /// - Throws: ``CloudEventsError`` where headers are needed that cannot be read.
  init(_ settings: CloudEventsSettings, _ others: EventSettings) throws(CloudEventsError) {
    guard others.headerSchemas || !settings.readsHeaders else {
      throw CloudEventsError(
        "'metadata.source' asks for headers, which need their schemas: set header.converter.schemas.enable=true")
    }
    self.settings = settings
    withSchemas = others.valueSchemas
    replacingNulls = others.values.replacesNullWithDefault
  }

  /// Adds the record's value.
  ///
  /// - Returns: Whether it has one; nothing was added if not.
  /// - Throws: ``CloudEventsError`` for a record that Debezium's converter does not take; a part may be in the buffer.
  mutating func append(_ record: EventRecord, to buffer: inout OutputBuffer) throws(CloudEventsError) -> Bool {
    guard let value = record.value, let schema = value.schema, !value.isNull else { return false }
    switch settings.metadata.envelope {
    case .value, .generate:
      guard schema.name != nil else {
        throw CloudEventsError("the value's schema has no name: change events alone can be CloudEvents")
      }
      guard record.isEnvelope else { return false }
    case .header:
      guard record.lastHeader("source") != nil, record.lastHeader("op") != nil else { return false }
    }
    guard case .structure(let members) = value.payload, members.count == schema.fields.count else {
      throw CloudEventsError("the value is no struct: change events alone can be CloudEvents")
    }
    let envelope = CloudEventsEnvelope(record, schema, members, inHeaders: settings.metadata.envelope == .header)
    let block = try envelope.source()
    let source = try source(block.schema)
    try appendAttributes(record, block, source, to: &buffer)
    if settings.extensionAttributes { try appendExtensions(envelope, block.members, source, to: &buffer) }
    buffer.append(literal: ",\"data\":")
    try appendData(record, schema, members, to: &buffer)
    buffer.append(UInt8(ascii: "}"))
    return true
  }

  private func appendAttributes(
    _ record: EventRecord, _ block: CloudEventsEnvelope.Block, _ source: CloudEventsSource,
    to buffer: inout OutputBuffer
  ) throws(CloudEventsError) {
    guard case .text(let connector) = block[source.connector], connector.elementsEqual("\"postgresql\"".utf8) else {
      throw CloudEventsError("the source block's connector is not 'postgresql'")
    }
    buffer.append(literal: "{\"id\":")
    if settings.metadata.id == .header {
      buffer.append(contentsOf: try record.stringHeader("id"))
    } else {
      buffer.append(literal: "\"name:")
      buffer.appendInside(block[source.name])
      buffer.append(literal: ";lsn:")
      buffer.appendInside(block[source.lsn])
      buffer.append(literal: ";txId:")
      buffer.appendInside(block[source.transaction])
      buffer.append(literal: ";sequence:")
      buffer.appendInside(block[source.sequence])
      buffer.append(UInt8(ascii: "\""))
    }
    buffer.append(literal: ",\"source\":\"/debezium/postgresql/")
    buffer.appendInside(block[source.name])
    buffer.append(literal: "\",\"specversion\":\"1.0\",\"type\":")
    if settings.metadata.type == .header {
      buffer.append(contentsOf: try record.stringHeader("type"))
    } else {
      buffer.append(literal: "\"io.debezium.connector.postgresql.DataChangeEvent\"")
    }
    guard case .text(let digits) = block[source.milliseconds], let time = Int(String(decoding: digits, as: UTF8.self))
    else { throw CloudEventsError("the source block has no time") }
    let day = 86_400_000
    buffer.append(literal: ",\"time\":")
    buffer.appendISO(Instant(days: time / day, microseconds: time % day * 1000), digits: 3)
    buffer.append(literal: ",\"datacontenttype\":\"application/json\"")
    guard settings.tracingAttributes else { return }
    buffer.append(literal: ",\"traceparent\":")
    buffer.append(contentsOf: try record.stringHeader("traceparent"))
  }

  private func appendExtensions(
    _ envelope: CloudEventsEnvelope, _ members: [EventValue.Payload], _ source: CloudEventsSource,
    to buffer: inout OutputBuffer
  ) throws(CloudEventsError) {
    guard let attributes = source.attributes else {
      throw CloudEventsError(
        "a field of the source block can be no attribute: take it out, or set extension.attributes.enable=false")
    }
    buffer.append(literal: ",\"iodebeziumop\":")
    buffer.append(contentsOf: try envelope.operation())
    for (attribute, member) in zip(attributes, members) { buffer.append(attribute, member) }
    let transaction = try envelope.transaction()
    for (place, attribute) in CloudEventsSource.transaction.enumerated() {
      buffer.append(attribute, transaction?[place] ?? .null)
    }
  }

  private mutating func appendData(
    _ record: EventRecord, _ schema: ConnectSchema, _ members: [EventValue.Payload], to buffer: inout OutputBuffer
  ) throws(CloudEventsError) {
    let isWhole = settings.metadata.envelope == .header
    var dataSchema = try dataSchema(schema, isWhole: isWhole)
    if settings.dataSchemaNameFromHeader, settings.metadata.dataSchemaName == .header {
      let name = try record.stringHeader("dataSchemaName")
      if withSchemas { dataSchema = dataSchema.with(name: JSONString.decode(name[...])) }
    }
    var data: [EventValue.Payload] = []
    data.reserveCapacity(dataSchema.fields.count)
    for (member, field) in zip(members, schema.fields)
    where isWhole || field.name == "before" || field.name == "after" {
      data.append(member.orDefault(of: field.schema))
    }
    EventValue(dataSchema, .structure(data))
      .append(to: &buffer, withSchema: withSchemas, replacingNulls: replacingNulls)
  }

  private mutating func source(_ schema: ConnectSchema) throws(CloudEventsError) -> CloudEventsSource {
    do throws(TransformError) {
      return try sources.derived(from: schema) { schema throws(TransformError) in try CloudEventsSource(schema) }
    } catch { throw CloudEventsError(error.reason) }
  }

  private mutating func dataSchema(_ schema: ConnectSchema, isWhole: Bool) throws(CloudEventsError) -> ConnectSchema {
    do throws(TransformError) {
      return try dataSchemas.derived(from: schema) { schema throws(TransformError) in
        let fields = isWhole ? schema.fields : schema.fields.filter { $0.name == "before" || $0.name == "after" }
        guard isWhole || fields.map(\.name) == ["before", "after"] else {
          throw TransformError(.event, "a change event lacks 'before' or 'after': keep transforms away from them")
        }
        return ConnectSchema(.structure, name: "io.debezium.connector.postgresql.Data", fields: fields)
      }
    } catch { throw CloudEventsError(error.reason) }
  }
}

extension OutputBuffer {
  /// Adds a string's JSON without its quotes, or another value's text, `null` included.
  fileprivate mutating func appendInside(_ payload: EventValue.Payload) {
    guard case .text(let text) = payload else { return append(literal: "null") }
    let span = text.span
    guard text.count >= 2, text.first == UInt8(ascii: "\"") else { return append(span) }
    append(span.extracting(1..<(text.count - 1)))
  }

  /// Adds a member of a struct as an attribute.
  fileprivate mutating func append(_ attribute: CloudEventsSource.Attribute, _ member: EventValue.Payload) {
    append(contentsOf: attribute.opening)
    guard case .text(let text) = member.orDefault(of: attribute.schema) else { return append(literal: "null") }
    if attribute.isQuoted { append(UInt8(ascii: "\"")) }
    append(text.span)
    if attribute.isQuoted { append(UInt8(ascii: "\"")) }
  }
}
