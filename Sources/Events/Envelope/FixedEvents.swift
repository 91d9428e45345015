internal import Decoder

/// Events that no table shapes: logical messages, transaction boundaries, heartbeats, notifications. Their schemas, and
/// the text around their payloads, made once.
///
/// Source: Debezium documentation, PostgreSQL connector, "Message events", "Transaction metadata", "heartbeat.interval.ms",
/// "Notifications".
struct FixedEvents {
  static let messageKey = ConnectSchema(
    .structure, name: "io.debezium.connector.postgresql.MessageKey", version: 1,
    fields: [.init("prefix", ConnectSchema(.string, optional: true))])
  static let transactionKey = ConnectSchema(
    .structure, name: "io.debezium.connector.common.TransactionMetadataKey", version: 1,
    fields: [.init("id", ConnectSchema(.string))])
  static let transactionValue = ConnectSchema(
    .structure, name: "io.debezium.connector.common.TransactionMetadataValue", version: 1,
    fields: [
      .init("status", ConnectSchema(.string)), .init("id", ConnectSchema(.string)),
      .init("event_count", ConnectSchema(.int64, optional: true)),
      .init(
        "data_collections",
        ConnectSchema(
          .array, optional: true,
          values: ConnectSchema(
            .structure, optional: true, name: "event.collection", version: 1,
            fields: [
              .init("data_collection", ConnectSchema(.string)), .init("event_count", ConnectSchema(.int64)),
            ]))),
      .init("ts_ms", ConnectSchema(.int64)),
    ])
  static let heartbeatKey = ConnectSchema(
    .structure, name: "io.debezium.connector.common.ServerNameKey", version: 1,
    fields: [.init("serverName", ConnectSchema(.string))])
  static let heartbeatValue = ConnectSchema(
    .structure, name: "io.debezium.connector.common.Heartbeat", version: 1,
    fields: [.init("ts_ms", ConnectSchema(.int64))])
  static let notificationKey = ConnectSchema(
    .structure, name: "io.debezium.connector.common.NotificationKey", version: 1,
    fields: [.init("id", ConnectSchema(.string))])
  static let notificationValue = ConnectSchema(
    .structure, name: "io.debezium.connector.common.Notification", version: 1,
    fields: [
      .init("id", ConnectSchema(.string)), .init("type", ConnectSchema(.string)),
      .init("aggregate_type", ConnectSchema(.string)),
      .init(
        "additional_data",
        ConnectSchema(.map, optional: true, keys: ConnectSchema(.string), values: ConnectSchema(.string))),
      .init("timestamp", ConnectSchema(.int64)),
    ])

  /// A logical message's value.
  let messageSchema: ConnectSchema
  let message: Frame
  let transaction: Frame
  let heartbeat: Frame
  /// Nil where notifications have no topic.
  let notification: Frame?

  /// The text of an event around its payloads.
  struct Frame {
    /// Up to the key's payload.
    let head: [UInt8]
    /// Between the payloads.
    let middle: [UInt8]
    /// After the value's payload, headers included.
    let tail: [UInt8]
    /// The events as records.
    let shape: EventShape
    let partition: Int32?

    init(
      _ topic: String, partition: Int32? = nil, key: ConnectSchema, value: ConnectSchema, _ settings: EventSettings
    ) {
      var text = OutputBuffer(capacity: 512)
      text.append(literal: "{\"topic\":")
      text.appendJSONString(topic)
      text.append(utf8: ",\"partition\":\(partition.map { String($0) } ?? "null"),\"key\":")
      shape = EventShape(topic: topic, keySchema: key, valueSchema: value, keyStart: text.count)
      self.partition = partition
      if settings.keySchemas { text.appendOpen(key) }
      head = text.array
      text.clear()
      text.append(utf8: "\(settings.keySchemas ? "}" : ""),\"value\":")
      if settings.valueSchemas { text.appendOpen(value) }
      middle = text.array
      tail = Array("\(settings.valueSchemas ? "}" : ""),\"headers\":{}}\n".utf8)
    }
  }

  init(_ names: EventNames, _ settings: EventSettings) {
    let isText = settings.values.binary != .bytes
    messageSchema = ConnectSchema(
      .structure, name: "io.debezium.connector.postgresql.MessageValue", version: 1,
      fields: [
        .init("op", ConnectSchema(.string)), .init("ts_ms", ConnectSchema(.int64, optional: true)),
        .init("source", SourceBlock.schema), .init("transaction", EnvelopeSchema.transaction),
        .init(
          "message",
          ConnectSchema(
            .structure, name: "io.debezium.connector.postgresql.Message", version: 1,
            fields: [
              .init("prefix", ConnectSchema(.string, optional: true)),
              .init("content", ConnectSchema(isText ? .string : .bytes, optional: true)),
            ])),
      ])
    message = Frame(names.messageTopic, key: FixedEvents.messageKey, value: messageSchema, settings)
    transaction = Frame(
      names.transactionTopic, key: FixedEvents.transactionKey, value: FixedEvents.transactionValue, settings)
    heartbeat = Frame(
      names.heartbeatTopic, partition: 0, key: FixedEvents.heartbeatKey, value: FixedEvents.heartbeatValue, settings)
    notification = settings.notificationTopic.map {
      Frame($0, key: FixedEvents.notificationKey, value: FixedEvents.notificationValue, settings)
    }
  }
}
