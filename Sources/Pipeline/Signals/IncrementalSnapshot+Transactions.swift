internal import PGReplication
internal import WAL

/// Watermarks without writing: the snapshot before a chunk and the one after it, held against the stream's transactions.
///
/// Source: Debezium's `PostgresReadOnlyIncrementalSnapshotChangeEventSource`.
extension IncrementalSnapshot {
  /// A change comes next in the stream; what has to be done before it.
  mutating func change(
    of transaction: TransactionID, _ source: inout some ChunkSource & ~Copyable
  ) throws(PostgresError) -> [SnapshotStep] {
    var steps: [SnapshotStep] = []
    if !windowIsOpen, let low, low.full(transaction) >= low.minimum {
      windowIsOpen = true
      steps.append(.openWindow)
    }
    let wasOpen = windowIsOpen
    if windowIsOpen, let high, high.full(transaction) > max(high.maximum, low?.maximum ?? 0) { forgetWatermarks() }
    guard !windowIsOpen, isRunning else { return steps }
    if wasOpen || hasWindow { steps += emit() }
    return steps + (try readChunk(&source))
  }

  /// A transaction is whole, or nothing came for a while after one; nil before the first, which is older than all.
  mutating func reached(
    _ transaction: TransactionID?, _ source: inout some ChunkSource & ~Copyable
  ) throws(PostgresError) -> [SnapshotStep] {
    var steps: [SnapshotStep] = []
    if isRunning, let high, let transaction, high.full(transaction) == high.maximum {
      forgetWatermarks()
      steps += emit() + (try readChunk(&source))
    }
    while isRunning, let high, transaction.map(high.full) ?? 0 <= high.minimum {
      forgetWatermarks()
      steps += emit() + (try readChunk(&source))
      if low != previousLow || self.high != previousHigh { break }
    }
    return steps
  }

  private mutating func forgetWatermarks() {
    windowIsOpen = false
    (previousHigh, high) = (high, nil)
    (previousLow, low) = (low, nil)
  }
}
