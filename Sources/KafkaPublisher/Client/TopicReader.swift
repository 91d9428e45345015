internal import CLibrdkafka
internal import Events
internal import Logging

/// Reads topics: what is committed in them, from wherever one likes to their end. It belongs to one thread.
struct TopicReader: ~Copyable {
  /// A record as it was read.
  struct Record {
    let topic: String
    let partition: Int32
    let offset: Int64
    let timestamp: Int64
    let key: [UInt8]?
    let value: [UInt8]?
    let headers: [EventHeaders.Header]
  }

  private let handle: ClientHandle
  private let logger: Logger
  private let token: BearerToken?

  init(_ settings: KafkaSettings, _ library: Librdkafka, logger: Logger) throws(KafkaError) {
    token = settings.token
    handle = try ClientHandle(
      RD_KAFKA_CONSUMER, settings.consumer, library,
      events: RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_LOG
        | (token == nil ? 0 : RD_KAFKA_EVENT_OAUTHBEARER_TOKEN_REFRESH))
    self.logger = logger
  }

  /// How many partitions a topic has; nil where it does not exist.
  func partitions(of topic: String, within limit: Duration) throws(KafkaError) -> Int? {
    serve()
    return try handle.partitions(of: topic, within: limit)
  }

  /// The last record of a key; nil where there is none.
  ///
  /// A topic of positions grows until it is compacted, and what is wanted stands at its end: it is read backwards, in steps
  /// that grow.
  func last(_ key: [UInt8], in topic: String, partitions: Int, within limit: Duration) throws(KafkaError) -> Record? {
    var last: Record?
    for partition in 0..<Int32(clamping: partitions) {
      let (low, high) = try watermarks(topic, partition, limit)
      var (start, step) = (max(low, high - 1000), Int64(1000))
      while high > low {
        var found: Record?
        try read(topic, partition, from: start, within: limit) { record in
          if record.key == key { found = record }
          return true
        }
        if let found, found.timestamp >= last?.timestamp ?? .min { last = found }
        if found != nil || start == low { break }
        step *= 10
        start = max(low, high - step)
      }
    }
    return last
  }

  private func watermarks(_ topic: String, _ partition: Int32, _ limit: Duration) throws(KafkaError) -> (Int64, Int64) {
    var (low, high): (Int64, Int64) = (0, 0)
    let code = handle.library.call.rd_kafka_query_watermark_offsets(
      handle.client, topic, partition, &low, &high, limit.milliseconds)
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
      throw handle.library.error(code, "asking for the ends of partition \(partition)", at: "topic \(topic)")
    }
    return (low, high)
  }

  /// Reads a partition from an offset to its end, or until `take` returns false.
  func read(
    _ topic: String, _ partition: Int32, from offset: Int64, within limit: Duration, _ take: (Record) -> Bool
  ) throws(KafkaError) {
    let library = handle.library
    try withList(topic, partition, offset: offset, "reading") { list in
      library.call.rd_kafka_assign(handle.client, list)
    }
    defer { _ = library.call.rd_kafka_assign(handle.client, nil) }
    var deadline = ContinuousClock.now + limit
    while true {
      serve()
      guard let message = library.call.rd_kafka_consumer_poll(handle.client, 50) else {
        guard ContinuousClock.now < deadline else {
          throw library.error(RD_KAFKA_RESP_ERR__TIMED_OUT, "reading", at: "topic \(topic)")
        }
        continue
      }
      defer { library.call.rd_kafka_message_destroy(message) }
      switch message.pointee.err {
      case RD_KAFKA_RESP_ERR_NO_ERROR:
        deadline = ContinuousClock.now + limit
        if !take(record(message, topic)) { return }
      case RD_KAFKA_RESP_ERR__PARTITION_EOF: return
      case let code:
        let error = library.error(code, "reading", at: "topic \(topic)")
        // That brokers are down is said by a time limit, unless they come back before.
        guard error.code == .unreachable else { throw error }
      }
    }
  }

  /// What stands in a partition behind the position that was committed, at most `limit` records.
  func uncommitted(_ topic: String, _ partition: Int32, limit: Int, within time: Duration) throws(KafkaError)
    -> [Record]
  {
    var committed = Int64(0)
    try withList(topic, partition, "asking for the committed position") { list in
      let code = handle.library.call.rd_kafka_committed(handle.client, list, time.milliseconds)
      committed = list.pointee.elems.pointee.offset
      return code
    }
    let (low, high) = try watermarks(topic, partition, time)
    let start = max(low, committed)
    guard start < high, limit > 0 else { return [] }
    var records: [Record] = []
    try read(topic, partition, from: start, within: time) { record in
      records.append(record)
      return records.count < limit
    }
    return records
  }

  /// Commits a position.
  func commit(_ topic: String, _ partition: Int32, offset: Int64) throws(KafkaError) {
    try withList(topic, partition, offset: offset, "committing a position") { list in
      handle.library.call.rd_kafka_commit(handle.client, list, 0)
    }
  }

  /// Lends librdkafka's list of one partition.
  private func withList(
    _ topic: String, _ partition: Int32, offset: Int64? = nil, _ doing: String,
    _ body: (UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) -> rd_kafka_resp_err_t
  ) throws(KafkaError) {
    let library = handle.library
    guard let list = library.call.rd_kafka_topic_partition_list_new(1),
      let element = library.call.rd_kafka_topic_partition_list_add(list, topic, partition)
    else { throw KafkaError(.other, "\(doing): there is no memory", at: "topic \(topic)") }
    defer { library.call.rd_kafka_topic_partition_list_destroy(list) }
    if let offset { element.pointee.offset = offset }
    let code = body(list)
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw library.error(code, doing, at: "topic \(topic)") }
  }

  private func record(_ message: UnsafeMutablePointer<rd_kafka_message_t>, _ topic: String) -> Record {
    func bytes(_ start: UnsafeMutableRawPointer?, _ count: Int) -> [UInt8]? {
      start.map { Array(UnsafeRawBufferPointer(start: $0, count: count)) }
    }
    let given = message.pointee
    return Record(
      topic: topic, partition: given.partition, offset: given.offset,
      timestamp: handle.library.call.rd_kafka_message_timestamp(message, nil), key: bytes(given.key, given.key_len),
      value: bytes(given.payload, given.len), headers: headers(message))
  }

  private func headers(_ message: UnsafeMutablePointer<rd_kafka_message_t>) -> [EventHeaders.Header] {
    let call = handle.library.call
    var list: OpaquePointer?
    guard call.rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR else { return [] }
    var headers: [EventHeaders.Header] = []
    while true {
      var name: UnsafePointer<CChar>?
      var value: UnsafeRawPointer?
      var count = 0
      guard call.rd_kafka_header_get_all(list, headers.count, &name, &value, &count) == RD_KAFKA_RESP_ERR_NO_ERROR,
        let name
      else { return headers }
      let bytes = value.map { Array(UnsafeRawBufferPointer(start: $0, count: count)) }
      headers.append(EventHeaders.Header(Librdkafka.text(name), bytes))
    }
  }

  /// Takes logs and the like.
  private func serve() {
    let call = handle.library.call
    while let event = call.rd_kafka_queue_poll(handle.queue, 0) {
      switch call.rd_kafka_event_type(event) {
      case RD_KAFKA_EVENT_LOG: handle.log(event, logger)
      case RD_KAFKA_EVENT_OAUTHBEARER_TOKEN_REFRESH: token?.set(on: handle.client, handle.library, logger)
      default: break
      }
      call.rd_kafka_event_destroy(event)
    }
  }
}
