public import WAL

/// Begin: a transaction starts, known to commit.
public struct Begin: Hashable, Sendable {
  /// The LSN of the commit record, which identifies the transaction.
  public let commitLSN: LSN
  /// When it was committed.
  public let commitTime: PostgresTime
  /// Its identifier.
  public let transaction: TransactionID

  /// A Begin by its fields.
  public init(commitLSN: LSN, commitTime: PostgresTime, transaction: TransactionID) {
    self.commitLSN = commitLSN
    self.commitTime = commitTime
    self.transaction = transaction
  }
}

extension MessageReader {
  mutating func begin() throws(DecodeError) -> Begin {
    Begin(
      commitLSN: try lsn("the commit LSN"), commitTime: try time("the commit time"), transaction: try transactionID())
  }
}
