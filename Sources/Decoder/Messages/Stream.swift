public import WAL

/// Stream Start: changes of a transaction in progress follow, until Stream Stop.
public struct StreamStart: Hashable, Sendable {
  /// The top-level transaction.
  public let transaction: TransactionID
  /// Whether this is the transaction's first block.
  public let isFirst: Bool

  /// A Stream Start by its fields.
  public init(transaction: TransactionID, isFirst: Bool) {
    self.transaction = transaction
    self.isFirst = isFirst
  }
}

/// Stream Commit: the streamed transaction committed.
public struct StreamCommit: Hashable, Sendable {
  /// The top-level transaction.
  public let transaction: TransactionID
  /// Where and when.
  public let commit: Commit

  /// A Stream Commit by its fields.
  public init(transaction: TransactionID, commit: Commit) {
    self.transaction = transaction
    self.commit = commit
  }
}

/// Stream Abort: the streamed transaction, or a part of it, rolled back.
public struct StreamAbort: Hashable, Sendable {
  /// The top-level transaction.
  public let transaction: TransactionID
  /// What rolled back: the transaction itself, or one of its sub-transactions.
  public let subtransaction: TransactionID
  /// Where, with `streaming = parallel` only (protocol 4).
  public let abortLSN: LSN?
  /// When, with `streaming = parallel` only (protocol 4).
  public let abortTime: PostgresTime?

  /// A Stream Abort by its fields.
  public init(
    transaction: TransactionID, subtransaction: TransactionID, abortLSN: LSN? = nil, abortTime: PostgresTime? = nil
  ) {
    self.transaction = transaction
    self.subtransaction = subtransaction
    self.abortLSN = abortLSN
    self.abortTime = abortTime
  }
}

extension MessageReader {
  mutating func streamStart() throws(DecodeError) -> StreamStart {
    let transaction = try transactionID()
    let first = try uint8("the first-segment flag")
    guard first <= 1 else { throw error(.unknownTag(first, field: "first-segment flag"), at: offset - 1) }
    return StreamStart(transaction: transaction, isFirst: first == 1)
  }

  mutating func streamCommit() throws(DecodeError) -> StreamCommit {
    StreamCommit(transaction: try transactionID(), commit: try commit())
  }

  mutating func streamAbort() throws(DecodeError) -> StreamAbort {
    let transaction = try transactionID()
    let subtransaction = try transactionID()
    guard remaining > 0 else { return StreamAbort(transaction: transaction, subtransaction: subtransaction) }
    return StreamAbort(
      transaction: transaction, subtransaction: subtransaction, abortLSN: try lsn("the abort LSN"),
      abortTime: try time("the abort time"))
  }
}
