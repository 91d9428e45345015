internal import Logging
internal import Synchronization
internal import WAL

/// Whether the second sink is away, known to all sessions of a process: the trail goes on without it, the source keeps what
/// it has not got, and when it answers again the stream is read again from where it stands.
public final class Absence: Sendable {
  /// What becomes of the second sink.
  public enum Change: Sendable, Hashable {
    /// It does not answer, for this reason.
    case away(String)
    /// It answers again.
    case back
    /// Too much log was held back for it: it goes on with a gap.
    case givenUp
  }

  private struct State {
    var isAway = false
    var isBack = false
    var isGivenUp = false
    var isProbing = false
    var nextProbe = ContinuousClock.now
    var nextWarning = ContinuousClock.now
    var interval = Absence.shortest
  }

  private static let shortest = Duration.seconds(1)
  private static let longest = Duration.seconds(30)
  private let state = Mutex(State())
  private let maxLag: UInt64?
  private let onChange: @Sendable (Change) -> Void
  private let logger = Logger(label: "pipeline")

  /// - Parameters:
  ///   - maxLag: how many bytes of log the source may keep for the sink before it is given up; nil without end.
  ///   - onChange: told of each change.
  public init(maxLag: UInt64?, onChange: @escaping @Sendable (Change) -> Void = { _ in }) {
    self.maxLag = maxLag
    self.onChange = onChange
  }

  var isAway: Bool { state.withLock { $0.isAway } }
  var isGivenUp: Bool { state.withLock { $0.isGivenUp } }
  /// Whether a sink that is back may go on behind a gap.
  var givesUp: Bool { maxLag != nil }

  /// Whether a failure of the second sink is no reason for the first to stop.
  static func isReason(_ error: any Error) -> Bool {
    switch (error as? Failure)?.kind {
    case .kafkaUnreachable, .kafkaFailed, .registryUnreachable, .registryRefused: true
    default: false
    }
  }

  /// The sink failed.
  func begin(_ failure: any Error) {
    let failure = failure as? Failure
    state.withLock { state in
      state.isAway = true
      state.isBack = false
      state.nextProbe = .now + state.interval
      // One that answers and fails again is asked ever less often.
      state.interval = min(state.interval * 2, Absence.longest)
    }
    logger.error(
      "publishing waits, and the trail goes on without it",
      metadata: [
        "failure": .string(failure?.kind.rawValue ?? ""), "what": .string(failure?.what ?? ""),
        "place": .string(failure?.place ?? ""), "next": .string(failure?.advice ?? ""),
      ])
    onChange(.away(failure?.what ?? ""))
  }

  /// The sink is open again.
  func ended() {
    let wasAway = state.withLock { state in
      defer { (state.isAway, state.isBack, state.isGivenUp) = (false, false, false) }
      return state.isAway
    }
    guard wasAway else { return }
    logger.notice("publishing goes on")
    onChange(.back)
  }

  /// The sink stored a position: it does not only answer.
  func worked() { state.withLock { $0.interval = Absence.shortest } }

  /// Whether the sink answers again; asks it from time to time, without waiting.
  func isBack(_ writer: any PublishingWriter) -> Bool {
    let (isBack, isDue) = state.withLock { state in
      let isDue = !state.isBack && !state.isProbing && ContinuousClock.now >= state.nextProbe
      if isDue { state.isProbing = true }
      return (state.isBack, isDue)
    }
    if isDue {
      Task {
        let answers = await writer.isThere()
        state.withLock { state in
          state.isProbing = false
          state.isBack = answers
          state.nextProbe = .now + state.interval
        }
      }
    }
    return isBack
  }

  /// Whether so much log is held back that the sink is given up now.
  func isTooMuch(_ held: UInt64) -> Bool {
    let isWarned = state.withLock { state in
      guard ContinuousClock.now >= state.nextWarning else { return false }
      state.nextWarning = .now + .seconds(60)
      return true
    }
    if isWarned {
      logger.warning(
        "the source keeps its log for what is not published", metadata: ["bytes": .stringConvertible(held)])
    }
    return maxLag.map { held > $0 } ?? false
  }

  /// It is given up, and recorded.
  func gaveUp(_ held: UInt64) {
    state.withLock { $0.isGivenUp = true }
    logger.error(
      "publishing is given up for the source's sake; it goes on behind a gap when the sink is back",
      metadata: ["bytes": .stringConvertible(held)])
    onChange(.givenUp)
  }
}
