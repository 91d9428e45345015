internal import Decoder
internal import PGReplication
internal import Pipeline
internal import WAL

/// One session of the writer with the audit database. When anything fails it is dropped with all that it holds; the next
/// one reads the offset and goes on.
final class AuditSession {
  let connection: Connection
  let names: AuditNames
  let source: SourceIdentity
  var sourceID: Int32 = 0
  var epoch: Int64?
  var gaps: [Gap] = []
  /// Another source's offset that this one does not go on from, to be recorded where this one begins.
  var foreign: Failure?
  /// Whether an audit transaction is open.
  var isInTransaction = false
  /// Whether its COPY is open.
  var isCopying = false
  /// Rows sent since the last commit in COPYs that are over.
  var finishedRows = 0
  /// Rows sent in the open COPY.
  var copyRows = 0
  /// Places of set-aside changes among all changes since the last commit, ascending.
  var quarantinePlaces: [Int] = []
  var quarantined: [QuarantinedChange] = []
  var quarantinedBytes = 0

  /// A stretch of the log that was never read.
  struct Gap {
    let from: LSN
    let to: LSN
    let reason: String
  }

  init(_ connection: consuming Connection, names: AuditNames, source: SourceIdentity) {
    self.connection = connection
    self.names = names
    self.source = source
  }

  /// Begins a transaction and its COPY, unless they are open.
  func beginCopy() throws(PostgresError) {
    if !isInTransaction {
      try connection.execute("BEGIN")
      isInTransaction = true
    }
    guard !isCopying else { return }
    try connection.beginCopyIn(names.copy)
    isCopying = true
    copyRows = 0
    let header = CopyFormat.header
    try connection.putCopyData(header.span.bytes)
  }

  /// Ends the COPY, so that its rows are known to be good.
  func endCopy() throws(PostgresError) {
    guard isCopying else { return }
    let trailer = CopyFormat.trailer
    try connection.putCopyData(trailer.span.bytes)
    try connection.endCopyIn()
    isCopying = false
    finishedRows += copyRows
    copyRows = 0
  }

  /// Notes where the batch's set-aside changes stand among its rows, so that a refused row's place can be told.
  func noteQuarantined(_ batch: borrowing EncodedBatch) {
    guard !batch.quarantined.isEmpty else { return }
    let first = finishedRows + copyRows + quarantinePlaces.count
    let rows = RowPositions(batch.bytes.bytes)
    for (offset, change) in batch.quarantined.enumerated() {
      let before = rows.count(before: change.position)
      quarantinePlaces.append(first + before + offset)
      quarantinedBytes += change.payload.utf8.count
      quarantined.append(change)
    }
  }

  /// The place among all changes since the last commit of a row of the open COPY.
  func place(ofRow row: Int) -> Int {
    var place = finishedRows + row
    for quarantined in quarantinePlaces where quarantined <= place { place += 1 }
    return place
  }

  /// Forgets the counts of a transaction that was committed.
  func transactionEnded() {
    isInTransaction = false
    finishedRows = 0
    copyRows = 0
    quarantinePlaces.removeAll(keepingCapacity: true)
    gaps.removeAll()
    foreign = nil
  }
}
