internal import Logging
internal import Synchronization

/// What becomes of values that cannot be converted: a warning, once for each column, or the end of the stream.
///
/// Source: Debezium documentation, PostgreSQL connector, `event.converting.failure.handling.mode`.
final class ConversionNotices: Sendable {
  private let mode: ValueSettings.FailureHandling
  private let logger = Logger(label: "events")
  private let said = Mutex<Set<String>>([])
  private let fatal = Mutex<String?>(nil)

  init(_ mode: ValueSettings.FailureHandling) { self.mode = mode }

  /// A column's value could not be converted.
  func valueFailed(_ column: String) {
    let what = "a value of \(column) cannot be converted"
    switch mode {
    case .skip: break
    case .fail: fatal.withLock { $0 = what }
    case .warn:
      guard said.withLock({ $0.count < 1000 && $0.insert(column).inserted }) else { return }
      logger.warning(
        "\(what) and is null", metadata: ["next": "see event.converting.failure.handling.mode in docs/debezium.md"])
    }
  }

  /// Why the event under construction may not go out; nil when it may.
  func takeFatal() -> String? {
    guard mode == .fail else { return nil }
    return fatal.withLock { $0.take() }
  }
}
