public import Decoder
internal import Pipeline
public import WAL

/// Events that no table shapes: messages, heartbeats, transaction boundaries.
///
/// Source: Debezium documentation, PostgreSQL connector, "Message events", "Transaction metadata", "Heartbeat".
extension EventEncoder {
  /// Renders a logical message, where its prefix is wanted.
  public mutating func message(_ message: borrowing LogicalMessage, at lsn: LSN) {
    // One that stands for itself is a commit of its own to whoever comes after it.
    if !message.isTransactional { source.lastCommit = lsn }
    guard settings.includesMessage(message.prefix) else { return }
    if message.isTransactional { monitor?.countMessage() }
    // It has no ordinal; its own place in the log tells it from all others. The LSN is where its record ends, and may be
    // that of the next commit.
    (origin.position, origin.lsn) = (Position(commit: LSN(lsn.rawValue &- 1), ordinal: 0), lsn)
    var line = open(fixed.message)
    batch.bytes.append(literal: "{\"prefix\":")
    batch.bytes.appendJSONString(message.prefix)
    close(&line, fixed.message)
    batch.bytes.append(literal: "{\"op\":\"m\",\"ts_ms\":")
    batch.bytes.appendDecimal(EventClock.nanoseconds / 1_000_000)
    batch.bytes.append(literal: ",\"source\":")
    source.append(
      .init(lsn: lsn, hasTransaction: message.isTransactional), EventEncoder.messageSource, to: &batch.bytes)
    batch.bytes.append(literal: ",\"transaction\":")
    appendTransaction(lsn, inTransaction: message.isTransactional)
    batch.bytes.append(literal: ",\"message\":{\"prefix\":")
    batch.bytes.appendJSONString(message.prefix)
    batch.bytes.append(literal: ",\"content\":")
    appendContent(message.content)
    batch.bytes.append(UInt8(ascii: "}"))
    finish(&line, fixed.message)
  }

  /// Renders a heartbeat.
  public mutating func heartbeat() {
    var line = open(fixed.heartbeat)
    batch.bytes.append(literal: "{\"serverName\":")
    batch.bytes.appendJSONString(settings.topicPrefix)
    close(&line, fixed.heartbeat)
    batch.bytes.append(literal: "{\"ts_ms\":")
    batch.bytes.appendDecimal(EventClock.nanoseconds / 1_000_000)
    finish(&line, fixed.heartbeat)
    batch.passing = min(batch.passing + 1, batch.changes)
  }

  /// Begins an event that no table shapes, up to its key's payload.
  mutating func open(_ frame: FixedEvents.Frame) -> EventLine {
    var line = EventLine(start: batch.bytes.count)
    batch.bytes.append(contentsOf: frame.head)
    line.key = batch.bytes.count..<batch.bytes.count
    return line
  }

  /// Ends its key's payload, and leads to the value's.
  mutating func close(_ line: inout EventLine, _ frame: FixedEvents.Frame) {
    batch.bytes.append(UInt8(ascii: "}"))
    line.key = (line.key?.lowerBound ?? line.start)..<batch.bytes.count
    batch.bytes.append(contentsOf: frame.middle)
    line.value = batch.bytes.count..<batch.bytes.count
  }

  /// Ends its value's payload and the event.
  mutating func finish(_ line: inout EventLine, _ frame: FixedEvents.Frame) {
    batch.bytes.append(UInt8(ascii: "}"))
    line.value = (line.value?.lowerBound ?? line.start)..<batch.bytes.count
    batch.bytes.append(contentsOf: frame.tail)
    finish(line, frame.shape, frame.partition, [])
  }

  mutating func appendContent(_ content: [UInt8]) {
    switch settings.values.binary {
    case .bytes, .base64: batch.bytes.appendBase64(content)
    case .base64URLSafe: batch.bytes.appendBase64(content.span.bytes, safeInURLs: true)
    case .hex:
      batch.bytes.append(UInt8(ascii: "\""))
      for byte in content {
        batch.bytes.append(OutputBuffer.hexDigit(byte >> 4))
        batch.bytes.append(OutputBuffer.hexDigit(byte & 15))
      }
      batch.bytes.append(UInt8(ascii: "\""))
    }
  }

  static let messageSource = Array(",\"schema\":\"\",\"table\":\"\",\"txId\":".utf8)

  mutating func appendTransaction(_ lsn: LSN, inTransaction: Bool) {
    guard inTransaction, let monitor else { return batch.bytes.append(literal: "null") }
    monitor.appendBlock(lsn, to: &batch.bytes)
  }

  mutating func boundary(_ status: TransactionMonitor.Status, _ lsn: LSN) {
    guard let monitor else { return }
    (origin.position, origin.lsn) = (Position(commit: lsn, ordinal: status == .begin ? 0 : .max), lsn)
    var line = open(fixed.transaction)
    batch.bytes.append(literal: "{\"id\":\"")
    monitor.appendID(lsn, to: &batch.bytes)
    batch.bytes.append(UInt8(ascii: "\""))
    close(&line, fixed.transaction)
    batch.bytes.append(literal: "{\"status\":\"")
    batch.bytes.append(literal: status == .begin ? "BEGIN" : "END")
    batch.bytes.append(literal: "\",\"id\":\"")
    monitor.appendID(lsn, to: &batch.bytes)
    batch.bytes.append(literal: "\",\"event_count\":")
    monitor.appendCounts(status, to: &batch.bytes)
    batch.bytes.append(literal: ",\"ts_ms\":")
    source.appendMilliseconds(to: &batch.bytes)
    finish(&line, fixed.transaction)
  }
}
