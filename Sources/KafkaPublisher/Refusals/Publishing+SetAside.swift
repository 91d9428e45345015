internal import Decoder
internal import Events
internal import Logging
internal import PGReplication
internal import Pipeline
internal import Synchronization
internal import WAL

/// Why a record is set aside, without its data.
struct Words {
  let code: String
  let what: String
  /// What the program would stop for.
  var kind = Failure.Kind.eventRefused
  /// Whether it never got as far as its converter, so that text and schema are kept in its place.
  var isUnconverted = false

  init(code: String, what: String, isUnconverted: Bool = false) {
    self.code = code
    self.what = what
    self.isUnconverted = isUnconverted
  }

  init(_ failure: Failure, isUnconverted: Bool) {
    self.init(code: failure.kind.rawValue, what: failure.what, isUnconverted: isUnconverted)
    kind = failure.kind
  }
}

extension KafkaError {
  var words: Words { Words(code: name.isEmpty ? code.rawValue : name, what: what) }
}

/// Records that no broker takes.
extension Publishing {
  /// Key and value as they are kept: what was not converted carries its schema.
  private func kept(_ text: UnsafeRawBufferPointer?, _ schema: ConnectSchema?, _ words: Words) -> [UInt8]? {
    guard let text else { return nil }
    guard words.isUnconverted, let schema else { return Array(text) }
    return Array("{\"schema\":".utf8) + schema.text + Array(",\"payload\":".utf8) + Array(text) + Array("}".utf8)
  }

  /// Sets a record aside: in the dead letter topic, in the audit database, or in the log, as the settings say.
  /// - Parameter isDeadLetter: whether the dead letter topic may still take it.
  func setAside(
    _ record: EncodedRecord, _ shape: EventShape, _ key: UnsafeRawBufferPointer?, _ value: UnsafeRawBufferPointer?,
    _ words: Words, isDeadLetter: Bool
  ) throws {
    let identity = RecordIdentity(record, shape.topic, key)
    let key = kept(key, shape.keySchema, words)
    let value = kept(value, shape.valueSchema, words)
    var letters = false
    if isDeadLetter, let settings = settings.deadLetters {
      letters = try send(deadLetter: record, identity, shape, key, value, words, settings)
    }
    logger.error(
      "a record was refused for good",
      metadata: [
        "topic": .string(shape.topic), "position": .string("\(record.place.position)"), "code": .string(words.code),
        "reason": .string(words.what), "dead_letter": .stringConvertible(letters),
      ])
    status.refused.wrappingAdd(1, ordering: .relaxed)
    switch settings.refusal {
    case .stop:
      guard letters else {
        throw Failure(words.kind, words.what, at: "topic \(shape.topic), \(record.place.position)")
      }
    case .leaveOut: break
    case .setAside: setAside.append(quarantined(record, shape, key, value, words))
    }
  }

  /// Sends a record to the dead letter topic; false where that does not take it either.
  private func send(
    deadLetter record: EncodedRecord, _ identity: RecordIdentity, _ shape: EventShape, _ key: [UInt8]?,
    _ value: [UInt8]?, _ words: Words,
    _ letters: DeadLetterSettings
  ) throws -> Bool {
    try topics.ensure(
      NewTopic(name: letters.topic, partitions: 1, replicationFactor: letters.replicationFactor, settings: []),
      with: &producer, within: settings.waitLimit)
    var headers = headers.list
    if letters.tellsWhy { headers += DeadLetter.headers(record, shape, words, connector: settings.name) }
    let list = HeaderList(headers, library)
    let tag = Sent(identity: identity, isDeadLetter: true, isAlone: true)
    do {
      let topic = try producer.topic(letters.topic)
      try key.lent { key in
        try value.lent { value in
          try send(to: topic, nil, key, value, list, tag)
        }
      }
    } catch let error as KafkaError where error.code == .recordRefused {
      return false
    }
    status.deadLetters.wrappingAdd(1, ordering: .relaxed)
    return true
  }

  private func quarantined(
    _ record: EncodedRecord, _ shape: EventShape, _ key: [UInt8]?, _ value: [UInt8]?, _ words: Words
  ) -> QuarantinedChange {
    QuarantinedChange(
      position: record.origin.position, lsn: record.origin.lsn, transaction: record.origin.transaction,
      commitTime: record.origin.commitTime, schema: shape.table?.schema ?? "", table: shape.table?.name ?? "",
      operation: record.origin.operation,
      payload: RefusedRecord(
        topic: shape.topic, partition: record.partition, key: key, value: value, headers.list,
        isUnconverted: words.isUnconverted
      ).json,
      reason: words.what, code: words.code, sink: .kafka, part: record.place.part)
  }
}

extension [UInt8]? {
  /// Lends the bytes; nil stays nil.
  func lent<R>(_ body: (UnsafeRawBufferPointer?) throws -> R) rethrows -> R {
    guard let bytes = self else { return try body(nil) }
    return try bytes.withUnsafeBytes { try body($0) }
  }
}
