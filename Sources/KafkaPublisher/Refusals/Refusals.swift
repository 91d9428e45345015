internal import Pipeline
internal import Synchronization

/// Records that brokers refused, so that they are set aside when they are made again. One for all sessions of a process.
public final class Refusals: Sendable {
  /// A record that was refused.
  struct Refusal {
    /// What the broker said.
    var error: KafkaError
    /// When it said so first.
    var since: ContinuousClock.Instant
    /// Whether the dead letter topic refused it, too.
    var isDeadLetterRefused = false
  }

  private let all = Mutex<[RecordPlace: Refusal]>([:])

  /// Nothing refused yet.
  public init() {}

  var isEmpty: Bool { all.withLock { $0.isEmpty } }

  func refusal(of place: RecordPlace) -> Refusal? { all.withLock { $0[place] } }

  /// Whether all of them are that old.
  func isEveryOne(olderThan limit: Duration) -> Bool {
    all.withLock { all in all.values.allSatisfy { ContinuousClock.now - $0.since >= limit } }
  }

  /// Notes a refusal.
  func note(_ place: RecordPlace, _ error: KafkaError, asDeadLetter: Bool) {
    all.withLock { all in
      var refusal = all[place] ?? Refusal(error: error, since: .now)
      if asDeadLetter { refusal.isDeadLetterRefused = true }
      all[place] = refusal
    }
  }

  /// A commit went through: what was refused before it does not come again.
  func committed() { all.withLock { $0.removeAll() } }
}
