internal import Decoder

/// What tells this run of the program from others: the `__debezium.context.*` headers carry it.
///
/// Source: Debezium documentation, PostgreSQL connector, `extended.headers.enabled`.
public struct RunIdentity: Sendable {
  /// A UUID of version 7.
  public let id: String

  /// A new identity, of this moment.
  public init() {
    let milliseconds = EventClock.nanoseconds / 1_000_000
    let random = UInt64.random(in: 0 ... .max)
    let rest = UInt64.random(in: 0 ... .max)
    func hex(_ value: UInt64, _ digits: Int) -> String {
      let text = String(value, radix: 16)
      return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
    id = [
      hex(milliseconds >> 16, 8), hex(milliseconds & 0xFFFF, 4), "7" + hex(random & 0xFFF, 3),
      hex(0x8000 | (random >> 50), 4), hex(rest & 0xFFFF_FFFF_FFFF, 12),
    ].joined(separator: "-")
  }

  func headers(_ settings: EventSettings) -> [EventRecord.Header] {
    let schema = ConnectSchema(.string)
    return [
      ("connectorLogicalName", settings.topicPrefix), ("taskId", "0"), ("connectorName", "postgresql"), ("runId", id),
    ].map { name, value in
      EventRecord.Header("__debezium.context.\(name)", EventValue(schema, .text(RunIdentity.quoted(value))))
    }
  }

  private static func quoted(_ text: String) -> [UInt8] {
    var buffer = OutputBuffer(capacity: text.utf8.count + 8)
    buffer.appendJSONString(text)
    return buffer.array
  }
}
