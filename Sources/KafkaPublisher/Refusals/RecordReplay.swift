public import AvroConverter
internal import Decoder
internal import Events
internal import FoundationEssentials
internal import Logging
internal import Pipeline

/// Sends records again that were refused: from the audit database, or from the dead letter topic.
public actor RecordReplay {
  private let settings: KafkaSettings
  private let library: Librdkafka
  private var producer: Producer
  private var topics: TopicMaker
  private let keys: RecordConverter
  private let values: RecordConverter
  private let logger = Logger(label: "kafka")

  /// What became of some records.
  public struct Outcome: Sendable, Hashable {
    /// Sent and delivered.
    public var sent = 0
    /// Refused again.
    public var refused = 0

    /// Nothing yet.
    public init() {}
  }

  /// Connects by itself.
  /// - Throws: what is missing or not taken of the settings.
  public init(_ settings: KafkaSettings, registry: SchemaRegistry?) throws(KafkaError) {
    var settings = settings
    settings.exactlyOnce = false
    self.settings = settings
    library = try Librdkafka(settings.library)
    producer = try Producer(settings.producer, library, token: settings.token, logger: Logger(label: "kafka")) { _ in }
    topics = TopicMaker(settings.creation, logger: Logger(label: "kafka"))
    keys = RecordConverter(settings.keys, registry)
    values = RecordConverter(settings.values, registry)
  }

  /// Sends a record of `processing_error` again and waits for its delivery.
  /// - Parameter payload: what the table has of it.
  /// - Throws: `KafkaError` or `RegistryError`; with `recordRefused` it is refused again.
  public func send(payload: String) async throws {
    guard let record = try? JSONDecoder().decode(RefusedRecord.self, from: Data(payload.utf8)) else {
      throw KafkaError(.recordRefused, "what was set aside is no record", at: "processing_error")
    }
    try await send(
      to: record.topic, record.partition, key: record.key.map { Array($0) }, value: record.value.map { Array($0) },
      record.headers.map { EventHeaders.Header($0.name, $0.value.map { Array($0) }) },
      isUnconverted: record.isUnconverted)
  }

  /// Sends what stands in the dead letter topic again, from where the last replay ended. What is refused again is put at the
  /// topic's end.
  /// - Parameter limit: at most so many.
  public func sendDeadLetters(limit: Int = .max) async throws -> Outcome {
    guard let letters = settings.deadLetters else {
      throw KafkaError(
        .configuration, "no dead letter topic is named", at: "errors.deadletterqueue.topic.name")
    }
    try producer.brokers(within: settings.waitLimit)
    let reader = try TopicReader(settings, library, logger: logger)
    var outcome = Outcome()
    let partitions = try reader.partitions(of: letters.topic, within: settings.waitLimit) ?? 0
    for partition in 0..<Int32(clamping: partitions) {
      for record in try reader.uncommitted(letters.topic, partition, limit: limit, within: settings.waitLimit) {
        do {
          try await send(letter: record)
          outcome.sent += 1
        } catch let error as KafkaError where error.code == .recordRefused {
          // Not lost: it stands behind those that were read now.
          try await send(
            to: letters.topic, nil, key: record.key, value: record.value,
            record.headers, isUnconverted: false)
          outcome.refused += 1
        }
        try reader.commit(letters.topic, partition, offset: record.offset + 1)
      }
    }
    return outcome
  }

  private func send(letter record: TopicReader.Record) async throws {
    func text(_ name: String) -> String? {
      record.headers.last { $0.name == name }.flatMap { $0.value }.map { String(decoding: $0, as: UTF8.self) }
    }
    guard let topic = text(DeadLetter.topic) else {
      throw KafkaError(
        .recordRefused, "a dead letter does not say where it belongs",
        at: "topic \(record.topic), offset \(record.offset)")
    }
    let own = record.headers.filter { header in !DeadLetter.prefixes.contains { header.name.hasPrefix($0) } }
    try await send(
      to: topic, text(DeadLetter.partition).flatMap { Int32($0) }, key: record.key, value: record.value,
      own, isUnconverted: text(DeadLetter.stage) == DeadLetter.unconverted)
  }

  private func send(
    to topic: String, _ partition: Int32?, key: [UInt8]?, value: [UInt8]?, _ headers: [EventHeaders.Header],
    isUnconverted: Bool
  ) async throws {
    var (key, value) = (key, value)
    if isUnconverted {
      key = try await converted(key, topic, isKey: true)
      value = try await converted(value, topic, isKey: false)
    }
    try producer.brokers(within: settings.waitLimit)
    try topics.ensure(topic, with: &producer, within: settings.waitLimit)
    let handle = try producer.topic(topic)
    let list = HeaderList(headers, library)
    let isTaken = try key.lent { key in
      try value.lent { value in
        try producer.send(to: handle, partition: partition, key: key, value: value, headers: list, tag: 1)
      }
    }
    guard isTaken else {
      throw KafkaError(
        .configuration, "there is no room for the record", at: "kafka.producer.queue.buffering.max.kbytes")
    }
    guard producer.waitForReports(within: settings.waitLimit) else {
      throw producer.complaint ?? KafkaError(.unreachable, "a record is not delivered in time", at: producer.brokers)
    }
    if let failed = producer.takeUndelivered().first { throw failed.error }
  }

  private func converted(_ text: [UInt8]?, _ topic: String, isKey: Bool) async throws -> [UInt8]? {
    guard let text, let (schema, payload) = ConnectSchema.envelope(text) else { return text }
    let converter = isKey ? keys : values
    do {
      guard let writer = try await converter.writer(for: schema, topic: topic, isKey: isKey) else { return payload }
      var buffer = OutputBuffer(capacity: payload.count + 16)
      try writer.append(payload.span.bytes, to: &buffer)
      return buffer.withUnsafeBytes { Array($0) }
    } catch let error as RegistryError where error.isRefusal {
      // It is this record that is refused: those behind it may be taken.
      let failure = error.failure
      throw KafkaError(.recordRefused, name: failure.kind.rawValue, failure.what, at: failure.place)
    } catch let error as AvroError {
      throw KafkaError(.recordRefused, "it cannot be converted: \(error)", at: "topic \(topic)")
    }
  }
}
