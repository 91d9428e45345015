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
    /// Nil for what is no event.
    let identity: RecordIdentity?
    var isDeadLetter = false
    /// Whether nothing else was on its way.
    var isAlone = false
  }

  /// What is the same for all records of a shape.
  struct Destination {
    let shape: EventShape
    let topic: OpaquePointer
    let key: AvroWriter?
    let value: AvroWriter?
  }

  /// Why the records of a shape cannot be sent.
  struct Obstacle {
    let shape: EventShape
    let why: Words
    /// When it is looked at again: a registry may be told to take what it refused.
    let retry: ContinuousClock.Instant

    init(_ shape: EventShape, _ why: Words) {
      self.shape = shape
      self.why = why
      retry = .now + .seconds(30)
    }
  }

  /// So many records may be on their way before all are waited for.
  static let windowLimit = 100_000

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
  /// Shapes whose records cannot be sent, and why.
  var unsendable: [ObjectIdentifier: Obstacle] = [:]
  var sent: [Sent] = []
  var setAside: [QuarantinedChange] = []
  private var isInTransaction = false
  private var isClaimed = false
  var state = EncoderState()
  var headers = EventHeaders()
  var headerList: HeaderList
  let noHeaders: HeaderList
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
    noHeaders = HeaderList([], library)
    headerList = noHeaders
    self.source = source
    self.refusals = refusals
    self.status = status
    self.logger = logger
    var properties = settings.producer
    if let size = refusals.batchSize { properties.set("batch.size", "\(size)") }
    producer = try Producer(properties, library, token: settings.token, logger: logger) { status.take($0) }
    topics = TopicMaker(settings.creation, logger: logger)
    keys = RecordConverter(settings.keys, registry)
    values = RecordConverter(settings.values, registry)
  }

  // MARK: Positions

  /// The position as it was stored last. The topic is made when it is missing.
  func storedOffset() throws -> EventOffset? {
    // A reader only waits; a producer hears why brokers do not answer.
    try producer.brokers(within: settings.waitLimit)
    let reader = try TopicReader(settings, library, logger: logger)
    guard let partitions = try reader.partitions(of: settings.offsetsTopic, within: settings.waitLimit) else {
      try topics.ensure(
        NewTopic(
          name: settings.offsetsTopic, partitions: settings.offsetsPartitions,
          replicationFactor: settings.offsetsReplicationFactor,
          settings: [("cleanup.policy", "compact"), ("segment.bytes", "16777216")]),
        with: &producer, within: settings.waitLimit)
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
        try send(to: topic, nil, key, value, noHeaders, Sent(identity: nil))
      }
    }
  }

  // MARK: Records

  /// Prepares for the shapes of a batch.
  func prepare(_ shapes: [any RecordShape]) async throws {
    // A relation that changes brings a new shape each time; those that are gone are not kept for ever.
    if destinations.count > 20_000 { destinations.removeAll() }
    for shape in shapes {
      if let shape = shape as? EventShape { try await prepare(shape) }
    }
  }

  /// Prepares for a shape's records: the topic, and where schemas are registered, theirs.
  private func prepare(_ shape: EventShape) async throws {
    guard destinations[ObjectIdentifier(shape)] == nil else { return }
    if let obstacle = unsendable[ObjectIdentifier(shape)], ContinuousClock.now < obstacle.retry { return }
    guard NewTopic.isLegal(shape.topic) else {
      unsendable[ObjectIdentifier(shape)] = Obstacle(
        shape, Words(code: "TOPIC_EXCEPTION", what: "the topic's name is none that Kafka takes"))
      return
    }
    do {
      try topics.ensure(shape.topic, with: &producer, within: settings.waitLimit)
      try topics.check(shape.topic, with: &producer, within: settings.waitLimit)
      destinations[ObjectIdentifier(shape)] = Destination(
        shape: shape, topic: try producer.topic(shape.topic),
        key: try await keys.writer(for: shape.keySchema, topic: shape.topic, isKey: true),
        value: try await values.writer(for: shape.valueSchema, topic: shape.topic, isKey: false))
    } catch let error as KafkaError where error.code == .recordRefused {
      unsendable[ObjectIdentifier(shape)] = Obstacle(shape, error.words)
    } catch let error as RegistryError where error.isRefusal {
      // The registry refuses the schema, not us: its records are set aside one by one.
      unsendable[ObjectIdentifier(shape)] = Obstacle(shape, Words(error.failure, isUnconverted: true))
    } catch let error as AvroError {
      unsendable[ObjectIdentifier(shape)] = Obstacle(
        shape, Words(code: "AVRO", what: "\(error)", isUnconverted: true))
    }
  }

  /// Takes the transactional id, once: whoever had it can write nothing more, and what it left open is aborted.
  func claim() throws {
    guard settings.exactlyOnce, !isClaimed else { return }
    do throws(KafkaError) { try producer.initTransactions(within: settings.waitLimit) } catch {
      throw error.code == .unreachable ? overdue(error.what) : error
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
    if headers.read(bytes.bytes.extracting(record.headers)) { headerList = HeaderList(headers.list, library) }
    let key = record.key.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
    let value = record.value.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
    let identity = RecordIdentity(record, shape.topic, key)
    let refusal = refusals.isEmpty ? nil : refusals.refusal(of: identity)
    if let refusal, refusal.isFinal(after: settings.retryTimeout) {
      return try setAside(record, shape, key, value, refusal.error.words, isDeadLetter: !refusal.isDeadLetterRefused)
    }
    // Brokers refuse batches whole: which of them it was is found out by sending each alone.
    if refusal != nil { try drain() }
    guard let destination = destinations[ObjectIdentifier(shape)] else {
      let why =
        unsendable[ObjectIdentifier(shape)]?.why ?? Words(code: "UNKNOWN", what: "nothing is known of its topic")
      return try setAside(record, shape, key, value, why, isDeadLetter: true)
    }
    do {
      try convert(key, destination.key, &keyBytes) { key in
        try convert(value, destination.value, &valueBytes) { value in
          try send(
            to: destination.topic, record.partition, key, value, headerList,
            Sent(identity: identity, isAlone: refusal != nil))
        }
      }
    } catch let error as AvroError {
      try setAside(
        record, shape, key, value, Words(code: "AVRO", what: "\(error)", isUnconverted: true), isDeadLetter: true)
    } catch let error as KafkaError where error.code == .recordRefused {
      try setAside(record, shape, key, value, error.words, isDeadLetter: true)
    }
    if refusal != nil { try drain() }
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
    _ headers: HeaderList, _ tag: Sent
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
      throw cause(of: error)
    }
  }

  /// Takes reports; throws for records that were not delivered.
  func serve(waitingAtMost limit: Duration = .zero) throws {
    producer.serve(waitingAtMost: limit)
    count()
    let failed = producer.takeUndelivered()
    guard !failed.isEmpty else { return }
    if let fatal = producer.lastingError() { throw fatal }
    var (refused, other): (KafkaError?, KafkaError?)
    for failure in failed {
      let known = failure.tag > 0 && failure.tag <= sent.count ? sent[failure.tag - 1] : nil
      if failure.error.code == .recordRefused, let known, let identity = known.identity {
        refusals.note(identity, failure.error, asDeadLetter: known.isDeadLetter, alone: known.isAlone)
        refused = refused ?? failure.error
      } else {
        other = other ?? failure.error
      }
    }
    if let refused, refused.isTooLarge { refusals.halveBatches() }
    // Read again from the last position; what was refused for good is then set aside. What came after it in the queue of
    // its partition failed with it.
    if let refused {
      throw refusals.isWaiting(settings.retryTimeout)
        ? Failure(.kafkaUnreachable, refused.what, at: refused.place) as any Error : SessionRestart(refused.what)
    }
    if let other { throw other.code == .unreachable ? overdue(other.what) : cause(of: other) }
  }

  /// Records of a transaction that is lost fail without saying why it is.
  private func cause(of error: KafkaError) -> KafkaError {
    guard isInTransaction, error.code != .recordRefused else { return error }
    return producer.transactionError() ?? error
  }

  /// Waits until everything that was sent is reported.
  func drain() throws {
    let limit = ContinuousClock.now + settings.waitLimit
    try serve()
    while producer.outstanding > 0 {
      producer.hurry()
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
    try producer.commitTransaction(within: settings.waitLimit)
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
}
