internal import Decoder
internal import Synchronization

/// Changes by operation: counted in plain integers on the way, added to the metrics once they are durable.
public struct ChangeCounts: Hashable, Sendable {
  /// Rows inserted.
  public private(set) var inserts: UInt64 = 0
  /// Rows updated.
  public private(set) var updates: UInt64 = 0
  /// Rows deleted.
  public private(set) var deletes: UInt64 = 0
  /// Tables truncated.
  public private(set) var truncates: UInt64 = 0
  /// Rows read by a snapshot.
  public private(set) var snapshotRows: UInt64 = 0

  /// None.
  public init() {}

  /// Counts one.
  @inline(__always)
  mutating func count(_ operation: Change.Operation) {
    switch operation {
    case .insert: inserts &+= 1
    case .update: updates &+= 1
    case .delete: deletes &+= 1
    case .truncate: truncates &+= 1
    case .snapshot: snapshotRows &+= 1
    }
  }
}

extension PipelineMetrics {
  func add(_ counts: ChangeCounts) {
    inserts.wrappingAdd(counts.inserts, ordering: .relaxed)
    updates.wrappingAdd(counts.updates, ordering: .relaxed)
    deletes.wrappingAdd(counts.deletes, ordering: .relaxed)
    truncates.wrappingAdd(counts.truncates, ordering: .relaxed)
    snapshotRows.wrappingAdd(counts.snapshotRows, ordering: .relaxed)
  }
}
