internal import CLibrdkafka
internal import Glibc
internal import Logging
internal import Synchronization

/// A producer: sends messages, counts their delivery reports, runs transactions. It belongs to one thread.
///
/// Reports, errors, logs and statistics come by librdkafka's event queue, so that no thread but ours runs Swift code.
///
/// Source: librdkafka, `INTRODUCTION.md`, "Message reliability", "Idempotent Producer", "Transactional Producer".
struct Producer: ~Copyable {
  /// A message that was not delivered.
  struct Undelivered {
    /// What the sender called it.
    let tag: Int
    let error: KafkaError
  }

  private let handle: ClientHandle
  private let logger: Logger
  private var topics: [String: OpaquePointer] = [:]
  /// Messages that were sent and have no report yet.
  private(set) var outstanding = 0
  /// Messages that were delivered, ever.
  private(set) var delivered = 0
  /// Reports of failures that nobody took yet.
  private var undelivered: [Undelivered] = []
  /// What the client itself complained of last, until something is delivered.
  private(set) var complaint: KafkaError?
  private var token: BearerToken?
  /// Takes librdkafka's statistics: a JSON text.
  private let onStatistics: @Sendable (String) -> Void

  /// Starts a producer; it connects by itself.
  init(
    _ properties: ClientProperties, _ library: Librdkafka, token: BearerToken?, logger: Logger,
    onStatistics: @escaping @Sendable (String) -> Void
  ) throws(KafkaError) {
    handle = try ClientHandle(
      RD_KAFKA_PRODUCER, properties, library,
      events: RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_LOG | RD_KAFKA_EVENT_STATS
        | (token == nil ? 0 : RD_KAFKA_EVENT_OAUTHBEARER_TOKEN_REFRESH))
    self.logger = logger
    self.token = token
    self.onStatistics = onStatistics
  }

  deinit {
    for topic in topics.values { handle.library.call.rd_kafka_topic_destroy(topic) }
  }

  var brokers: String { handle.brokers }
  var libraryVersion: String { handle.library.version }

  // MARK: Messages

  /// A topic to send to; freed with the producer.
  mutating func topic(_ name: String) throws(KafkaError) -> OpaquePointer {
    if let known = topics[name] { return known }
    guard let topic = handle.library.call.rd_kafka_topic_new(handle.client, name, nil) else {
      throw KafkaError(.recordRefused, "the topic's name is not taken", at: "topic \(name)")
    }
    topics[name] = topic
    return topic
  }

  /// Hands a message over; its bytes are copied.
  /// - Parameters:
  ///   - partition: nil where the key decides.
  ///   - tag: what the report of a failure will call it.
  /// - Returns: false when there is no room for it now.
  mutating func send(
    to topic: OpaquePointer, partition: Int32?, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?,
    headers: HeaderList, tag: Int
  ) throws(KafkaError) -> Bool {
    let library = handle.library
    let client = handle.client
    let copy = headers.copy()
    let error: OpaquePointer? = withUnsafeTemporaryAllocation(
      of: rd_kafka_vu_t.self, capacity: copy == nil ? 6 : 7
    ) { parts in
      parts.initialize(repeating: rd_kafka_vu_t())
      parts[0].vtype = RD_KAFKA_VTYPE_RKT
      parts[0].u.rkt = topic
      parts[1].vtype = RD_KAFKA_VTYPE_PARTITION
      parts[1].u.i32 = partition ?? RD_KAFKA_PARTITION_UA
      parts[2].vtype = RD_KAFKA_VTYPE_VALUE
      parts[2].u.mem.ptr = UnsafeMutableRawPointer(mutating: value?.baseAddress)
      parts[2].u.mem.size = value?.count ?? 0
      parts[3].vtype = RD_KAFKA_VTYPE_KEY
      parts[3].u.mem.ptr = UnsafeMutableRawPointer(mutating: key?.baseAddress)
      parts[3].u.mem.size = key?.count ?? 0
      parts[4].vtype = RD_KAFKA_VTYPE_MSGFLAGS
      parts[4].u.i = RD_KAFKA_MSG_F_COPY
      parts[5].vtype = RD_KAFKA_VTYPE_OPAQUE
      parts[5].u.ptr = UnsafeMutableRawPointer(bitPattern: tag)
      if let copy {
        parts[6].vtype = RD_KAFKA_VTYPE_HEADERS
        parts[6].u.headers = copy
      }
      return library.call.rd_kafka_produceva(client, parts.baseAddress, parts.count)
    }
    guard let error = error else {
      outstanding += 1
      return true
    }
    // They are librdkafka's only when the message is.
    if let copy { library.call.rd_kafka_headers_destroy(copy) }
    if library.call.rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR__QUEUE_FULL {
      library.call.rd_kafka_error_destroy(error)
      return false
    }
    throw library.take(error, "sending a record", at: handle.brokers) ?? .init(.other, "sending a record", at: brokers)
  }

  /// Has what waits for more to come sent now; the reports come as usual.
  ///
  /// librdkafka leaves `linger.ms` out of account for as long as a flush lasts. It lasts a millisecond at most, as the reports
  /// that would end it are ours to take.
  func hurry() { _ = handle.library.call.rd_kafka_flush(handle.client, 1) }

  /// Takes what happened: reports, errors, logs, statistics; waits at most `limit` for the first.
  mutating func serve(waitingAtMost limit: Duration = .zero) {
    var wait = limit.milliseconds
    let library = handle.library
    while let event = library.call.rd_kafka_queue_poll(handle.queue, wait) {
      defer { library.call.rd_kafka_event_destroy(event) }
      switch library.call.rd_kafka_event_type(event) {
      case RD_KAFKA_EVENT_DR: reports(event)
      case RD_KAFKA_EVENT_ERROR: complain(event)
      case RD_KAFKA_EVENT_LOG: handle.log(event, logger)
      case RD_KAFKA_EVENT_STATS: onStatistics(Librdkafka.text(library.call.rd_kafka_event_stats(event)))
      case RD_KAFKA_EVENT_OAUTHBEARER_TOKEN_REFRESH: token?.set(on: handle.client, library, logger)
      default: break
      }
      wait = 0
    }
  }

  private mutating func reports(_ event: OpaquePointer) {
    let library = handle.library
    while let message = library.call.rd_kafka_event_message_next(event) {
      outstanding -= 1
      let code = message.pointee.err
      if code == RD_KAFKA_RESP_ERR_NO_ERROR {
        delivered += 1
        complaint = nil
      } else {
        undelivered.append(
          Undelivered(
            tag: Int(bitPattern: message.pointee._private),
            error: library.error(code, "a record was not delivered", at: handle.brokers)))
      }
    }
  }

  private mutating func complain(_ event: OpaquePointer) {
    let library = handle.library
    let code = library.call.rd_kafka_event_error(event)
    let words = Librdkafka.text(library.call.rd_kafka_event_error_string(event))
    let error =
      lastingError() ?? KafkaError(KafkaError.Code(code), name: library.name(code), words, at: handle.brokers)
    // That all are down says less than why.
    if complaint.map({ !$0.isFatal && ($0.code != .authentication || error.isFatal) }) ?? true { complaint = error }
    logger.info("the Kafka client complains", metadata: ["error": .string(error.name), "text": .string(words)])
  }

  /// Why the producer cannot be used any more; nil where it can.
  func lastingError() -> KafkaError? {
    var reason = [CChar](repeating: 0, count: 512)
    let code = handle.library.call.rd_kafka_fatal_error(handle.client, &reason, reason.count)
    guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
    return KafkaError(
      KafkaError.Code(code), name: handle.library.name(code), Librdkafka.text(reason), at: handle.brokers, isFatal: true
    )
  }

  /// Waits until everything that was sent is reported; false when that takes longer.
  mutating func waitForReports(within limit: Duration) -> Bool {
    let deadline = ContinuousClock.now + limit
    while outstanding > 0, ContinuousClock.now < deadline { serve(waitingAtMost: .milliseconds(50)) }
    return outstanding == 0
  }

  /// The failures that were reported since the last call.
  mutating func takeUndelivered() -> [Undelivered] {
    guard !undelivered.isEmpty else { return [] }
    defer { undelivered.removeAll() }
    return undelivered
  }

  /// Forgets what waits to be sent; reports of it come as failures.
  mutating func purge() {
    _ = handle.library.call.rd_kafka_purge(handle.client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
  }

  // MARK: Transactions

  /// Takes the transactional id: whoever had it is fenced, and what it left open is aborted.
  mutating func initTransactions(within limit: Duration) throws(KafkaError) {
    try insisting("taking the transactional id", within: limit) { call, client, limit in
      call.rd_kafka_init_transactions(client, limit)
    }
  }

  /// Begins a transaction.
  func beginTransaction() throws(KafkaError) {
    try checked(handle.library.call.rd_kafka_begin_transaction(handle.client), "beginning a transaction")
  }

  /// Commits the transaction, whose messages have all been reported.
  mutating func commitTransaction(within limit: Duration) throws(KafkaError) {
    try insisting("committing a transaction", within: limit) { call, client, limit in
      call.rd_kafka_commit_transaction(client, limit)
    }
  }

  /// Aborts the transaction.
  func abortTransaction(within limit: Duration) throws(KafkaError) {
    try checked(
      handle.library.call.rd_kafka_abort_transaction(handle.client, limit.milliseconds), "aborting a transaction")
  }

  /// Makes a call again as long as that may help; reports are heard in between.
  /// - Parameter call: is told how many milliseconds it may wait.
  private mutating func insisting(
    _ doing: String, within limit: Duration, _ call: (cdc_rdkafka, OpaquePointer, Int32) -> OpaquePointer?
  ) throws(KafkaError) {
    let deadline = ContinuousClock.now + limit
    let step = min(limit, .seconds(5)).milliseconds
    while let error = handle.library.take(call(handle.library.call, handle.client, step), doing, at: handle.brokers) {
      serve()
      guard error.isRetriable, !error.requiresAbort, ContinuousClock.now < deadline else { throw error }
    }
  }

  private func checked(_ error: OpaquePointer?, _ doing: String) throws(KafkaError) {
    if let error = handle.library.take(error, doing, at: handle.brokers) { throw error }
  }

  /// Why the open transaction has to be aborted; nil where it need not be.
  func transactionError() -> KafkaError? {
    // While one is open no other begins: the answer says what is wrong with the open one, or that nothing is.
    let error = handle.library.take(
      handle.library.call.rd_kafka_begin_transaction(handle.client), "the transaction is lost", at: handle.brokers)
    return error.flatMap { $0.requiresAbort || $0.isFatal ? $0 : nil }
  }

  // MARK: Questions

  /// Asks brokers until there is an answer. In between what they say of us is heard, and bearer tokens are given.
  /// - Parameter ask: is told how long it may wait.
  private mutating func asking<R>(
    within limit: Duration, _ ask: (borrowing ClientHandle, Duration) throws(KafkaError) -> R
  ) throws(KafkaError) -> R {
    let deadline = ContinuousClock.now + limit
    var step = Duration.milliseconds(500)
    while true {
      serve()
      do throws(KafkaError) {
        return try ask(handle, min(step, limit))
      } catch {
        serve()
        // Why there is no answer is said apart from that there is none.
        if let complaint, complaint.code == .authentication { throw complaint }
        guard error.code == .unreachable || error.isRetriable, ContinuousClock.now < deadline else {
          throw error.code == .unreachable ? complaint ?? error : error
        }
        step = min(step * 2, .seconds(8))
      }
    }
  }

  /// The topics that exist. Asking for all of them makes none; asking for one does, where brokers make topics by
  /// themselves.
  mutating func existingTopics(within limit: Duration) throws(KafkaError) -> Set<String> {
    try asking(within: limit) { handle, limit throws(KafkaError) in try handle.existingTopics(within: limit) }
  }

  /// How many partitions a topic has; nil where it does not exist. Brokers may make it, unless the client is told not to
  /// have it made.
  mutating func partitions(of topic: String, within limit: Duration) throws(KafkaError) -> Int? {
    try asking(within: limit) { handle, limit throws(KafkaError) in try handle.partitions(of: topic, within: limit) }
  }

  /// Makes a topic, unless somebody else just did.
  /// - Parameter isTrial: whether brokers are only to say whether they would make it.
  func create(_ topic: NewTopic, within limit: Duration, isTrial: Bool = false) throws(KafkaError) {
    try topic.create(on: handle.client, handle.library, within: limit, isTrial: isTrial)
  }

  /// The settings of a topic or a broker, as the brokers have them.
  func settings(of resource: ConfiguredResource, within limit: Duration) throws(KafkaError) -> [String: String] {
    try resource.settings(on: handle.client, handle.library, within: limit)
  }

  /// The numbers of the brokers.
  @discardableResult
  mutating func brokers(within limit: Duration) throws(KafkaError) -> [Int32] {
    try asking(within: limit) { handle, limit throws(KafkaError) in try handle.brokers(within: limit) }
  }
}
