internal import Decoder
internal import Events
internal import Logging
internal import PGReplication
internal import Pipeline
internal import Synchronization
internal import WAL

/// What a broker said of a record, without its data.
struct Words {
  let code: String
  let what: String
}

extension KafkaError {
  var words: Words { Words(code: name.isEmpty ? code.rawValue : name, what: what) }
}

/// Records that no broker takes.
extension Publishing {
  /// Sets a record aside: in the dead letter topic, in the audit database, or in the log, as the settings say.
  /// - Parameter isDeadLetter: whether the dead letter topic may still take it.
  func setAside(
    _ record: EncodedRecord, _ shape: EventShape, _ key: UnsafeRawBufferPointer?, _ value: UnsafeRawBufferPointer?,
    _ words: Words, isDeadLetter: Bool
  ) throws {
    var letters = false
    if isDeadLetter, let settings = settings.deadLetters {
      letters = try send(deadLetter: record, shape, key, value, words, settings)
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
        throw Failure(.eventRefused, words.what, at: "topic \(shape.topic), \(record.place.position)")
      }
    case .leaveOut: break
    case .setAside: setAside.append(quarantined(record, shape, key, value, words))
    }
  }

  /// Sends a record to the dead letter topic; false where that does not take it either.
  private func send(
    deadLetter record: EncodedRecord, _ shape: EventShape, _ key: UnsafeRawBufferPointer?,
    _ value: UnsafeRawBufferPointer?, _ words: Words, _ letters: DeadLetterSettings
  ) throws -> Bool {
    try TopicMaker.ensure(
      NewTopic(name: letters.topic, partitions: 1, replicationFactor: letters.replicationFactor, settings: []),
      with: producer, within: settings.waitLimit, logger: logger)
    var list = headers.list
    if letters.tellsWhy { list += DeadLetter.headers(record, shape, words, connector: settings.name) }
    do {
      try send(
        to: try producer.topic(letters.topic), nil, key, value, HeaderList(list),
        Sent(place: record.place, isDeadLetter: true))
    } catch let error as KafkaError where error.code == .recordRefused {
      return false
    }
    status.deadLetters.wrappingAdd(1, ordering: .relaxed)
    return true
  }

  private func quarantined(
    _ record: EncodedRecord, _ shape: EventShape, _ key: UnsafeRawBufferPointer?, _ value: UnsafeRawBufferPointer?,
    _ words: Words
  ) -> QuarantinedChange {
    QuarantinedChange(
      position: record.origin.position, lsn: record.origin.lsn, transaction: record.origin.transaction,
      commitTime: record.origin.commitTime, schema: shape.table?.schema ?? "", table: shape.table?.name ?? "",
      operation: record.origin.operation,
      payload: RefusedRecord(topic: shape.topic, partition: record.partition, key: key, value: value, headers.list)
        .json,
      reason: words.what, code: words.code, sink: .kafka, part: record.place.part)
  }
}
