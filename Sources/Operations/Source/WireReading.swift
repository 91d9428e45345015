public import PGReplication
public import WAL

/// The replication stream's numbers at one moment.
public struct WireReading: Sendable, Hashable {
  /// Whether the stream is running.
  public var isConnected: Bool
  /// Monotonic nanoseconds when the last byte came; nil before the first.
  public var lastByteAt: UInt64?
  /// The end of what has arrived; nil before the first message.
  public var received: LSN?
  /// What status updates report as flushed; nil before the first.
  public var confirmed: LSN?
  /// The server's own end of log as its last message had it; nil before the first.
  public var serverEnd: LSN?
  /// Bytes of all frames.
  public var bytes: UInt64 = 0
  /// XLogData frames.
  public var frames: UInt64 = 0
  /// Keepalives.
  public var keepalives: UInt64 = 0
  /// Status updates sent.
  public var statusUpdates: UInt64 = 0

  /// A reading by its parts.
  public init(
    isConnected: Bool, lastByteAt: UInt64? = nil, received: LSN? = nil, confirmed: LSN? = nil, serverEnd: LSN? = nil
  ) {
    self.isConnected = isConnected
    self.lastByteAt = lastByteAt
    self.received = received
    self.confirmed = confirmed
    self.serverEnd = serverEnd
  }

  /// What the stream says now; each number is read on its own.
  public init(_ status: WireStatus) {
    func known(_ position: LSN) -> LSN? { position == .zero ? nil : position }
    let heard = status.lastByteAt
    self.init(
      isConnected: status.isConnected, lastByteAt: heard == 0 ? nil : heard, received: known(status.received),
      confirmed: known(status.confirmed), serverEnd: known(status.serverWALEnd))
    bytes = status.bytes
    frames = status.frames
    keepalives = status.keepalives
    statusUpdates = status.statusUpdates
  }
}
