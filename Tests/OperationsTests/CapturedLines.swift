import Synchronization

@testable import Operations

/// Takes the lines that a log handler writes.
final class CapturedLines: Sendable {
  private let kept = Mutex<[String]>([])

  var output: LogOutput {
    LogOutput { bytes in self.kept.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) } }
  }

  var lines: [String] { kept.withLock { $0 } }
}
