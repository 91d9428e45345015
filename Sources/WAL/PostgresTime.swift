/// A moment as PostgreSQL counts it: microseconds since 2000-01-01 00:00:00 UTC.
///
/// Source: PostgreSQL documentation, 55.4 "Streaming Replication Protocol".
public struct PostgresTime: Hashable, Comparable, Sendable {
  /// Microseconds since PostgreSQL's epoch.
  public let microseconds: Int64

  /// Microseconds from the Unix epoch to PostgreSQL's.
  public static let unixOffset: Int64 = 946_684_800_000_000

  /// A moment by PostgreSQL's own count.
  public init(microseconds: Int64) { self.microseconds = microseconds }

  /// A moment by microseconds since the Unix epoch; nil where that leaves the range.
  public init?(unixMicroseconds: Int64) {
    let (value, overflow) = unixMicroseconds.subtractingReportingOverflow(PostgresTime.unixOffset)
    guard !overflow else { return nil }
    self.init(microseconds: value)
  }

  /// Microseconds since the Unix epoch, clamped to what 64 bits hold.
  public var unixMicroseconds: Int64 {
    let (value, overflow) = microseconds.addingReportingOverflow(PostgresTime.unixOffset)
    return overflow ? .max : value
  }

  /// Earlier first.
  public static func < (a: PostgresTime, b: PostgresTime) -> Bool { a.microseconds < b.microseconds }
}
