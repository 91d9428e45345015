/// One step of a chain: takes a record and gives back what is passed on, nil for nothing.
protocol Transform: Sendable {
  /// Transforms a record.
  mutating func apply(_ record: EventRecord) throws(TransformError) -> EventRecord?
  /// What becomes of the record's identity, which matters for the headers of a delete and its tombstone.
  var headers: HeaderHandling { get }
}

/// How a Java transform treats the headers of a record. A delete and the tombstone behind it share their headers in
/// Debezium: what is added to the one is seen in the other, as long as no transform put a new record in its place.
enum HeaderHandling: Sendable {
  /// The record stays as it is.
  case kept
  /// Headers are added to the record, which stays.
  case added
  /// Headers are added to the record, then a new one is put in its place.
  case addedThenCopied
  /// A new record is put in its place.
  case copied
}

extension Transform {
  /// Most transforms make a new record.
  var headers: HeaderHandling { .copied }
}

/// The part of a record that a transform works on: Kafka's classes come in pairs, `…$Key` and `…$Value`.
enum RecordSide: Sendable {
  case key, value
}

extension EventRecord {
  /// The record's key or value.
  subscript(side: RecordSide) -> EventValue? {
    get {
      switch side {
      case .key: key
      case .value: value
      }
    }
    set {
      switch side {
      case .key: key = newValue
      case .value: value = newValue
      }
    }
  }

  /// Whether there is no value: what Kafka calls a tombstone, with or without a schema.
  var isTombstone: Bool { value?.isNull ?? true }

  /// Whether the value is a change event: Debezium knows it by the schema's name.
  var isEnvelope: Bool { value?.schema?.name?.hasSuffix(".Envelope") ?? false }
}
