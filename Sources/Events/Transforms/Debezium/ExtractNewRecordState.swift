/// Makes of a change event the row after the change.
///
/// Source: Debezium documentation, "New Record State Extraction".
struct ExtractNewRecordState: Transform {
  /// `delete.tombstone.handling.mode`: what becomes of a delete and the tombstone behind it.
  enum DeleteHandling: String, CaseIterable {
    case drop, tombstone, rewrite
    case rewriteWithTombstone = "rewrite-with-tombstone"
    case deleteToTombstone = "delete-to-tombstone"

    /// Whether rows get the field `__deleted`.
    var rewrites: Bool {
      switch self {
      case .rewrite, .rewriteWithTombstone: true
      case .drop, .tombstone, .deleteToTombstone: false
      }
    }
  }

  /// What is worked out once for events of a schema.
  private struct Plan {
    let after: Int
    let before: Int
    let fields: [FieldReference.Place]
    let headers: [(name: String, place: FieldReference.Place)]
    /// The schema of a row passed on, from `after` and from `before`.
    let rowAfter: ConnectSchema
    let rowBefore: ConnectSchema
  }

  let headers = HeaderHandling.addedThenCopied
  private let deletes: DeleteHandling
  private let addedFields: [FieldReference]
  private let addedHeaders: [FieldReference]
  private let routeField: String?
  private let replacesNullWithDefault: Bool
  private var dropper: HeaderFieldDropper?
  private var plans = DerivedSchemas<Plan>()

  init(_ options: inout TransformOptions) throws(TransformError) {
    for legacy in ["drop.tombstones", "delete.handling.mode"] {
      try options.refuse(legacy, because: "Debezium 3 knows 'delete.tombstone.handling.mode' in its place")
    }
    deletes = try options.choice("delete.tombstone.handling.mode", default: .tombstone)
    let fieldPrefix = options.text("add.fields.prefix") ?? "__"
    addedFields = try FieldReference.list(options.text("add.fields"), prefix: fieldPrefix)
    let headerPrefix = options.text("add.headers.prefix") ?? "__"
    addedHeaders = try FieldReference.list(options.text("add.headers"), prefix: headerPrefix)
    routeField = options.text("route.by.field").flatMap { $0.isEmpty ? nil : $0 }
    replacesNullWithDefault = try options.flag("replace.null.with.default", default: true)
    dropper = try HeaderFieldDropper(&options)
  }

  mutating func apply(_ record: EventRecord) throws(TransformError) -> EventRecord? {
    if record.isTombstone {
      guard deletes == .rewriteWithTombstone else { return nil }
      var record = record
      for header in addedHeaders where header.field == "op" {
        record.headers.append(.init(header.newName, EventValue(.string, .string("d"))))
      }
      return record
    }
    guard record.isEnvelope else { return record }
    let (schema, event) = try record.value.members(for: "ExtractNewRecordState")
    let plan = try plan(for: schema)
    var record = record
    for header in plan.headers {
      record.headers.append(.init(header.name, EventValue(header.place.schema, header.place.value(in: event))))
    }
    let after = event[plan.after]
    if !after.isNull { return try row(record, schema, event, plan) }
    // Neither before nor after: a truncate, which is dropped.
    return event[plan.before].isNull ? nil : try deleted(record, schema, event, plan)
  }

  private mutating func row(
    _ record: EventRecord, _ schema: ConnectSchema, _ event: [EventValue.Payload], _ plan: Plan
  ) throws(TransformError) -> EventRecord {
    var record = record
    let rowSchema = schema.fields[plan.after].schema
    try route(&record, by: event[plan.after], rowSchema)
    record.value = try rewritten(event[plan.after], rowSchema, to: plan.rowAfter, "false", event, plan)
    try dropper?.drop(&record)
    return record
  }

  private mutating func deleted(
    _ record: EventRecord, _ schema: ConnectSchema, _ event: [EventValue.Payload], _ plan: Plan
  ) throws(TransformError) -> EventRecord? {
    var record = record
    let rowSchema = schema.fields[plan.before].schema
    switch deletes {
    case .drop: return nil
    case .tombstone: record.value = EventValue(schema.fields[plan.after].schema, .null)
    case .deleteToTombstone: record.value = nil
    case .rewrite, .rewriteWithTombstone: break
    }
    try route(&record, by: event[plan.before], rowSchema)
    guard deletes.rewrites else {
      try dropper?.drop(&record)
      return record
    }
    guard dropper?.isCalledFor(record) ?? false else {
      record.value = try rewritten(event[plan.before], rowSchema, to: plan.rowBefore, "true", event, plan)
      return record
    }
    // Debezium drops fields of a deleted row before it adds others, which therefore cannot be dropped.
    let short = try Self.rowSchema(rowSchema, deletes: deletes, adding: [])
    record.value = try rewritten(event[plan.before], rowSchema, to: short, "true", event, nil)
    try dropper?.drop(&record)
    let (left, members) = try record.value.members(for: "ExtractNewRecordState")
    let added = zip(try addedNames(schema), plan.fields).map { ConnectSchema.Field($0, $1.schema) }
    record.value = EventValue(
      try left.copiedBasics(fields: left.fields + added),
      .structure(members + plan.fields.map { $0.value(in: event) }))
    return record
  }

  /// The row with `__deleted` and the fields of `plan` behind it.
  private func rewritten(
    _ row: EventValue.Payload, _ schema: ConnectSchema, to target: ConnectSchema, _ deleted: String,
    _ event: [EventValue.Payload], _ plan: Plan?
  ) throws(TransformError) -> EventValue {
    var members = try EventValue(schema, row).members(for: "ExtractNewRecordState").values
    if deletes.rewrites {
      if replacesNullWithDefault {
        for (place, field) in schema.fields.enumerated() { members[place] = members[place].orDefault(of: field.schema) }
      }
      members.append(.string(deleted))
    }
    if let plan { members += plan.fields.map { $0.value(in: event) } }
    return EventValue(target, .structure(members))
  }

  private func route(
    _ record: inout EventRecord, by row: EventValue.Payload, _ schema: ConnectSchema
  ) throws(TransformError) {
    guard let routeField else { return }
    let (schema, members) = try EventValue(schema, row).members(for: "'route.by.field'")
    guard let place = schema.index(of: routeField) else {
      throw TransformError(.event, "the row has no field '\(routeField)' to route by")
    }
    let topic = try members[place].string(schema.fields[place].schema, field: routeField)
    if let topic, !topic.trimmed.isEmpty { record.topic = topic }
  }

  private mutating func plan(for envelope: ConnectSchema) throws(TransformError) -> Plan {
    let (fields, headers, deletes) = (addedFields, addedHeaders, deletes)
    return try plans.derived(from: envelope) { envelope throws(TransformError) in
      guard let after = envelope.index(of: "after"), let before = envelope.index(of: "before") else {
        throw TransformError(.event, "the event has no 'before' and 'after'")
      }
      var added: [ConnectSchema.Field] = []
      var places: [FieldReference.Place] = []
      for reference in fields {
        guard let place = try reference.place(in: envelope) else { continue }
        places.append(place)
        added.append(.init(reference.newName, place.schema))
      }
      var headerPlaces: [(name: String, place: FieldReference.Place)] = []
      for reference in headers {
        if let place = try reference.place(in: envelope) { headerPlaces.append((reference.newName, place)) }
      }
      let (rowAfter, rowBefore) = (envelope.fields[after].schema, envelope.fields[before].schema)
      let made = try Self.rowSchema(rowAfter, deletes: deletes, adding: added)
      return Plan(
        after: after, before: before, fields: places, headers: headerPlaces, rowAfter: made,
        rowBefore: rowBefore === rowAfter ? made : try Self.rowSchema(rowBefore, deletes: deletes, adding: added))
    }
  }

  private static func rowSchema(
    _ row: ConnectSchema, deletes: DeleteHandling, adding added: [ConnectSchema.Field]
  ) throws(TransformError) -> ConnectSchema {
    let mark = deletes.rewrites ? [ConnectSchema.Field("__deleted", .optionalString)] : []
    return try row.copiedBasics(fields: row.fields + mark + added)
  }

  private func addedNames(_ envelope: ConnectSchema) throws(TransformError) -> [String] {
    var names: [String] = []
    for reference in addedFields where try reference.place(in: envelope) != nil { names.append(reference.newName) }
    return names
  }
}
