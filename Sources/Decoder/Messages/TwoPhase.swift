public import WAL

/// Begin Prepare: a transaction that was prepared starts.
public struct BeginPrepare: Hashable, Sendable {
  /// The LSN of the prepare record.
  public let prepareLSN: LSN
  /// The position after the prepare record.
  public let endLSN: LSN
  /// When it was prepared.
  public let prepareTime: PostgresTime
  /// The transaction.
  public let transaction: TransactionID
  /// Its global identifier, as in PREPARE TRANSACTION.
  public let gid: String

  /// A Begin Prepare by its fields.
  public init(prepareLSN: LSN, endLSN: LSN, prepareTime: PostgresTime, transaction: TransactionID, gid: String) {
    self.prepareLSN = prepareLSN
    self.endLSN = endLSN
    self.prepareTime = prepareTime
    self.transaction = transaction
    self.gid = gid
  }
}

/// Prepare or Stream Prepare: the transaction is prepared; its fields are those of Begin Prepare.
public typealias Prepare = BeginPrepare

/// Commit Prepared: a prepared transaction committed.
public struct CommitPrepared: Hashable, Sendable {
  /// Where and when.
  public let commit: Commit
  /// The transaction.
  public let transaction: TransactionID
  /// Its global identifier.
  public let gid: String

  /// A Commit Prepared by its fields.
  public init(commit: Commit, transaction: TransactionID, gid: String) {
    self.commit = commit
    self.transaction = transaction
    self.gid = gid
  }
}

/// Rollback Prepared: a prepared transaction rolled back.
public struct RollbackPrepared: Hashable, Sendable {
  /// The position after the prepare record.
  public let prepareEndLSN: LSN
  /// The position after the rollback record.
  public let rollbackEndLSN: LSN
  /// When it was prepared.
  public let prepareTime: PostgresTime
  /// When it was rolled back.
  public let rollbackTime: PostgresTime
  /// The transaction.
  public let transaction: TransactionID
  /// Its global identifier.
  public let gid: String

  /// A Rollback Prepared by its fields.
  public init(
    prepareEndLSN: LSN, rollbackEndLSN: LSN, prepareTime: PostgresTime, rollbackTime: PostgresTime,
    transaction: TransactionID, gid: String
  ) {
    self.prepareEndLSN = prepareEndLSN
    self.rollbackEndLSN = rollbackEndLSN
    self.prepareTime = prepareTime
    self.rollbackTime = rollbackTime
    self.transaction = transaction
    self.gid = gid
  }
}

extension MessageReader {
  mutating func beginPrepare() throws(DecodeError) -> BeginPrepare {
    BeginPrepare(
      prepareLSN: try lsn("the prepare LSN"), endLSN: try lsn("the end LSN"), prepareTime: try time("the prepare time"),
      transaction: try transactionID(), gid: try string("the global identifier"))
  }

  mutating func prepare() throws(DecodeError) -> Prepare {
    try unusedFlags()
    return try beginPrepare()
  }

  mutating func commitPrepared() throws(DecodeError) -> CommitPrepared {
    CommitPrepared(
      commit: try commit(), transaction: try transactionID(), gid: try string("the global identifier"))
  }

  mutating func rollbackPrepared() throws(DecodeError) -> RollbackPrepared {
    try unusedFlags()
    return RollbackPrepared(
      prepareEndLSN: try lsn("the prepared end LSN"), rollbackEndLSN: try lsn("the rollback end LSN"),
      prepareTime: try time("the prepare time"), rollbackTime: try time("the rollback time"),
      transaction: try transactionID(), gid: try string("the global identifier"))
  }
}
