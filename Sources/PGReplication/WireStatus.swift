public import WAL
internal import Synchronization

/// What health checks and metrics see of a stream, without a hop to its thread. Each value is read on its own.
public final class WireStatus: Sendable {
  private let connectedFlag = Atomic<Bool>(false)
  private let lastByte = Atomic<UInt64>(0)
  private let receivedEnd = Atomic<UInt64>(0)
  private let serverEnd = Atomic<UInt64>(0)
  private let confirmedEnd = Atomic<UInt64>(0)
  private let byteCount = Atomic<UInt64>(0)
  private let frameCount = Atomic<UInt64>(0)
  private let keepaliveCount = Atomic<UInt64>(0)
  private let statusCount = Atomic<UInt64>(0)
  private let sentTime = Atomic<Int64>(0)

  init() {}

  /// Whether the stream is running.
  public var isConnected: Bool { connectedFlag.load(ordering: .relaxed) }
  /// When the last byte came, in nanoseconds of the monotonic clock (`MonotonicClock.nanoseconds()`); 0 before the first.
  public var lastByteAt: UInt64 { lastByte.load(ordering: .relaxed) }
  /// The end of what has arrived: what status updates report as written.
  public var received: LSN { LSN(receivedEnd.load(ordering: .relaxed)) }
  /// The server's own end of log as its last message had it.
  public var serverWALEnd: LSN { LSN(serverEnd.load(ordering: .relaxed)) }
  /// What status updates report as flushed.
  public var confirmed: LSN { LSN(confirmedEnd.load(ordering: .relaxed)) }
  /// Bytes of all frames.
  public var bytes: UInt64 { byteCount.load(ordering: .relaxed) }
  /// XLogData frames.
  public var frames: UInt64 { frameCount.load(ordering: .relaxed) }
  /// Keepalives.
  public var keepalives: UInt64 { keepaliveCount.load(ordering: .relaxed) }
  /// Status updates sent.
  public var statusUpdates: UInt64 { statusCount.load(ordering: .relaxed) }
  /// The server's clock in its last message.
  public var lastSentAt: PostgresTime { PostgresTime(microseconds: sentTime.load(ordering: .relaxed)) }

  // Only the stream's own thread writes, so a plain store of the sum is enough.
  func connected(_ flag: Bool) { connectedFlag.store(flag, ordering: .relaxed) }
  func heard(at nanoseconds: UInt64) { lastByte.store(nanoseconds, ordering: .relaxed) }
  func confirmed(_ position: LSN) { confirmedEnd.store(position.rawValue, ordering: .relaxed) }
  func countStatus() { statusCount.wrappingAdd(1, ordering: .relaxed) }

  func count(bytes: Int, frames: Int, keepalives: Int, received: LSN, serverEnd end: LSN, sentAt: PostgresTime) {
    byteCount.wrappingAdd(UInt64(bytes), ordering: .relaxed)
    frameCount.wrappingAdd(UInt64(frames), ordering: .relaxed)
    keepaliveCount.wrappingAdd(UInt64(keepalives), ordering: .relaxed)
    receivedEnd.store(received.rawValue, ordering: .relaxed)
    serverEnd.store(end.rawValue, ordering: .relaxed)
    sentTime.store(sentAt.microseconds, ordering: .relaxed)
  }
}
