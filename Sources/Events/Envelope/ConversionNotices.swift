internal import Logging
internal import Synchronization

/// Says once for each column or transform that something could not be converted.
final class ConversionNotices: Sendable {
  private let logger = Logger(label: "events")
  private let said = Mutex<Set<String>>([])

  /// Says it, unless it was said before.
  func tell(_ what: String, _ next: String) {
    guard said.withLock({ $0.count < 1000 && $0.insert(what).inserted }) else { return }
    logger.warning("\(what)", metadata: ["next": .string(next)])
  }
}
