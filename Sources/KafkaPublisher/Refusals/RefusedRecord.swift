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
  /// Whether key and value are texts with their schemas, which are still to be converted.
  let isUnconverted: Bool

  init(
    topic: String, partition: Int32?, key: [UInt8]?, value: [UInt8]?, _ headers: [EventHeaders.Header],
    isUnconverted: Bool
  ) {
    self.topic = topic
    self.partition = partition
    self.isUnconverted = isUnconverted
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
