internal import Glibc
internal import Synchronization

/// A place where a test lets a debug build die or fail on purpose, to show that nothing is lost or doubled there.
///
/// `CDC_FAILPOINT=after-copy:die` ends the process there as SIGKILL does, `after-copy:error` fails the session in a way
/// that is tried again, and `after-copy:die:3` waits for the third passing. It happens once. A release build looks at
/// nothing and passes every place.
public enum Failpoint: String, Sendable, CaseIterable {
  /// The slot was made; nothing is stored that knows of it.
  case afterSlot = "after-slot"
  /// Rows of a snapshot were read, and more are to come.
  case midSnapshot = "mid-snapshot"
  /// The snapshot is stored and the stream not begun.
  case atSeam = "at-seam"
  /// The slot is held, and the epoch still that of whoever held it before.
  case slotHeld = "slot-held"
  /// The epoch was taken, nothing written under it.
  case afterClaim = "after-claim"
  /// A new source's stream is about to store its first offset.
  case beforeFirstOffset = "before-first-offset"
  /// Rows of a transaction were handed to the sink, and more are to come.
  case midTransaction = "mid-transaction"
  /// A piece of a transaction in progress is in the spool, and more are to come.
  case midSpool = "mid-spool"
  /// A piece of a transaction that committed came out of the spool, and more are to come.
  case midReplay = "mid-replay"
  /// All rows of an audit transaction were sent and its COPY ended.
  case afterCopy = "after-copy"
  /// The offset was moved in the audit transaction, whose COMMIT is next.
  case beforeCommit = "before-commit"
  /// The audit transaction was committed; nobody but the writer knows.
  case afterCommit = "after-commit"
  /// Lines of events are in their file, and the offset is not stored.
  case afterLines = "after-lines"
  /// Of two sinks the first has committed.
  case betweenSinks = "between-sinks"
  /// Everything is durable, and the source was not told.
  case beforeConfirm = "before-confirm"
  /// The source was told, or will be by the next status update.
  case afterConfirm = "after-confirm"

  /// The environment variable that chooses.
  public static let variable = "CDC_FAILPOINT"

  /// Goes on, unless a test chose this place.
  public func pass() throws(Failure) {
    #if DEBUG
      guard case .success(let choice?) = FailpointChoice.made, choice.point == self, choice.isDue() else { return }
      switch choice.outcome {
      case .die:
        kill(getpid(), SIGKILL)
      case .error:
        throw Failure(.sourceUnreachable, "failed on purpose", at: "failpoint \(rawValue)")
      }
    #endif
  }

  /// Throws when the environment chooses a place or an outcome that does not exist.
  static func checkChoice() throws(Failure) {
    #if DEBUG
      _ = try FailpointChoice.made.get()
    #endif
  }
}

#if DEBUG
  /// What the environment says is to happen, and where.
  final class FailpointChoice: Sendable {
    enum Outcome: String, CaseIterable {
      case die, error
    }

    static let made: Result<FailpointChoice?, Failure> = Result { () throws(Failure) in
      guard let text = unsafe getenv(Failpoint.variable) else { return nil }
      return try FailpointChoice(unsafe String(cString: text))
    }

    let point: Failpoint
    let outcome: Outcome
    /// At which passing, from 1.
    let passing: Int
    private let passed = Atomic<Int>(0)

    /// Reads `POINT:OUTCOME` or `POINT:OUTCOME:N`.
    init(_ text: String) throws(Failure) {
      let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      guard let point = Failpoint(rawValue: parts[0]) else {
        let known = Failpoint.allCases.map(\.rawValue).joined(separator: ", ")
        throw Self.failure("there is no failpoint \"\(parts[0])\"", "name one of \(known)")
      }
      guard parts.count > 1, let outcome = Outcome(rawValue: parts[1]) else {
        throw Self.failure("\"\(text)\" does not say what is to happen", "write \(point.rawValue):die or :error")
      }
      guard parts.count == 2 || parts.count == 3, let passing = parts.count == 3 ? Int(parts[2]) : 1, passing > 0 else {
        throw Self.failure("\"\(text)\" names no passing", "write \(point.rawValue):\(outcome):2 for the second")
      }
      (self.point, self.outcome, self.passing) = (point, outcome, passing)
    }

    /// Counts a passing; whether it is the one.
    func isDue() -> Bool { passed.add(1, ordering: .relaxed).newValue == passing }

    private static func failure(_ what: String, _ advice: String) -> Failure {
      Failure(.unexpected, what, at: "environment variable \(Failpoint.variable)", advice: advice)
    }
  }
#endif
