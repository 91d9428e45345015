internal import Events
internal import FoundationEssentials

/// A record that was set aside in the audit database, so that it can be sent again as it was.
struct RefusedRecord: Codable {
  /// A header; its value is base64 in JSON.
  struct Header: Codable {
    let name: String
    let value: Data?
  }

  let topic: String
  let partition: Int32?
  let key: Data?
  let value: Data?
  let headers: [Header]

  init(
    topic: String, partition: Int32?, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?,
    _ headers: [EventHeaders.Header]
  ) {
    self.topic = topic
    self.partition = partition
    self.key = key.map { Data($0) }
    self.value = value.map { Data($0) }
    self.headers = headers.map { Header(name: $0.name, value: $0.value.map { Data($0) }) }
  }

  /// As JSON; bytes are base64.
  var json: String {
    // Plain data: encoding it has no way to fail.
    (try? JSONEncoder().encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }
}
