import Decoder
import Pipeline
import Synchronization
import WAL

/// What an encoder was told, in order, readable after it has been moved away.
final class EncoderLog: Sendable {
  private let lines = Mutex<[String]>([])
  func add(_ line: String) { lines.withLock { $0.append(line) } }
  var all: [String] { lines.withLock { $0 } }
}

/// An encoder that writes down what it is told; each change counts for 100 bytes.
struct RecordingEncoder: ~Copyable, ChangeEncoder {
  let log: EncoderLog
  private(set) var changeCount = 0
  var byteCount: Int { changeCount * 100 }

  init(_ log: EncoderLog) { self.log = log }

  mutating func begin(_ transaction: Begin, at lsn: LSN) { log.add("begin \(transaction.commitLSN)") }

  mutating func message(_ message: borrowing LogicalMessage, at lsn: LSN) {
    if message.isTransactional { log.add("message \(message.prefix)") }
  }

  mutating func encode(_ change: borrowing Change) {
    changeCount += 1
    var line = "\(change.operation) \(change.plan.relation.name) \(change.position) at \(change.lsn)"
    var row = OutputBuffer(capacity: 64)
    var notes = RowNotes()
    if change.hasOld {
      change.appendOld(to: &row, notes: &notes)
      row.append(literal: " → ")
    }
    if change.hasNew { change.appendNew(to: &row, notes: &notes) }
    if row.count > 0 { line += " " + row.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
    if change.operation == .truncate { line += " options \(change.truncate.rawValue)" }
    log.add(line)
  }

  mutating func exchange(for spare: consuming EncodedBatch) -> EncodedBatch {
    log.add("exchange \(changeCount)")
    changeCount = 0
    return spare
  }

  mutating func setAside(_ refused: RefusedChange) { log.add("refused \(refused.commitLSN) \(refused.index)") }
}
