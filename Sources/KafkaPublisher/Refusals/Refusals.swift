internal import Synchronization

/// Records that brokers refused, so that they are set aside when they are made again. One for all sessions of a process.
public final class Refusals: Sendable {
  /// A record that was refused.
  struct Refusal {
    /// What the broker said.
    var error: KafkaError
    /// When it said so first.
    var since: ContinuousClock.Instant
    /// Whether it was refused alone: with others in its batch it need not be the one.
    var isAlone = false
    /// Whether the dead letter topic refused it, too.
    var isDeadLetterRefused = false

    /// Whether it is not to be tried again.
    /// - Parameter limit: for how long it is; nil without end.
    func isFinal(after limit: Duration?) -> Bool { isAlone && isOld(limit) }

    func isOld(_ limit: Duration?) -> Bool { limit.map { ContinuousClock.now - since >= $0 } ?? false }
  }

  /// A batch may be too large where none of its records is: it is made smaller until this.
  private static let smallestBatch = 16 << 10
  private let batches = Mutex<Int?>(nil)
  private let all = Mutex<[RecordIdentity: Refusal]>([:])

  /// Nothing refused yet.
  public init() {}

  /// How large batches may be, in bytes, once one was too large; librdkafka's own bound before.
  var batchSize: Int? { batches.withLock { $0 } }

  /// Makes the next producer's batches smaller.
  func halveBatches() { batches.withLock { $0 = max(Refusals.smallestBatch, ($0 ?? 1_000_000) / 2) } }

  var isEmpty: Bool { all.withLock { $0.isEmpty } }

  func refusal(of record: RecordIdentity) -> Refusal? { all.withLock { $0[record] } }

  /// Whether there is one that was refused alone and is to be tried again.
  func isWaiting(_ limit: Duration?) -> Bool {
    all.withLock { all in all.values.contains { $0.isAlone && !$0.isOld(limit) } }
  }

  /// Notes a refusal.
  func note(_ record: RecordIdentity, _ error: KafkaError, asDeadLetter: Bool, alone: Bool) {
    all.withLock { all in
      var refusal = all[record] ?? Refusal(error: error, since: .now)
      if asDeadLetter { refusal.isDeadLetterRefused = true }
      if alone { refusal.isAlone = true }
      all[record] = refusal
    }
  }

  /// A commit went through: what was refused before it does not come again.
  func committed() { all.withLock { $0.removeAll() } }
}
