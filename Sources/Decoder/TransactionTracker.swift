public import WAL

/// Follows the order of transactions in the stream and gives each change its position. A pure state machine.
///
/// A transaction whose commit LSN lies before the offset is stored already and is skipped whole; its relations, types
/// and origins are read all the same, or the stream's relations would be unknown afterwards.
public struct TransactionTracker: Sendable {
  /// Where the stream stands.
  public enum State: Hashable, Sendable {
    /// Between transactions.
    case idle
    /// Inside a transaction that is recorded; the ordinal is the next change's.
    case open(Begin, ordinal: UInt64)
    /// Inside a transaction that is stored already.
    case skipping(Begin)
  }

  /// Where the stream stands.
  public private(set) var state: State = .idle
  /// The offset: transactions that committed before it are stored.
  public private(set) var offset: LSN

  /// A tracker for a stream that resumes at `offset`.
  public init(offset: LSN) { self.offset = offset }

  /// Whether the stream is between transactions.
  public var isIdle: Bool { state == .idle }

  /// The transaction that is open and recorded.
  public var transaction: TransactionID? {
    if case .open(let begin, _) = state { begin.transaction } else { nil }
  }

  /// Whether the stream is inside a transaction that is recorded.
  public var isOpen: Bool {
    if case .open = state { true } else { false }
  }

  /// Begin: whether the transaction is to be recorded.
  public mutating func begin(_ begin: Begin) throws(DecodeError) -> Bool {
    guard state == .idle else { throw unexpected("a transaction begins inside another", .begin) }
    if begin.commitLSN < offset {
      state = .skipping(begin)
      return false
    }
    state = .open(begin, ordinal: 0)
    return true
  }

  /// A change: its position, or nil when its transaction is skipped.
  @inline(__always)
  public mutating func change(_ tag: MessageTag) throws(DecodeError) -> Position? {
    switch state {
    case .open(let begin, let ordinal):
      state = .open(begin, ordinal: ordinal &+ 1)
      return Position(commit: begin.commitLSN, ordinal: ordinal)
    case .skipping: return nil
    case .idle: throw unexpected("a change stands outside a transaction", tag)
    }
  }

  /// Commit: the transaction's end LSN, or nil when it was skipped.
  public mutating func commit(_ commit: Commit) throws(DecodeError) -> LSN? {
    switch state {
    case .open(let begin, _):
      try check(commit, ends: begin)
      guard commit.endLSN > commit.commitLSN else {
        throw unexpected("a commit at \(commit.commitLSN) ends at \(commit.endLSN), not after it", .commit)
      }
      state = .idle
      offset = commit.endLSN
      return commit.endLSN
    case .skipping(let begin):
      try check(commit, ends: begin)
      state = .idle
      return nil
    case .idle: throw unexpected("a commit stands outside a transaction", .commit)
    }
  }

  /// Moves the offset on while the stream is idle, for a position that the sinks have stored. Never backwards.
  public mutating func advance(to position: LSN) {
    if position > offset { offset = position }
  }

  private func check(_ commit: Commit, ends begin: Begin) throws(DecodeError) {
    guard begin.commitLSN == commit.commitLSN else {
      throw unexpected("a commit at \(commit.commitLSN) ends the transaction of \(begin.commitLSN)", .commit)
    }
  }

  private func unexpected(_ what: String, _ tag: MessageTag) -> DecodeError {
    DecodeError(.unexpected(what), at: 0, in: tag.rawValue)
  }
}
