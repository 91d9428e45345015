/// Waiting times between attempts: doubling up to a cap, each shortened at random by up to half, so that many
/// instances do not come back at once.
public struct Backoff: Sendable {
  /// The first waiting time.
  public let initial: Duration
  /// The longest waiting time.
  public let cap: Duration
  private var attempts = 0
  /// How many attempts in a row, up to the last one, found the slot in use.
  private(set) var slotAttempts = 0

  /// A backoff that has not waited yet.
  public init(initial: Duration = .milliseconds(100), cap: Duration = .seconds(30)) {
    self.initial = initial
    self.cap = cap
  }

  /// How many times it has waited since it was reset.
  public var count: Int { attempts }

  /// The next waiting time.
  public mutating func next() -> Duration {
    var generator = SystemRandomNumberGenerator()
    return next(using: &generator)
  }

  /// The next waiting time, with a given source of randomness.
  public mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
    let full = min(cap, initial * (1 << min(attempts, 30)))
    attempts += 1
    return full * Double.random(in: 0.5...1, using: &generator)
  }

  /// Whether the attempt that failed found the slot in use: such attempts are counted apart, as they may follow an
  /// outage, while the server still holds the slot for the session that was lost.
  mutating func note(slotInUse: Bool) { slotAttempts = slotInUse ? slotAttempts + 1 : 0 }

  /// Begins again with the first waiting time: after a session that got going.
  public mutating func reset() {
    attempts = 0
    slotAttempts = 0
  }
}
