internal import Decoder
internal import WAL

/// The sink transaction under way: what was encoded since the last commit, and what it will have made durable.
struct OpenBatch {
  /// A source transaction in the batch, and the place of its first change among the batch's changes.
  private struct Member {
    let commitLSN: LSN
    let commitTime: PostgresTime
    let firstChange: Int
  }

  private var members: [Member] = []
  /// Changes handed to the sink or still in the encoder, those set aside included.
  private(set) var changes = 0
  /// Bytes handed to the sink since the last commit.
  private(set) var writtenBytes = 0
  /// The end LSN of the last whole transaction; nil while there is none.
  private(set) var boundary: LSN?
  /// Changes by operation.
  private(set) var counts = ChangeCounts()
  /// When the first of them came.
  private(set) var began: ContinuousClock.Instant?

  /// A batch of nothing.
  init() {}

  /// Whether nothing would be written but the offset.
  var isEmpty: Bool { changes == 0 && writtenBytes == 0 }
  /// Whole transactions with at least one change.
  var transactions: Int { members.count }

  /// A source transaction's first change is about to be encoded.
  mutating func open(_ begin: Begin) {
    if members.last?.commitLSN != begin.commitLSN {
      members.append(Member(commitLSN: begin.commitLSN, commitTime: begin.commitTime, firstChange: changes))
    }
    if began == nil { began = .now }
  }

  /// A change was encoded.
  @inline(__always)
  mutating func count(_ operation: Change.Operation) {
    changes &+= 1
    counts.count(operation)
  }

  /// Encoded changes were handed to the sink.
  mutating func wrote(bytes: Int) { writtenBytes += bytes }

  /// A transaction ended.
  mutating func close(at end: LSN) { boundary = end }

  /// Which change of which transaction the n-th change of the batch is.
  func place(of index: Int) -> (commitLSN: LSN, index: Int)? {
    guard index >= 0, index < changes, let member = members.last(where: { $0.firstChange <= index }) else { return nil }
    return (member.commitLSN, index - member.firstChange)
  }

  /// Commit times of the transactions, in commit order.
  var commitTimes: [PostgresTime] { members.map(\.commitTime) }

  /// Forgets everything, keeping the room.
  mutating func clear() {
    members.removeAll(keepingCapacity: true)
    changes = 0
    writtenBytes = 0
    boundary = nil
    counts = ChangeCounts()
    began = nil
  }
}
