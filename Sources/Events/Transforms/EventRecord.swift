/// One event on its way out: a record as Kafka Connect has it. Transforms work on it; without any, events are rendered
/// straight away and none is made.
public struct EventRecord: Sendable {
  /// The topic.
  public var topic: String
  /// The partition, for what has one of its own.
  public var partition: Int32?
  /// The key; nil for none, not even a schema.
  public var key: EventValue?
  /// The value; nil for a tombstone.
  public var value: EventValue?
  /// The headers in their order; a name may come twice.
  public var headers: [Header]
  /// Milliseconds since 1970, where the record has a time.
  public var timestamp: Int64?

  /// A header.
  public struct Header: Sendable {
    /// Its name.
    public var name: String
    /// Its value.
    public var value: EventValue

    /// A header by name and value.
    public init(_ name: String, _ value: EventValue) {
      self.name = name
      self.value = value
    }
  }

  /// A record by its parts.
  public init(
    topic: String, partition: Int32? = nil, key: EventValue? = nil, value: EventValue? = nil, headers: [Header] = [],
    timestamp: Int64? = nil
  ) {
    self.topic = topic
    self.partition = partition
    self.key = key
    self.value = value
    self.headers = headers
    self.timestamp = timestamp
  }
}

/// A key, value or header with its schema.
public struct EventValue: Sendable {
  /// What it looks like; nil for a value without a schema.
  public var schema: ConnectSchema?
  /// The data.
  public var payload: Payload

  /// The data of a value: whole JSON texts are kept as they were rendered, structs are taken apart.
  public enum Payload: Sendable {
    /// Null.
    case null
    /// Anything but a struct, as the converter's JSON text.
    case text([UInt8])
    /// A struct: one payload for each field of its schema, in that order.
    case structure([Payload])
  }

  /// A value by its parts.
  public init(_ schema: ConnectSchema?, _ payload: Payload) {
    self.schema = schema
    self.payload = payload
  }
}
