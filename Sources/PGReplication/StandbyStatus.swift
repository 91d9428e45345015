public import WAL

/// A standby status update: what the consumer has received, made durable and applied. None is filled in from another.
///
/// Source: PostgreSQL documentation, 55.4 "Streaming Replication Protocol", "Standby status update".
public struct StandbyStatus: Sendable, Hashable {
  /// Bytes of the message: a letter, four numbers, a flag.
  public static let byteCount = 34

  /// The end of what has arrived.
  public let written: LSN
  /// The end of what is durable: the server may forget everything before it.
  public let flushed: LSN
  /// The end of what is applied.
  public let applied: LSN
  /// The consumer's clock.
  public let sentAt: PostgresTime
  /// Whether the server shall answer at once with a keepalive.
  public let replyRequested: Bool

  /// A status by its parts.
  public init(written: LSN, flushed: LSN, applied: LSN, sentAt: PostgresTime, replyRequested: Bool) {
    self.written = written
    self.flushed = flushed
    self.applied = applied
    self.sentAt = sentAt
    self.replyRequested = replyRequested
  }

  /// The message: `r`, then three positions and the clock in network order, then the flag.
  public func encoded() -> [UInt8] {
    var bytes: [UInt8] = [UInt8(ascii: "r")]
    bytes.reserveCapacity(StandbyStatus.byteCount)
    let clock = UInt64(bitPattern: sentAt.microseconds)
    for number in [written.rawValue, flushed.rawValue, applied.rawValue, clock] {
      withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }
    bytes.append(replyRequested ? 1 : 0)
    return bytes
  }
}
