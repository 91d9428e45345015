internal import CLibrdkafka
internal import Events

/// A record's headers as librdkafka has them: made once for records that have the same, and copied for each.
///
/// They are not handed over one by one: librdkafka frees such twice when it refuses the record.
final class HeaderList {
  private let library: Librdkafka
  private let headers: OpaquePointer?

  /// Headers in their order; a name may come twice.
  init(_ headers: [EventHeaders.Header] = [], _ library: Librdkafka) {
    self.library = library
    guard !headers.isEmpty else {
      self.headers = nil
      return
    }
    self.headers = library.call.rd_kafka_headers_new(headers.count)
    for header in headers {
      let code = header.value.lent { value in
        library.call.rd_kafka_header_add(self.headers, header.name, -1, value?.baseAddress, value?.count ?? 0)
      }
      assert(code == RD_KAFKA_RESP_ERR_NO_ERROR, "a header that librdkafka does not take")
    }
  }

  deinit { if let headers { library.call.rd_kafka_headers_destroy(headers) } }

  /// A copy that belongs to whoever asks; nil for no headers.
  func copy() -> OpaquePointer? { headers.flatMap { library.call.rd_kafka_headers_copy($0) } }
}
