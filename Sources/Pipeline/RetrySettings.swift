/// How a pipeline goes on after a failure that time can heal, and after changes that the sink refuses.
public struct RetrySettings: Hashable, Sendable {
  /// The first wait.
  public var initialBackoff: Duration = .milliseconds(100)
  /// The longest wait.
  public var maxBackoff: Duration = .seconds(30)
  /// Attempts in a row before the program stops; nil for no end (`errors.max.retries`).
  public var maxRetries: Int?
  /// Attempts in a row at a slot that is in use; nil for no end (`slot.max.retries`).
  public var maxSlotRetries: Int?
  /// The wait before the next attempt at a slot that is in use; nil for the usual backoff (`slot.retry.delay.ms`).
  public var slotRetryDelay: Duration?
  /// Whether a change that the sink refuses is set aside and the rest goes on (`errors.tolerance`).
  public var setsAsideRefused = true
  /// What a change that is refused and not set aside ends the program as.
  public var refusalKind = Failure.Kind.changeRefused
  /// The next step then; nil for the kind's own.
  public var refusalAdvice: String?
  /// Changes set aside in one run before the program stops; nil for no end (`errors.max`).
  public var maxSetAside: Int?
  /// How long an orderly stop may wait for the open transaction's end.
  public var shutdownLimit: Duration = .seconds(10)

  /// Endless attempts; refused changes are set aside.
  public init() {}

  /// The wait before the next attempt, or nil when there are to be no more.
  func delay(after failure: Failure, _ backoff: inout Backoff) -> Duration? {
    guard failure.kind.isTransient else { return nil }
    let next = backoff.next()
    backoff.note(slotInUse: failure.kind == .slotInUse)
    if failure.kind == .slotInUse {
      if let maxSlotRetries, backoff.slotAttempts > maxSlotRetries { return nil }
      return slotRetryDelay ?? next
    }
    if let maxRetries, backoff.count > maxRetries { return nil }
    return next
  }
}
