internal import PGReplication
internal import WAL

/// What looking at the source again and again has shown: the reading, the pace, and when to look next.
struct SourceRecord: Sendable {
  /// Something that the log should say.
  enum Event: Hashable {
    /// The source cannot be looked at, since this look.
    case lost(String)
    /// It can be looked at again.
    case recovered
    /// The slot is there for the first time, or its `wal_status` is another one.
    case walStatus(SlotState.WALStatus?, reason: String?)
    /// The slot was there and is not any more.
    case slotGone
  }

  /// Time between looks while all is well.
  let interval: Duration
  /// The longest time between looks.
  let longestDelay: Duration
  private(set) var reading = SourceReading()
  private var failures = 0
  private var rate = SmoothedRate(timeConstant: 60)

  init(interval: Duration, longestDelay: Duration = .seconds(60)) {
    self.interval = interval
    self.longestDelay = max(interval, longestDelay)
  }

  /// Takes an answer at a monotonic moment in nanoseconds.
  mutating func answered(_ answer: PolledSource, at now: UInt64) -> [Event] {
    var events: [Event] = []
    if failures > 0 { events.append(.recovered) }
    if let slot = answer.slot {
      let old = reading.slot
      if old == nil || old?.walStatus != slot.walStatus || old?.invalidationReason != slot.invalidationReason {
        events.append(.walStatus(slot.walStatus, reason: slot.invalidationReason))
      }
    } else if reading.slot != nil {
      events.append(.slotGone)
    }
    failures = 0
    rate.observe(answer.flushed.rawValue, at: now)
    reading = SourceReading(
      slot: answer.slot, flushed: answer.flushed, polledAt: now, walBytesPerSecond: rate.perSecond)
    return events
  }

  /// Takes a failure; what was known stays, and grows old.
  mutating func failed(_ error: String) -> [Event] {
    failures = min(failures + 1, 32)
    reading.lastError = error
    return failures == 1 ? [.lost(error)] : []
  }

  /// How long to wait before the next look: doubled with every failure, short while the slot is still to be made.
  var delay: Duration {
    if failures == 0, reading.slot == nil { return min(interval, .milliseconds(500)) }
    return min(longestDelay, interval * (1 << max(0, min(failures - 1, 16))))
  }
}
