/// What a change event says besides of its data: in the members of its value, or in headers that a transform made of
/// them.
struct CloudEventsEnvelope {
  private let record: EventRecord
  private let schema: ConnectSchema
  private let members: [EventValue.Payload]
  private let inHeaders: Bool

  /// A source block.
  struct Block {
    /// Its schema.
    let schema: ConnectSchema
    /// One for each field of the schema.
    let members: [EventValue.Payload]

    /// A member, or its default.
    subscript(place: Int) -> EventValue.Payload { members[place].orDefault(of: schema.fields[place].schema) }
  }

  init(_ record: EventRecord, _ schema: ConnectSchema, _ members: [EventValue.Payload], inHeaders: Bool) {
    self.record = record
    self.schema = schema
    self.members = members
    self.inHeaders = inHeaders
  }

  /// Where the change comes from.
  func source() throws(CloudEventsError) -> Block {
    guard let source = part("source"), let schema = source.schema, case .structure(let members) = source.payload,
      members.count == schema.fields.count
    else { throw CloudEventsError("the \(place) 'source' is no source block") }
    return Block(schema: schema, members: members)
  }

  /// The operation's letter, as JSON.
  func operation() throws(CloudEventsError) -> [UInt8] {
    guard let operation = part("op"), operation.schema?.kind == .string, case .text(let text) = operation.payload
    else { throw CloudEventsError("the \(place) 'op' is no text") }
    return text
  }

  /// The members of the transaction block; nil where there is none.
  func transaction() throws(CloudEventsError) -> [EventValue.Payload]? {
    guard let transaction = part("transaction"), !transaction.isNull else { return nil }
    guard case .structure(let members) = transaction.payload, members.count >= CloudEventsSource.transaction.count
    else { throw CloudEventsError("the \(place) 'transaction' is no transaction block") }
    return members
  }

  private var place: String { inHeaders ? "header" : "field" }

  private func part(_ name: String) -> EventValue? {
    if inHeaders { return record.lastHeader(name) }
    return schema.index(of: name).map { EventValue(schema.fields[$0].schema, members[$0]) }
  }
}

extension EventRecord {
  /// The last header of a name, which is the one that Kafka's consumers take.
  func lastHeader(_ name: String) -> EventValue? { headers.last { $0.name == name }?.value }

  /// The JSON string that a header holds.
  func stringHeader(_ name: String) throws(CloudEventsError) -> [UInt8] {
    guard let value = lastHeader(name) else {
      throw CloudEventsError("there is no header '\(name)': add it by a transform, or change metadata.source")
    }
    guard let schema = value.schema, schema.kind == .string, case .text(let text) = value.payload.orDefault(of: schema)
    else { throw CloudEventsError("the header '\(name)' holds no text") }
    return text
  }
}
