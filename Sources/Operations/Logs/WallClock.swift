internal import FoundationEssentials

/// The wall's clock: what people and other machines compare with.
enum WallClock {
  /// Microseconds since the Unix epoch.
  static func unixMicroseconds() -> Int64 { Int64((Date.now.timeIntervalSince1970 * 1e6).rounded()) }
}
