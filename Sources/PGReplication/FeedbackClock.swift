/// When to send a status update, when to ask for a keepalive, and when to give the wire up: pure logic on nanoseconds
/// of the monotonic clock.
struct FeedbackClock {
  enum Action: Equatable {
    case none
    case sendStatus
    /// A status update that asks the server to answer.
    case askForKeepalive
    /// Asked, and still nothing.
    case giveUp(silentFor: UInt64)
  }

  let statusInterval: UInt64
  let staleAfter: UInt64
  private(set) var lastByteAt: UInt64
  private var lastStatusAt: UInt64
  private var askedAt: UInt64?

  init(statusInterval: Duration, staleAfter: Duration, now: UInt64) {
    self.statusInterval = max(1_000_000, statusInterval.nanoseconds)
    self.staleAfter = max(2_000_000, staleAfter.nanoseconds)
    lastByteAt = now
    lastStatusAt = now
  }

  /// Bytes came, or lie in the socket.
  mutating func heard(at now: UInt64) {
    lastByteAt = now
    askedAt = nil
  }

  /// A status update went out.
  mutating func sent(at now: UInt64, asking: Bool) {
    lastStatusAt = now
    if asking { askedAt = now }
  }

  /// What is due. Giving up is only for a caller that has just looked at the socket and found nothing.
  func action(at now: UInt64, socketIsEmpty: Bool) -> Action {
    if let askedAt {
      if socketIsEmpty && now >= askedAt + staleAfter / 2 { return .giveUp(silentFor: now - lastByteAt) }
    } else if now >= lastByteAt + staleAfter / 2 {
      return .askForKeepalive
    }
    return now >= lastStatusAt + statusInterval ? .sendStatus : .none
  }

  /// Nanoseconds until the next action can be due.
  func delay(from now: UInt64) -> UInt64 {
    let silence = (askedAt ?? lastByteAt) + staleAfter / 2
    let due = min(lastStatusAt + statusInterval, silence)
    return due > now ? due - now : 0
  }
}
