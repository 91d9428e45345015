public import WAL

/// One message of the replication stream, borrowed from its batch.
///
/// Source: PostgreSQL documentation, 55.4, "XLogData" and "Primary keepalive message".
public struct Frame: ~Escapable {
  /// Which of the two messages it is.
  public enum Kind: Sendable {
    /// A message of the output plugin.
    case xlogData
    /// A sign of life.
    case keepalive
  }

  /// Bytes before an XLogData's payload.
  public static let headerBytes = 25
  /// Bytes of a keepalive.
  static let keepaliveBytes = 18

  /// Which of the two messages it is.
  public let kind: Kind
  /// The position of the payload in the log; of a keepalive, its `walEnd`.
  public let start: LSN
  /// The server's end of log when it sent this.
  public let walEnd: LSN
  /// The server's clock when it sent this.
  public let sentAt: PostgresTime
  /// Whether the server asked for a status update; the stream has answered already.
  public let replyRequested: Bool
  /// The output plugin's message; empty for a keepalive.
  public let payload: RawSpan

  /// `bytes` is a frame that `FrameBatch` has checked.
  @_lifetime(copy bytes)
  init(checked bytes: RawSpan) {
    func number(at offset: Int) -> UInt64 {
      UInt64(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    if bytes.unsafeLoad(fromByteOffset: 0, as: UInt8.self) == UInt8(ascii: "w") {
      kind = .xlogData
      start = LSN(number(at: 1))
      walEnd = LSN(number(at: 9))
      sentAt = PostgresTime(microseconds: Int64(bitPattern: number(at: 17)))
      replyRequested = false
      payload = bytes.extracting(Frame.headerBytes..<bytes.byteCount)
    } else {
      kind = .keepalive
      start = LSN(number(at: 1))
      walEnd = start
      sentAt = PostgresTime(microseconds: Int64(bitPattern: number(at: 9)))
      replyRequested = bytes.unsafeLoad(fromByteOffset: 17, as: UInt8.self) != 0
      payload = bytes.extracting(bytes.byteCount..<bytes.byteCount)
    }
  }
}
