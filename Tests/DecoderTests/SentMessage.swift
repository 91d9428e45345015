import Decoder
import Testing
import WAL

/// A message with the rows that belong to it, and the bytes that it has on the wire.
struct SentMessage {
  let message: Message
  var oldRow: OldRow = .absent
  var old: [SentValue] = []
  var new: [SentValue] = []

  init(_ message: Message, oldRow: OldRow = .absent, old: [SentValue] = [], new: [SentValue] = []) {
    self.message = message
    self.oldRow = oldRow
    self.old = old
    self.new = new
  }

  /// Whether it stands in a streamed block.
  var isStreamed: Bool {
    switch message {
    case .relation(let relation): relation.transaction != nil
    case .type(let type): type.transaction != nil
    case .insert(let insert): insert.transaction != nil
    case .update(let update): update.transaction != nil
    case .delete(let delete): delete.transaction != nil
    case .truncate(let truncate): truncate.transaction != nil
    case .logicalMessage(let message): message.transaction != nil
    default: false
    }
  }

  /// The bytes as the server sends them.
  var bytes: [UInt8] {
    var writer = MessageWriter(tag)
    switch message {
    case .insert(let insert): change(insert.transaction, insert.relation, &writer)
    case .update(let update): change(update.transaction, update.relation, &writer)
    case .delete(let delete): change(delete.transaction, delete.relation, &writer)
    case .begin(let begin):
      writer.lsn(begin.commitLSN)
      writer.time(begin.commitTime)
      writer.integer(begin.transaction.rawValue)
    case .commit(let commit): writer.commit(commit)
    case .origin(let origin):
      writer.lsn(origin.commitLSN)
      writer.string(origin.name)
    case .relation(let relation): writer.relation(relation)
    case .type(let type):
      writer.transaction(type.transaction)
      writer.integer(type.oid)
      writer.string(type.schema)
      writer.string(type.name)
    case .truncate(let truncate): writer.truncate(truncate)
    case .logicalMessage(let message): writer.logicalMessage(message)
    default: writeRare(&writer)
    }
    return writer.bytes
  }

  private func writeRare(_ writer: inout MessageWriter) {
    switch message {
    case .streamStart(let start):
      writer.integer(start.transaction.rawValue)
      writer.integer(UInt8(start.isFirst ? 1 : 0))
    case .streamCommit(let commit):
      writer.integer(commit.transaction.rawValue)
      writer.commit(commit.commit)
    case .streamAbort(let abort): writer.abort(abort)
    case .beginPrepare(let prepare): writer.prepare(prepare)
    case .prepare(let prepare), .streamPrepare(let prepare):
      writer.integer(UInt8(0))
      writer.prepare(prepare)
    case .commitPrepared(let commit):
      writer.commit(commit.commit)
      writer.integer(commit.transaction.rawValue)
      writer.string(commit.gid)
    case .rollbackPrepared(let rollback): writer.rollback(rollback)
    default: break
    }
  }

  private func change(_ transaction: TransactionID?, _ relation: UInt32, _ writer: inout MessageWriter) {
    writer.transaction(transaction)
    writer.integer(relation)
    writer.oldRow(oldRow, old)
    if case .delete = message { return }
    writer.tuple("N", new)
  }

  /// The byte it begins with.
  var tag: MessageTag {
    switch message {
    case .begin: .begin
    case .commit: .commit
    case .origin: .origin
    case .relation: .relation
    case .type: .type
    case .insert: .insert
    case .update: .update
    case .delete: .delete
    case .truncate: .truncate
    case .logicalMessage: .logicalMessage
    case .streamStart: .streamStart
    case .streamStop: .streamStop
    case .streamCommit: .streamCommit
    case .streamAbort: .streamAbort
    case .beginPrepare: .beginPrepare
    case .prepare: .prepare
    case .commitPrepared: .commitPrepared
    case .rollbackPrepared: .rollbackPrepared
    case .streamPrepare: .streamPrepare
    }
  }
}

extension SentMessage: CustomTestStringConvertible {
  var testDescription: String { "\(tag)\(isStreamed ? ", streamed" : "")\(oldRow == .absent ? "" : ", \(oldRow)")" }
}
