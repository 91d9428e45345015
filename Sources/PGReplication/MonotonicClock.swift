internal import Glibc
public import WAL

/// The two clocks of the stream: one that never jumps, and the wall's for what is sent.
public enum MonotonicClock {
  /// Nanoseconds since some moment in the past; never backwards.
  public static func nanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }

  /// Now, by the wall clock of this machine.
  public static func wall() -> PostgresTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return PostgresTime(unixMicroseconds: Int64(time.tv_sec) &* 1_000_000 &+ Int64(time.tv_nsec) / 1000)
      ?? PostgresTime(microseconds: 0)
  }
}

extension Duration {
  /// Whole nanoseconds, 0 for negative ones, at most some 292 years.
  var nanoseconds: UInt64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    guard seconds < 9_000_000_000 else { return UInt64(Int64.max) }
    return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds) / 1_000_000_000
  }
}
