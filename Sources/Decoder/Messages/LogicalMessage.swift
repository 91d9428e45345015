public import WAL

/// Message: what an application wrote into the log with `pg_logical_emit_message`.
public struct LogicalMessage: Hashable, Sendable {
  /// The transaction, in a streamed block.
  public let transaction: TransactionID?
  /// Whether it belongs to its transaction; otherwise it stands alone, even when the transaction rolled back.
  public let isTransactional: Bool
  /// Where it stands in the log.
  public let lsn: LSN
  /// What kind of message it is, in the application's words.
  public let prefix: String
  /// The message itself.
  public let content: [UInt8]

  /// A Message by its fields.
  public init(
    transaction: TransactionID? = nil, isTransactional: Bool, lsn: LSN, prefix: String, content: [UInt8]
  ) {
    self.transaction = transaction
    self.isTransactional = isTransactional
    self.lsn = lsn
    self.prefix = prefix
    self.content = content
  }
}

extension MessageReader {
  mutating func logicalMessage() throws(DecodeError) -> LogicalMessage {
    let transaction = try streamedTransaction()
    let flags = try uint8("the flags")
    guard flags <= 1 else { throw error(.unknownTag(flags, field: "message flags"), at: offset - 1) }
    let lsn = try lsn("the message's LSN")
    let prefix = try string("the message's prefix")
    let count = try length("the message's length")
    return LogicalMessage(
      transaction: transaction, isTransactional: flags == 1, lsn: lsn, prefix: prefix,
      content: try byteArray(count: count, "the message"))
  }
}
