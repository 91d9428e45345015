internal import Glibc

/// The newest bytes of a child's output stream.
struct CapturedOutput: Sendable {
  private(set) var bytes: [UInt8] = []
  /// Bytes that were thrown away because more than `limit` had come.
  private(set) var dropped = 0
  var isClosed = false
  let limit: Int

  init(limit: Int) { self.limit = max(1, limit) }

  mutating func append(_ more: ArraySlice<UInt8>) {
    bytes.append(contentsOf: more)
    // Trimmed at twice the limit, so that not every read moves the whole buffer.
    guard bytes.count > limit * 2 else { return }
    let excess = bytes.count - limit
    bytes.removeFirst(excess)
    dropped += excess
  }

  var text: String { String(decoding: bytes.suffix(limit), as: UTF8.self) }

  func contains(_ needle: [UInt8]) -> Bool {
    guard let first = needle.first else { return true }
    guard bytes.count >= needle.count else { return false }
    return bytes.withUnsafeBytes { hay in
      needle.withUnsafeBytes { needle in
        guard let start = hay.baseAddress, let wanted = needle.baseAddress else { return false }
        var at = 0
        while at + needle.count <= hay.count {
          guard let hit = memchr(start + at, Int32(first), hay.count - needle.count - at + 1) else { return false }
          at = hit - UnsafeMutableRawPointer(mutating: start)
          if memcmp(start + at, wanted, needle.count) == 0 { return true }
          at += 1
        }
        return false
      }
    }
  }
}

extension Watched where State == CapturedOutput {
  /// Reads `descriptor` to its end on a thread of its own, and closes it.
  func fill(from descriptor: Int32) {
    startThread {
      var chunk = [UInt8](repeating: 0, count: 65_536)
      while true {
        let count = read(descriptor, &chunk, chunk.count)
        if count > 0 {
          let piece = chunk[..<count]
          self.withState { $0.append(piece) }
        } else if count == 0 || errno != EINTR {
          break
        }
      }
      close(descriptor)
      self.withState { $0.isClosed = true }
    }
  }
}
