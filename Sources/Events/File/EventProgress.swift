internal import Synchronization

/// How many events were written, and when the last one was: readable from anywhere.
public final class EventProgress: Sendable {
  private let written = Atomic<Int>(0)
  private let lastAt = Atomic<UInt64>(0)

  /// No events yet.
  public init() {}

  /// Events written since the start of the process.
  public var events: Int { written.load(ordering: .relaxed) }
  /// When the last was written, on the monotonic clock in nanoseconds; 0 before the first.
  public var lastEventAt: UInt64 { lastAt.load(ordering: .relaxed) }

  /// Counts events.
  /// - Parameter now: on the monotonic clock, in nanoseconds.
  public func count(_ events: Int, at now: UInt64) {
    guard events > 0 else { return }
    written.wrappingAdd(events, ordering: .relaxed)
    lastAt.store(now, ordering: .relaxed)
  }

  /// Events that were counted are made anew.
  func takeBack(_ events: Int) { written.wrappingSubtract(events, ordering: .relaxed) }
}
