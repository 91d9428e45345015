/// A message of `pgoutput`, protocol versions 1 to 4. The tuples of a change stand in the `Tuples` lent to the reader.
///
/// Source: PostgreSQL documentation, 55.9 "Logical Replication Message Formats".
public enum Message: Sendable {
  case begin(Begin)
  case commit(Commit)
  case origin(Origin)
  case relation(Relation)
  case type(TypeName)
  case insert(Insert)
  case update(Update)
  case delete(Delete)
  case truncate(Truncate)
  case logicalMessage(LogicalMessage)
  case streamStart(StreamStart)
  case streamStop
  case streamCommit(StreamCommit)
  case streamAbort(StreamAbort)
  case beginPrepare(BeginPrepare)
  case prepare(Prepare)
  case commitPrepared(CommitPrepared)
  case rollbackPrepared(RollbackPrepared)
  case streamPrepare(Prepare)
}

/// The byte a message begins with.
public enum MessageTag: UInt8, Sendable, CaseIterable {
  case begin = 0x42  // B
  case commit = 0x43  // C
  case origin = 0x4F  // O
  case relation = 0x52  // R
  case type = 0x59  // Y
  case insert = 0x49  // I
  case update = 0x55  // U
  case delete = 0x44  // D
  case truncate = 0x54  // T
  case logicalMessage = 0x4D  // M
  case streamStart = 0x53  // S
  case streamStop = 0x45  // E
  case streamCommit = 0x63  // c
  case streamAbort = 0x41  // A
  case beginPrepare = 0x62  // b
  case prepare = 0x50  // P
  case commitPrepared = 0x4B  // K
  case rollbackPrepared = 0x72  // r
  case streamPrepare = 0x70  // p
}
