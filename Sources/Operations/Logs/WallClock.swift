internal import Glibc

/// The wall's clock: what people and other machines compare with.
enum WallClock {
  /// Microseconds since the Unix epoch.
  static func unixMicroseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) &* 1_000_000 &+ Int64(time.tv_nsec) / 1000
  }
}
