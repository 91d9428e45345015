internal import PGReplication
internal import WAL

/// The slot, for a status report.
public struct SlotStatus: Sendable, Hashable, Codable {
  /// Its name.
  public var name: String
  /// Whether a walsender holds it.
  public var isActive: Bool
  /// `reserved`, `extended`, `unreserved`, `lost`; nil when it keeps no log.
  public var walStatus: String?
  /// The oldest log that it keeps.
  public var restart: String?
  /// Bytes of log that it makes the server keep.
  public var retainedBytes: UInt64?
  /// Bytes that may still be written before it is in danger; nil without a limit.
  public var safeBytes: Int64?
  /// Seconds until it may be invalidated at the present pace; nil when it is in no danger or nobody knows.
  public var invalidationSeconds: Double?
  /// Why it was invalidated.
  public var invalidationReason: String?

  /// The slot of a reading; nil when there is none.
  public init?(_ source: SourceReading) {
    guard let slot = source.slot else { return nil }
    name = slot.name
    isActive = slot.isActive
    walStatus = slot.walStatus?.rawValue
    restart = slot.restart?.description
    retainedBytes = source.retainedBytes
    safeBytes = slot.safeBytes
    invalidationSeconds = source.secondsUntilInvalidation.flatMap { $0.isFinite ? $0 : nil }
    invalidationReason = slot.invalidationReason
  }
}
