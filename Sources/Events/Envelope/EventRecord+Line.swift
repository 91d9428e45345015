internal import Decoder

extension EventRecord {
  /// Where the parts of a line stand.
  struct Ranges {
    var key: Range<Int>?
    var value: Range<Int>?
    var headers: Range<Int>
  }

  /// Adds the event as a line.
  ///
  /// - Throws: ``CloudEventsError`` for a value that cannot be a CloudEvent; a part of the line may be in the buffer.
  func append(
    to buffer: inout OutputBuffer, _ settings: EventSettings, _ cloudEvents: inout CloudEvents?
  ) throws(CloudEventsError) -> Ranges {
    var ranges = Ranges(headers: 0..<0)
    buffer.append(literal: "{\"topic\":")
    buffer.appendJSONString(topic)
    buffer.append(utf8: ",\"partition\":\(partition.map { String($0) } ?? "null"),\"key\":")
    if let key {
      let start = buffer.count
      defer { ranges.key = start..<buffer.count }
      key.append(to: &buffer, withSchema: settings.keySchemas, replacingNulls: settings.keyReplacesNullWithDefault)
    } else {
      buffer.append(literal: "null")
    }
    buffer.append(literal: ",\"value\":")
    let valueStart = buffer.count
    if try appendValue(to: &buffer, settings, &cloudEvents) {
      ranges.value = valueStart..<buffer.count
    } else {
      buffer.append(literal: "null")
    }
    buffer.append(literal: ",\"headers\":{")
    let start = buffer.count - 1
    for (index, header) in headers.enumerated() { header.append(first: index == 0, settings, to: &buffer) }
    buffer.append(literal: "}}\n")
    ranges.headers = start..<(buffer.count - 2)
    return ranges
  }

  /// Adds the value; false for none.
  private func appendValue(
    to buffer: inout OutputBuffer, _ settings: EventSettings, _ cloudEvents: inout CloudEvents?
  ) throws(CloudEventsError) -> Bool {
    if let isThere = try cloudEvents?.append(self, to: &buffer) { return isThere }
    guard let value else { return false }
    value.append(
      to: &buffer, withSchema: settings.valueSchemas, replacingNulls: settings.values.replacesNullWithDefault)
    return true
  }
}

extension EventRecord.Header {
  /// Adds `"name":value`, after a comma unless it is the first.
  func append(first: Bool, _ settings: EventSettings, to buffer: inout OutputBuffer) {
    if !first { buffer.append(UInt8(ascii: ",")) }
    buffer.appendJSONString(name)
    buffer.append(UInt8(ascii: ":"))
    value.append(to: &buffer, withSchema: settings.headerSchemas)
  }
}
