internal import Glibc
internal import Synchronization

/// Loopback ports that nobody listens on.
enum FreePort {
  private static let taken = Mutex<Set<Int>>([])

  /// A port below 32768: the kernel gives the higher ones to outgoing connections, also between our test and its use.
  ///
  /// Another process may still take it first; who binds it asks for the next one then.
  static func next() throws -> Int {
    for _ in 0..<1000 {
      let port = Int.random(in: 10_240..<32_768)
      guard taken.withLock({ $0.insert(port).inserted }) else { continue }
      if isFree(port) { return port }
    }
    throw ServerKitError("no free port was found", at: "127.0.0.1", next: "see what listens there: ss -ltn")
  }

  private static func isFree(_ port: Int) -> Bool {
    guard let descriptor = try? LoopbackSocket.bound(to: port) else { return false }
    close(descriptor)
    return true
  }
}
