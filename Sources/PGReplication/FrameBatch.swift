public import WAL

/// All frames that one visit to the socket brought: one arena with their bytes and the place where each ends.
///
/// It has one owner at a time, goes to the stream empty and comes back full, and is used again: in steady state
/// nothing is allocated. A frame that is larger than the arena makes it grow; the next filling takes it back.
public struct FrameBatch: ~Copyable, @unchecked Sendable {
  // Unchecked because of the pointer: it is freed once and never copied, as the type itself cannot be.

  /// A batch is full at so many bytes; the last frame may exceed it.
  public static let targetBytes = 256 << 10
  private static let usualCapacity = targetBytes + (64 << 10)

  private var arena: UnsafeMutableRawBufferPointer
  private var ends: [Int] = []
  /// Bytes of all frames.
  public private(set) var byteCount = 0
  /// The end of what these frames carry: the highest start of an XLogData or end of a keepalive.
  public private(set) var received = LSN.zero
  /// The highest end of log that the server named.
  public private(set) var serverWALEnd = LSN.zero
  private(set) var lastSentAt = PostgresTime(microseconds: 0)
  private(set) var keepalives = 0
  private(set) var replyRequested = false

  /// An empty batch.
  public init() {
    arena = .allocate(byteCount: FrameBatch.usualCapacity, alignment: 16)
    ends.reserveCapacity(2048)
  }

  deinit { arena.deallocate() }

  /// How many frames there are.
  public var count: Int { ends.count }
  /// Whether there is none.
  public var isEmpty: Bool { ends.isEmpty }
  /// Bytes that the arena holds at present, for the memory budget.
  public var capacity: Int { arena.count }

  /// The frame at `index`, which must be below `count`; it borrows from this batch.
  @_lifetime(borrow self)
  public borrowing func frame(at index: Int) -> Frame {
    let start = index == 0 ? 0 : ends[index - 1]
    let bytes = RawSpan(
      _unsafeStart: UnsafeRawPointer(arena.baseAddress.unsafelyUnwrapped) + start, byteCount: ends[index] - start)
    return Frame(checked: _overrideLifetime(bytes, borrowing: self))
  }

  /// Forgets the frames; an arena that had grown shrinks back.
  public mutating func removeAll() {
    ends.removeAll(keepingCapacity: true)
    byteCount = 0
    received = .zero
    serverWALEnd = .zero
    keepalives = 0
    replyRequested = false
    guard arena.count > FrameBatch.usualCapacity else { return }
    arena.deallocate()
    arena = .allocate(byteCount: FrameBatch.usualCapacity, alignment: 16)
  }

  /// Copies a frame in. Throws `malformedFrame` unless it is XLogData or a keepalive of the right size.
  public mutating func append(_ frame: UnsafeRawBufferPointer) throws(StreamError) {
    let tag = frame.first ?? 0
    let isData = tag == UInt8(ascii: "w")
    let isKeepalive = tag == UInt8(ascii: "k")
    guard isData ? frame.count >= Frame.headerBytes : isKeepalive && frame.count == Frame.keepaliveBytes else {
      throw .malformedFrame(tag: tag, bytes: frame.count)
    }
    reserve(byteCount + frame.count)
    UnsafeMutableRawBufferPointer(rebasing: arena[byteCount...]).copyMemory(from: frame)
    byteCount += frame.count
    ends.append(byteCount)
    note(Frame(checked: frame.bytes))
  }

  private mutating func note(_ frame: borrowing Frame) {
    received = max(received, frame.start)
    serverWALEnd = max(serverWALEnd, frame.walEnd)
    lastSentAt = frame.sentAt
    if frame.kind == .keepalive {
      keepalives += 1
      replyRequested = replyRequested || frame.replyRequested
    }
  }

  private mutating func reserve(_ needed: Int) {
    guard needed > arena.count else { return }
    let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: needed + (needed >> 3), alignment: 16)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: arena[..<byteCount]))
    arena.deallocate()
    arena = larger
  }
}
