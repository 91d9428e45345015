public import WAL

/// Commit: the transaction's last message.
public struct Commit: Hashable, Sendable {
  /// The LSN of the commit record; equal to its Begin's.
  public let commitLSN: LSN
  /// The position after the commit record: what offsets and confirmations hold.
  public let endLSN: LSN
  /// When it was committed.
  public let commitTime: PostgresTime

  /// A Commit by its fields.
  public init(commitLSN: LSN, endLSN: LSN, commitTime: PostgresTime) {
    self.commitLSN = commitLSN
    self.endLSN = endLSN
    self.commitTime = commitTime
  }
}

extension MessageReader {
  mutating func commit() throws(DecodeError) -> Commit {
    try unusedFlags()
    return Commit(
      commitLSN: try lsn("the commit LSN"), endLSN: try lsn("the end LSN"), commitTime: try time("the commit time"))
  }
}
