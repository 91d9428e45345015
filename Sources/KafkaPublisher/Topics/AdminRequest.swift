internal import CLibrdkafka

/// One question of librdkafka's admin interface, asked and answered.
struct AdminRequest {
  let operation: rd_kafka_admin_op_t
  /// What is being done, for messages.
  let doing: String
  /// Which topic or broker, for messages.
  let place: String

  /// Asks, and reads the answer.
  /// - Parameters:
  ///   - ask: sends the request with these options; the answer comes by the queue.
  ///   - read: reads the answer, which is freed after it.
  func answer<R>(
    from client: OpaquePointer, _ library: Librdkafka, within limit: Duration,
    _ ask: (_ options: OpaquePointer?, _ queue: OpaquePointer?) -> Void,
    _ read: (_ event: OpaquePointer) throws(KafkaError) -> R
  ) throws(KafkaError) -> R {
    var reason = [CChar](repeating: 0, count: 512)
    let options = library.call.rd_kafka_AdminOptions_new(client, operation)
    defer { library.call.rd_kafka_AdminOptions_destroy(options) }
    _ = library.call.rd_kafka_AdminOptions_set_request_timeout(options, limit.milliseconds, &reason, reason.count)
    let queue = library.call.rd_kafka_queue_new(client)
    defer { library.call.rd_kafka_queue_destroy(queue) }
    ask(options, queue)
    guard let event = library.call.rd_kafka_queue_poll(queue, limit.milliseconds + 1000) else {
      throw library.error(RD_KAFKA_RESP_ERR__TIMED_OUT, doing, at: place)
    }
    defer { library.call.rd_kafka_event_destroy(event) }
    let failed = library.call.rd_kafka_event_error(event)
    guard failed == RD_KAFKA_RESP_ERR_NO_ERROR else { throw library.error(failed, doing, at: place) }
    return try read(event)
  }
}
