internal import Pipeline
internal import WAL

/// The changes that the audit database refused, found by transaction and place. A change costs one look at a flag.
struct RefusedChanges: Sendable {
  /// Each entry has cost a session; beyond this many the oldest transactions are forgotten and would be refused anew.
  private static let limit = 65_536
  private var byTransaction: [LSN: [Int: RefusedChange]] = [:]
  private var count = 0
  private var current: [Int: RefusedChange] = [:]
  private var isWatching = false

  mutating func insert(_ refused: RefusedChange) {
    if byTransaction[refused.commitLSN, default: [:]].updateValue(refused, forKey: refused.index) == nil { count += 1 }
    while count > Self.limit, let oldest = byTransaction.keys.min() {
      count -= byTransaction.removeValue(forKey: oldest)?.count ?? 0
    }
  }

  /// Looks only for changes of this transaction from now on.
  mutating func enter(_ transaction: LSN) {
    guard !byTransaction.isEmpty else { return }
    current = byTransaction[transaction] ?? [:]
    isWatching = !current.isEmpty
  }

  mutating func leave() {
    current = [:]
    isWatching = false
  }

  @inline(__always)
  func refusal(of index: Int) -> RefusedChange? { isWatching ? current[index] : nil }
}
