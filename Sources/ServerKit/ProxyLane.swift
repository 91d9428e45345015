/// One direction of one connection through a proxy: what was read and waits to be written. It does no I/O.
struct ProxyLane {
  /// What the lane lets through.
  enum Flow: Equatable {
    case open
    case stalled
    case delayed(nanoseconds: UInt64)
    case throttled(bytesPerSecond: Int)
    case ending(afterBytes: Int)
    case ended
  }

  private struct Chunk {
    let due: UInt64
    var bytes: ArraySlice<UInt8>
  }

  private static let capacity = 256 << 10

  private(set) var flow = Flow.open
  private var chunks: [Chunk] = []
  private var held = 0
  private var credit = 0.0
  private var creditTime: UInt64 = 0
  /// The reading side has ended; what is held still goes out.
  var sourceEnded = false
  /// The end was handed on to the writing side.
  var endPassedOn = false

  /// Changes the flow; what is held follows the new rule at once, but for the delay it already has.
  mutating func set(_ flow: Flow, now: UInt64) {
    self.flow = flow
    credit = 0
    creditTime = now
    guard flow == .ended else { return }
    sourceEnded = true
    (chunks, held) = ([], 0)
  }

  var wantsRead: Bool { !sourceEnded && flow != .stalled && held < Self.capacity }
  var isEmpty: Bool { held == 0 }
  /// The bytes before the cut have all gone.
  var mustCut: Bool {
    if case .ending(let bytes) = flow { return bytes <= 0 }
    return false
  }

  mutating func take(_ bytes: ArraySlice<UInt8>, now: UInt64) {
    var due = now
    if case .delayed(let nanoseconds) = flow { due &+= nanoseconds }
    chunks.append(Chunk(due: due, bytes: bytes))
    held += bytes.count
  }

  /// The bytes that may go out now; empty when none may.
  mutating func ready(now: UInt64) -> ArraySlice<UInt8> {
    guard let first = chunks.first, first.due <= now, flow != .stalled else { return [] }
    switch flow {
    case .throttled(let rate):
      // A tenth of a second's worth may gather, so that a slow poll does not slow the lane further.
      credit = min(credit + Double(now - creditTime) / 1e9 * Double(rate), max(1, Double(rate) / 10))
      creditTime = now
      return first.bytes.prefix(Int(credit))
    case .ending(let bytes): return first.bytes.prefix(max(0, bytes))
    case .open, .stalled, .delayed, .ended: return first.bytes
    }
  }

  /// Takes away what was written.
  mutating func written(_ count: Int) {
    guard var first = chunks.first else { return }
    first.bytes = first.bytes.dropFirst(count)
    if first.bytes.isEmpty { chunks.removeFirst() } else { chunks[0] = first }
    held -= count
    credit -= Double(count)
    if case .ending(let bytes) = flow { flow = .ending(afterBytes: bytes - count) }
  }

  /// Nanoseconds until bytes may go out; nil when that does not depend on the clock.
  func waitingTime(now: UInt64) -> UInt64? {
    guard let first = chunks.first, flow != .stalled else { return nil }
    if first.due > now { return first.due - now }
    guard case .throttled(let rate) = flow, credit < 1 else { return nil }
    return UInt64((1 - credit) / Double(max(1, rate)) * 1e9) + 1
  }
}
