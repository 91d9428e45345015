internal import WAL

/// Which transactions a query sees, as `pg_current_snapshot()` tells.
///
/// Source: PostgreSQL documentation, 9.27.7 "Transaction ID and Snapshot Information Functions".
struct TransactionSnapshot: Sendable, Hashable {
  /// All transactions before are over.
  let minimum: UInt64
  /// None from here on had begun to write.
  let maximum: UInt64
  /// Those in between that were running.
  let running: Set<UInt64>

  /// Parses `minimum:maximum:running,…`.
  init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let minimum = UInt64(parts[0]), let maximum = UInt64(parts[1]) else { return nil }
    self.minimum = minimum
    self.maximum = maximum
    let numbers = parts[2].split(separator: ",").map { UInt64($0) }
    guard !numbers.contains(nil) else { return nil }
    running = Set(numbers.compactMap(\.self))
  }

  /// The full number of a transaction that the stream names by its lower half: the nearest one.
  func full(_ transaction: TransactionID) -> UInt64 {
    let epoch = maximum & ~0xFFFF_FFFF
    let same = epoch | UInt64(transaction.rawValue)
    if same > maximum, same - maximum > 1 << 31, epoch > 0 { return same - (1 << 32) }
    if same < maximum, maximum - same > 1 << 31 { return same + (1 << 32) }
    return same
  }
}
