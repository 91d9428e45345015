internal import PGReplication
internal import Pipeline
internal import WAL

/// What goes into an audit transaction beside the rows.
extension AuditSession {
  /// Prepares the statements that each commit uses.
  func prepare() throws(PostgresError) {
    try connection.prepare("advance", names.advance)
    try connection.prepare("insert_error", names.insertError)
    try connection.prepare("insert_gap", names.insertGap)
  }

  /// Ends the COPY and stores the changes that were set aside.
  func flushQuarantined() throws(PostgresError) {
    try endCopy()
    guard !quarantined.isEmpty else { return }
    try begin()
    for change in quarantined {
      try connection.executePrepared(
        "insert_error",
        [
          String(sourceID), change.position.commit.description, String(Int64(clamping: change.position.ordinal)),
          change.lsn.description, change.transaction?.description, String(change.commitTime.microseconds),
          change.schema,
          change.table, change.operation.auditName, change.payload, change.code, change.reason,
          change.sink.rawValue, String(change.part),
        ])
    }
    quarantined.removeAll(keepingCapacity: true)
    quarantinedBytes = 0
  }

  /// Stores the gaps that were reported.
  func flushGaps() throws(PostgresError) {
    guard !gaps.isEmpty else { return }
    try begin()
    for gap in gaps {
      try connection.executePrepared(
        "insert_gap", [String(sourceID), gap.from.description, gap.to.description, gap.reason])
    }
  }

  private func begin() throws(PostgresError) {
    guard !isInTransaction else { return }
    try connection.execute("BEGIN")
    isInTransaction = true
  }
}
