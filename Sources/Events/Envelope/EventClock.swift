internal import Glibc

/// The time at which an event is made.
enum EventClock {
  /// Nanoseconds since 1970.
  @inline(__always)
  static var nanoseconds: UInt64 {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return UInt64(clamping: now.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: now.tv_nsec)
  }
}
