internal import Decoder
internal import PGReplication
internal import WAL

/// The transactions that the server streams before they commit: puts by what arrives of them, in the form in which the
/// stream would have sent it after the commit, and remembers what of it was rolled back.
///
/// Source: PostgreSQL documentation, 47.10 "Streaming of Large Transactions for Logical Decoding".
struct TransactionsInProgress: ~Copyable {
  /// What is known of one of them besides its frames.
  private struct Transaction {
    let firstLSN: LSN
    var parts = TransactionParts()
    var hasMessages = false
    /// When each relation was introduced in it, by OID.
    var relations: [UInt32: UInt64] = [:]
  }

  private var transactions: [UInt32: Transaction] = [:]
  /// The transaction whose block the stream is in.
  private(set) var block: TransactionID?
  /// The part that the block's last change belongs to.
  private var lastPart: UInt32 = 0
  private var waiting = OutputBuffer(capacity: 0)
  private var introductions: UInt64 = 0
  /// When each relation was introduced outside of a block, by OID.
  private var introduced: [UInt32: UInt64] = [:]

  /// So many bytes are handed to the spool at once.
  static let bufferBytes = 256 << 10

  init() {}

  /// How many are in progress.
  var count: Int { transactions.count }

  /// A block begins.
  mutating func begin(_ start: StreamStart, at lsn: LSN) throws(DecodeError) {
    block = start.transaction
    lastPart = start.transaction.rawValue
    guard transactions[start.transaction.rawValue] == nil else { return }
    guard start.isFirst else { throw unexpected("a transaction goes on of which nothing came before", .streamStart) }
    transactions[start.transaction.rawValue] = Transaction(firstLSN: lsn)
  }

  /// Puts a frame of the block by; its end closes the block.
  /// - Returns: whether what was put by is to be spooled now.
  mutating func take(_ frame: borrowing Frame, of block: TransactionID) throws(DecodeError) -> Bool {
    let payload = frame.payload
    guard payload.byteCount > 0 else { throw DecodeError(.truncated(field: "the message's tag"), at: 0, in: nil) }
    let byte = payload.unsafeLoad(fromByteOffset: 0, as: UInt8.self)
    guard let tag = MessageTag(rawValue: byte) else { throw DecodeError(.unknownMessage(tag: byte), at: 0, in: byte) }
    switch tag {
    case .insert, .update, .delete, .truncate, .logicalMessage:
      if tag == .logicalMessage { transactions[block.rawValue]?.hasMessages = true }
      let part = try number(payload, at: 1, "the transaction", tag)
      if part != lastPart {
        lastPart = part
        if part != block.rawValue { transactions[block.rawValue]?.parts.add(part) }
      }
      put(tag, payload.extracting(5..<payload.byteCount), part, frame.start)
    case .relation:
      // Kept where the part it came in is rolled back: the server does not send it again for the parts that follow.
      let oid = try number(payload, at: 5, "the relation", tag)
      introductions += 1
      transactions[block.rawValue]?.relations[oid] = introductions
      put(tag, payload.extracting(5..<payload.byteCount), SpoolRecord.always, frame.start)
    case .type:
      _ = try number(payload, at: 1, "the transaction", tag)
      put(tag, payload.extracting(5..<payload.byteCount), SpoolRecord.always, frame.start)
    case .origin: put(tag, payload.extracting(1..<payload.byteCount), SpoolRecord.always, frame.start)
    case .streamStop:
      self.block = nil
      return waiting.count > 0
    case .begin, .commit, .streamStart, .streamCommit, .streamAbort, .beginPrepare, .prepare, .commitPrepared,
      .rollbackPrepared, .streamPrepare:
      throw unexpected("it stands inside a block of a transaction in progress", tag)
    }
    return waiting.count >= TransactionsInProgress.bufferBytes
  }

  /// Hands out what was put by and takes an empty buffer for it.
  mutating func exchange(for spare: consuming OutputBuffer) -> OutputBuffer {
    var full = spare
    full.clear(retaining: TransactionsInProgress.bufferBytes + (64 << 10))
    swap(&waiting, &full)
    return full
  }

  /// The transaction, or a part of it, rolled back.
  /// - Returns: whether it was the whole.
  mutating func rollBack(_ abort: StreamAbort) -> Bool {
    guard abort.subtransaction == abort.transaction else {
      transactions[abort.transaction.rawValue]?.parts.rollBack(abort.subtransaction.rawValue)
      return false
    }
    return transactions.removeValue(forKey: abort.transaction.rawValue) != nil
  }

  /// The transaction committed: it comes out of the spool now.
  mutating func commit(_ message: StreamCommit, at lsn: LSN) throws(DecodeError) -> SpooledTransaction {
    guard let transaction = transactions.removeValue(forKey: message.transaction.rawValue) else {
      throw unexpected("a transaction commits of which nothing came before", .streamCommit)
    }
    var outdated: [UInt32] = []
    for (oid, moment) in transaction.relations {
      if let later = introduced[oid], later > moment { outdated.append(oid) } else { introduced[oid] = moment }
    }
    return SpooledTransaction(
      transaction: message.transaction, commit: message.commit, firstLSN: transaction.firstLSN, commitFrame: lsn,
      parts: transaction.parts, hasMessages: transaction.hasMessages, outdated: outdated)
  }

  /// A relation was introduced outside of a block.
  mutating func introduce(_ oid: UInt32) {
    introductions += 1
    introduced[oid] = introductions
  }

  private mutating func put(_ tag: MessageTag, _ rest: RawSpan, _ part: UInt32, _ lsn: LSN) {
    SpoolRecord.write(tag, rest, part: part, at: lsn, to: &waiting)
  }

  private func number(
    _ payload: RawSpan, at offset: Int, _ field: StaticString, _ tag: MessageTag
  ) throws(DecodeError) -> UInt32 {
    guard payload.byteCount >= offset + 4 else {
      throw DecodeError(.truncated(field: "\(field)"), at: offset, in: tag.rawValue)
    }
    return UInt32(bigEndian: payload.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  private func unexpected(_ what: String, _ tag: MessageTag) -> DecodeError {
    DecodeError(.unexpected(what), at: 0, in: tag.rawValue)
  }
}

/// A transaction that was streamed before it committed, and has committed now.
struct SpooledTransaction: Sendable {
  /// Its number, which the spool knows it by.
  let transaction: TransactionID
  /// Where and when it committed.
  let commit: Commit
  /// Where its first block stood in the log.
  let firstLSN: LSN
  /// Where its commit stood in the log.
  let commitFrame: LSN
  /// Its savepoints.
  var parts: TransactionParts
  /// Whether it holds logical messages.
  let hasMessages: Bool
  /// Relations, by OID, that were introduced anew outside of it after it introduced them: what it says of them holds
  /// inside it alone.
  let outdated: [UInt32]

  /// Whether its messages may have been rolled back: the server gives them all the number of the whole transaction,
  /// whatever part of it they stand in.
  var isAmbiguous: Bool { hasMessages && !parts.rolledBack.isEmpty }
}
