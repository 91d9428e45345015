internal import AuditStore
internal import Pipeline
internal import PGReplication
internal import WAL

/// Takes rendered audit rows and throws them away; calls `finished` when it is asked to make a position durable.
actor DiscardingWriter: SinkWriter {
  private let end: LSN
  private let finished: @Sendable () -> Void
  private var position: StoredOffset?

  /// A writer that has had enough at `end`.
  init(until end: LSN, finished: @escaping @Sendable () -> Void) {
    self.end = end
    self.finished = finished
  }

  func open(_ source: SourceIdentity) -> StoredOffset? { nil }
  func makeEncoder() -> any ChangeEncoder & ~Copyable { AuditEncoder(sourceID: 1) }
  func claim() -> StoredOffset? { nil }
  func recordGap(from: LSN, to: LSN, reason: String) {}
  func close() {}

  func write(_ batch: consuming sending EncodedBatch) -> sending EncodedBatch {
    batch.clear()
    return batch
  }

  func commit(through position: LSN, batch: String) -> LSN {
    if position > end { finished() }
    return position
  }
}
