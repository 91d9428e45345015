internal import Decoder
internal import PGReplication
internal import Pipeline

/// A table prepared for its events: everything that is the same for each of them, rendered once.
///
/// Source: Debezium documentation, PostgreSQL connector, "Data change events".
final class TableShape: Sendable {
  let plan: RelationPlan
  let topic: String
  /// `schema.table`, as transaction metadata calls it.
  let collection: String
  /// The row.
  let row: FieldLayout
  /// The key.
  let key: FieldLayout
  /// The key as headers show it.
  let headerKey: FieldLayout
  /// Whether events have a key.
  let hasKey: Bool
  let keySchema: ConnectSchema?
  let envelope: ConnectSchema
  /// `,"physical table":"…"` at the end of a key, where several tables share a topic.
  let keyTail: [UInt8]

  /// `{"topic":…,"partition":null,"key":` and, where the key carries its schema, `{"schema":…,"payload":`.
  let head: [UInt8]
  /// The same for events without a key.
  let keylessHead: [UInt8]
  /// What ends the key and leads to the value's payload.
  let valueOpen: [UInt8]
  /// What ends the key and makes the value null.
  let tombstone: [UInt8]
  /// The same two for events without a key.
  let keylessValueOpen: [UInt8]
  let keylessTombstone: [UInt8]
  /// What ends a value and leads to the headers.
  let valueClose: [UInt8]
  /// `{"schema":…,"payload":` of a key in a header.
  let headerKeyOpen: [UInt8]
  /// `,"schema":…,"table":…,"txId":` of the source block.
  let source: [UInt8]
  /// The table's events as records.
  let shape: EventShape

  init(
    _ plan: RelationPlan, _ facts: RelationFacts, _ names: EventNames, _ settings: EventSettings,
    _ origin: ValueOrigin
  ) {
    self.plan = plan
    let relation = plan.relation
    topic = names.topic(schema: relation.schema, table: relation.name)
    collection = "\(relation.schema).\(relation.name)"
    row = FieldLayout(TableShape.columns(plan, facts, names, settings, origin))
    key = FieldLayout(TableShape.key(plan, facts, names, settings, origin))
    headerKey = FieldLayout(TableShape.key(plan, facts, names, settings, origin, inHeader: true))
    var fields = key.schemas
    var tail = OutputBuffer(capacity: 64)
    // With tables routed to one topic, a table without a key of its own still tells which it was.
    if let field = names.physicalTableField,
      let table = names.physicalTable(schema: relation.schema, table: relation.name)
    {
      fields.append(.init(field, ConnectSchema(.string)))
      if !key.isEmpty { tail.append(UInt8(ascii: ",")) }
      tail.appendJSONString(field)
      tail.append(UInt8(ascii: ":"))
      tail.appendJSONString(table)
    }
    keyTail = tail.array
    // A key whose columns are all of types without events is a key without fields.
    hasKey = !fields.isEmpty || !TableShape.keyNames(plan, facts, settings).isEmpty
    keySchema = !hasKey ? nil : ConnectSchema(.structure, name: names.keySchemaName(topic: topic), fields: fields)
    let rowSchema = ConnectSchema(
      .structure, optional: true, name: names.valueSchemaName(topic: topic),
      doc: settings.values.includesComments && !settings.values.quirks ? facts.relation?.comment : nil,
      fields: row.schemas)
    envelope = EnvelopeSchema.make(names.envelopeSchemaName(topic: topic), row: rowSchema)

    var text = OutputBuffer(capacity: 1024)
    text.append(literal: "{\"topic\":")
    text.appendJSONString(topic)
    text.append(literal: ",\"partition\":null,\"key\":")
    shape = EventShape(
      topic: topic, keySchema: keySchema, valueSchema: envelope, table: (relation.schema, relation.name),
      keyStart: text.count)
    keylessHead = text.array + Array("null".utf8)
    if settings.keySchemas { text.appendOpen(keySchema) }
    head = text.array
    text.clear()
    if settings.valueSchemas { text.appendOpen(envelope) }
    let open = text.array
    let keyClose = settings.keySchemas ? "}" : ""
    valueOpen = Array("\(keyClose),\"value\":".utf8) + open
    keylessValueOpen = Array(",\"value\":".utf8) + open
    tombstone = Array("\(keyClose),\"value\":null,\"headers\":".utf8)
    keylessTombstone = Array(",\"value\":null,\"headers\":".utf8)
    valueClose = Array("\(settings.valueSchemas ? "}" : ""),\"headers\":".utf8)
    text.clear()
    if settings.headerSchemas { text.appendOpen(keySchema) }
    headerKeyOpen = text.array
    text.clear()
    text.append(literal: ",\"schema\":")
    text.appendJSONString(relation.schema)
    text.append(literal: ",\"table\":")
    text.appendJSONString(relation.name)
    text.append(literal: ",\"txId\":")
    source = text.array
  }

  /// What the catalogue and the stream say of a column, for its conversion.
  private struct Described {
    let index: Int?
    let isIdentity: Bool
    let description: ColumnDescription
  }

  private static func described(
    _ plan: RelationPlan, _ facts: RelationFacts, _ settings: EventSettings, _ origin: ValueOrigin
  ) -> [Described] {
    plan.relation.columns.enumerated().map { index, column in
      // Debezium does not look a column up that it leaves out, though the key may hold it.
      let isLookedUp = origin == .snapshot || !settings.values.quirks || plan.columns[index].isCaptured
      let known = isLookedUp ? facts.relation?.columns.first { $0.name == column.name } : nil
      return Described(
        index: index, isIdentity: column.isIdentity,
        description: ColumnDescription(
          name: column.name, type: column.type, modifier: column.modifier, isOptional: !(known?.isNotNull ?? false),
          defaultExpression: known?.defaultExpression, generation: known?.generation ?? .none, comment: known?.comment))
    }
  }

  private static func columns(
    _ plan: RelationPlan, _ facts: RelationFacts, _ names: EventNames, _ settings: EventSettings, _ origin: ValueOrigin
  ) -> [FieldLayout.Column] {
    described(plan, facts, settings, origin).compactMap { column in
      let name = names.field(column.description.name)
      guard let index = column.index, plan.columns[index].isCaptured,
        let converter = ColumnConverter(
          column.description, in: (plan.relation.schema, plan.relation.name), types: facts.types,
          settings: settings.values, fieldName: name, role: .value, origin: origin)
      else { return nil }
      return FieldLayout.Column(index: index, isIdentity: column.isIdentity, name: name, converter: converter)
    }
  }

  /// The chosen columns, else the primary key's, else those of a unique index.
  private static func keyNames(_ plan: RelationPlan, _ facts: RelationFacts, _ settings: EventSettings) -> [String] {
    let relation = plan.relation
    if let chosen = settings.keyColumns(relation.schema, relation.name, relation.columns.map(\.name)) { return chosen }
    if let primary = facts.relation?.primaryKey, !primary.isEmpty { return primary }
    return facts.relation?.uniqueKey ?? []
  }

  private static func key(
    _ plan: RelationPlan, _ facts: RelationFacts, _ names: EventNames, _ settings: EventSettings, _ origin: ValueOrigin,
    inHeader: Bool = false
  ) -> [FieldLayout.Column] {
    let relation = plan.relation
    let wanted = keyNames(plan, facts, settings)
    let columns = described(plan, facts, settings, origin)
    var values = settings.values
    values.replacesNullWithDefault =
      inHeader ? settings.headerReplacesNullWithDefault : settings.keyReplacesNullWithDefault
    values.decimalsAsNumbers = inHeader ? settings.headerDecimalsAsNumbers : settings.keyDecimalsAsNumbers
    return wanted.compactMap { name in
      guard let column = columns.first(where: { $0.description.name == name }) else { return nil }
      let field = names.field(name)
      guard
        let converter = ColumnConverter(
          column.description, in: (relation.schema, relation.name), types: facts.types, settings: values,
          fieldName: field, role: .key, origin: origin)
      else { return nil }
      return FieldLayout.Column(index: column.index, isIdentity: column.isIdentity, name: field, converter: converter)
    }
  }
}

/// The schema around a row: what happened to it, where and when.
///
/// Source: Debezium documentation, PostgreSQL connector, "Change event values".
enum EnvelopeSchema {
  /// `transaction`, the place in the open transaction.
  static let transaction = ConnectSchema(
    .structure, optional: true, name: "event.block", version: 1,
    fields: [
      .init("id", ConnectSchema(.string)), .init("total_order", ConnectSchema(.int64)),
      .init("data_collection_order", ConnectSchema(.int64)),
    ])

  static func make(_ name: String, row: ConnectSchema) -> ConnectSchema {
    ConnectSchema(
      .structure, name: name, version: 2,
      fields: [
        .init("before", row), .init("after", row), .init("source", SourceBlock.schema),
        .init("transaction", transaction), .init("op", ConnectSchema(.string)),
        .init("ts_ms", ConnectSchema(.int64, optional: true)), .init("ts_us", ConnectSchema(.int64, optional: true)),
        .init("ts_ns", ConnectSchema(.int64, optional: true)),
      ])
  }
}

extension OutputBuffer {
  /// `{"schema":…,"payload":`
  mutating func appendOpen(_ schema: ConnectSchema?) {
    append(literal: "{\"schema\":")
    if let schema { schema.append(to: &self) } else { append(literal: "null") }
    append(literal: ",\"payload\":")
  }
}
