internal import AvroConverter
internal import Decoder
internal import Events
internal import Logging
internal import Pipeline
internal import Synchronization
internal import WAL

/// One session's producer with what belongs to it. Used by the writer's thread alone.
final class Publishing {
  /// How a record that was sent is known when its report comes.
  struct Sent {
    let place: RecordPlace
    let isDeadLetter: Bool
  }

  /// What is the same for all records of a shape.
  struct Destination {
    let shape: EventShape
    let topic: OpaquePointer
    let key: AvroWriter?
    let value: AvroWriter?
  }

  /// So many records may be on their way before all are waited for.
  static let windowLimit = 200_000

  let settings: KafkaSettings
  let library: Librdkafka
  let source: SourceIdentity
  let refusals: Refusals
  let status: KafkaStatus
  let logger: Logger
  var producer: Producer
  var topics: TopicMaker
  var keys: RecordConverter
  var values: RecordConverter
  var destinations: [ObjectIdentifier: Destination] = [:]
  var sent: [Sent] = []
  var setAside: [QuarantinedChange] = []
  private var isInTransaction = false
  private var isClaimed = false
  var state = EncoderState()
  var headers = EventHeaders()
  var headerList = HeaderList()
  var keyBytes = OutputBuffer(capacity: 1 << 10)
  var valueBytes = OutputBuffer(capacity: 16 << 10)
  /// Reports that were counted.
  private var countedDelivered = 0

  init(
    _ settings: KafkaSettings, _ source: SourceIdentity, _ registry: SchemaRegistry?, _ refusals: Refusals,
    _ status: KafkaStatus, _ logger: Logger
  ) throws(KafkaError) {
    self.settings = settings
    library = try Librdkafka(settings.library)
    self.source = source
    self.refusals = refusals
    self.status = status
    self.logger = logger
    producer = try Producer(settings.producer, library, token: settings.token, logger: logger) { status.take($0) }
    topics = TopicMaker(settings.creation, logger: logger)
    keys = RecordConverter(settings.keys, registry)
    values = RecordConverter(settings.values, registry)
  }

  // MARK: Positions

  /// The position as it was stored last. The topic is made when it is missing.
  func storedOffset() throws -> EventOffset? {
    let reader = try TopicReader(settings, library, logger: logger)
    guard let partitions = try reader.partitions(of: settings.offsetsTopic, within: settings.waitLimit) else {
      try TopicMaker.ensure(
        NewTopic(
          name: settings.offsetsTopic, partitions: settings.offsetsPartitions,
          replicationFactor: settings.offsetsReplicationFactor,
          settings: [("cleanup.policy", "compact"), ("segment.bytes", "16777216")]),
        with: producer, within: settings.waitLimit, logger: logger)
      return nil
    }
    let key = Array(settings.offsetKey.utf8)
    guard
      let record = try reader.last(key, in: settings.offsetsTopic, partitions: partitions, within: settings.waitLimit),
      let value = record.value
    else { return nil }
    guard let offset = EventOffset(String(decoding: value, as: UTF8.self)) else {
      throw Failure(
        .kafkaFailed, "the stored position cannot be read", at: "topic \(settings.offsetsTopic)",
        advice: "name another offset.storage.topic, and choose snapshot.mode for the new start")
    }
    try offset.check(
      isOf: source, at: "topic \(settings.offsetsTopic)",
      advice: "name another topic.prefix or offset.storage.topic for this source")
    return offset
  }

  /// Sends the position.
  func sendOffset(_ end: LSN) throws {
    let offset = EventOffset(source: source, position: end, state: state)
    let topic = try producer.topic(settings.offsetsTopic)
    let (key, value) = (Array(settings.offsetKey.utf8), Array(offset.text.utf8))
    try key.withUnsafeBytes { key in
      try value.withUnsafeBytes { value in
        try send(
          to: topic, nil, key, value, HeaderList(),
          Sent(place: RecordPlace(Position(commit: end, ordinal: .max), part: 0), isDeadLetter: false))
      }
    }
  }

  // MARK: Records

  /// Prepares for a shape's records: the topic, and where schemas are registered, theirs.
  func prepare(_ shape: EventShape) async throws {
    guard destinations[ObjectIdentifier(shape)] == nil else { return }
    do {
      try topics.ensure(shape.topic, with: producer, within: settings.waitLimit)
      // A relation that changes brings a new shape each time; those that are gone are not kept for ever.
      if destinations.count > 20_000 { destinations.removeAll() }
      destinations[ObjectIdentifier(shape)] = Destination(
        shape: shape, topic: try producer.topic(shape.topic),
        key: try await keys.writer(for: shape.keySchema, topic: shape.topic, isKey: true),
        value: try await values.writer(for: shape.valueSchema, topic: shape.topic, isKey: false))
    } catch let error as KafkaError where error.code == .recordRefused {
      // Each of its records is refused, one by one.
    }
  }

  /// Takes the transactional id, once: whoever had it can write nothing more, and what it left open is aborted.
  func claim() throws {
    guard settings.exactlyOnce, !isClaimed else { return }
    let limit = ContinuousClock.now + settings.waitLimit
    while true {
      do throws(KafkaError) {
        try producer.initTransactions(within: .seconds(5))
        break
      } catch {
        producer.serve()
        guard error.isRetriable, ContinuousClock.now < limit else {
          throw error.code == .unreachable ? overdue(error.what) : error
        }
      }
    }
    isClaimed = true
  }

  /// Begins a transaction, where there are any and none is open.
  func begin() throws {
    guard settings.exactlyOnce, !isInTransaction else { return }
    try producer.beginTransaction()
    isInTransaction = true
  }

  /// Sends one record of a batch.
  func send(_ record: EncodedRecord, _ shape: EventShape, _ bytes: UnsafeRawBufferPointer) throws {
    if headers.read(bytes.bytes.extracting(record.headers)) { headerList = HeaderList(headers.list) }
    let key = record.key.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
    let value = record.value.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
    if !refusals.isEmpty, let refusal = refusals.refusal(of: record.place), isFinal(refusal) {
      return try setAside(record, shape, key, value, refusal.error.words, isDeadLetter: !refusal.isDeadLetterRefused)
    }
    guard let destination = destinations[ObjectIdentifier(shape)] else {
      return try setAside(
        record, shape, key, value, Words(code: "INVALID_TOPIC", what: "the topic's name is not taken"),
        isDeadLetter: true)
    }
    do {
      try convert(key, destination.key, &keyBytes) { key in
        try convert(value, destination.value, &valueBytes) { value in
          try send(
            to: destination.topic, record.partition, key, value, headerList,
            Sent(place: record.place, isDeadLetter: false))
        }
      }
    } catch let error as AvroError {
      try setAside(record, shape, key, value, Words(code: "AVRO", what: "\(error)"), isDeadLetter: true)
    } catch let error as KafkaError where error.code == .recordRefused {
      try setAside(record, shape, key, value, error.words, isDeadLetter: true)
    }
  }

  /// Lends a key or value as it goes over the wire.
  private func convert(
    _ text: UnsafeRawBufferPointer?, _ writer: AvroWriter?, _ buffer: inout OutputBuffer,
    _ body: (UnsafeRawBufferPointer?) throws -> Void
  ) throws {
    guard let text, let writer else { return try body(text) }
    buffer.clear(retaining: 1 << 20)
    try writer.append(text.bytes, to: &buffer)
    try buffer.withUnsafeBytes { try body($0) }
  }

  /// Hands a message over; waits for room.
  func send(
    to topic: OpaquePointer, _ partition: Int32?, _ key: UnsafeRawBufferPointer?, _ value: UnsafeRawBufferPointer?,
    _ headers: borrowing HeaderList, _ tag: Sent
  ) throws {
    if sent.count >= Publishing.windowLimit { try drain() }
    sent.append(tag)
    var deadline: ContinuousClock.Instant?
    do throws(KafkaError) {
      while try !producer.send(
        to: topic, partition: partition, key: key, value: value, headers: headers, tag: sent.count)
      {
        producer.serve(waitingAtMost: .milliseconds(50))
        let limit = deadline ?? .now + settings.waitLimit
        deadline = limit
        if ContinuousClock.now > limit { throw overdue("no room became free for another record") }
      }
    } catch {
      sent.removeLast()
      throw error
    }
  }

  /// Takes reports; throws for records that were not delivered.
  func serve(waitingAtMost limit: Duration = .zero) throws {
    producer.serve(waitingAtMost: limit)
    count()
    let failed = producer.takeUndelivered()
    guard !failed.isEmpty else { return }
    var worst: KafkaError?
    for failure in failed {
      let known = failure.tag > 0 && failure.tag <= sent.count ? sent[failure.tag - 1] : nil
      if failure.error.code == .recordRefused, let known {
        refusals.note(known.place, failure.error, asDeadLetter: known.isDeadLetter)
        if worst == nil { worst = failure.error }
      } else if worst == nil || worst?.code == .recordRefused {
        worst = failure.error
      }
    }
    guard let worst else { return }
    // Read again from the last position; what was refused for good is then set aside.
    if worst.code == .recordRefused {
      throw refusals.areFinal(settings.retryTimeout)
        ? SessionRestart(worst.what) as any Error
        : Failure(.kafkaUnreachable, worst.what, at: worst.place)
    }
    throw worst.code == .unreachable ? overdue(worst.what) : worst
  }

  /// Waits until everything that was sent is reported.
  func drain() throws {
    let limit = ContinuousClock.now + settings.waitLimit
    try serve()
    while producer.outstanding > 0 {
      try serve(waitingAtMost: .milliseconds(100))
      if let complaint = producer.complaint, complaint.isFatal { throw complaint }
      if producer.outstanding > 0, ContinuousClock.now > limit { throw overdue("records are not delivered in time") }
    }
    sent.removeAll(keepingCapacity: true)
  }

  /// Brokers that do not answer, with what the client complained of.
  func overdue(_ what: String) -> KafkaError {
    guard let complaint = producer.complaint else {
      return KafkaError(.unreachable, what, at: producer.brokers)
    }
    return KafkaError(
      complaint.code == .other ? .unreachable : complaint.code, name: complaint.name, "\(what): \(complaint.what)",
      at: producer.brokers, isFatal: complaint.isFatal)
  }

  /// Commits the open transaction.
  func commitTransaction() throws {
    guard isInTransaction else { return }
    let limit = ContinuousClock.now + settings.waitLimit
    while true {
      do throws(KafkaError) {
        try producer.commitTransaction(within: .seconds(5))
        break
      } catch {
        producer.serve()
        guard error.isRetriable, !error.requiresAbort, ContinuousClock.now < limit else { throw error }
      }
    }
    isInTransaction = false
    status.transactions.wrappingAdd(1, ordering: .relaxed)
  }

  /// Leaves: an open transaction is aborted, what waits is forgotten.
  func leave() {
    producer.purge()
    producer.serve()
    if isInTransaction { try? producer.abortTransaction(within: .seconds(2)) }
    isInTransaction = false
  }

  private func count() {
    guard producer.delivered > countedDelivered else { return }
    status.delivered.wrappingAdd(producer.delivered - countedDelivered, ordering: .relaxed)
    countedDelivered = producer.delivered
    status.note(.there)
  }

  private func isFinal(_ refusal: Refusals.Refusal) -> Bool {
    guard let limit = settings.retryTimeout else { return false }
    return ContinuousClock.now - refusal.since >= limit
  }
}

extension Refusals {
  /// Whether all that was refused is to be set aside now.
  func areFinal(_ limit: Duration?) -> Bool {
    guard let limit else { return false }
    return isEveryOne(olderThan: limit)
  }
}
