internal import Decoder

extension EventRecord {
  /// Adds the event as a line.
  func append(to buffer: inout OutputBuffer, _ settings: EventSettings) {
    buffer.append(literal: "{\"topic\":")
    buffer.appendJSONString(topic)
    buffer.append(utf8: ",\"partition\":\(partition.map { String($0) } ?? "null"),\"key\":")
    if let key {
      key.append(to: &buffer, withSchema: settings.keySchemas, replacingNulls: settings.keyReplacesNullWithDefault)
    } else {
      buffer.append(literal: "null")
    }
    buffer.append(literal: ",\"value\":")
    if let value {
      value.append(
        to: &buffer, withSchema: settings.valueSchemas, replacingNulls: settings.values.replacesNullWithDefault)
    } else {
      buffer.append(literal: "null")
    }
    buffer.append(literal: ",\"headers\":{")
    for (index, header) in headers.enumerated() { header.append(first: index == 0, settings, to: &buffer) }
    buffer.append(literal: "}}\n")
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
