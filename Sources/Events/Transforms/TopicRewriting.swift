internal import Synchronization

/// An expression that a topic as a whole must match to be rewritten. Topics are few: what became of one is remembered.
final class TopicRewriting: Sendable {
  private static let limit = 10_000

  private let pattern: JavaPattern
  private let replacement: JavaReplacement
  private let known = Mutex<[String: String?]>([:])

  init(pattern: JavaPattern, replacement: JavaReplacement) {
    self.pattern = pattern
    self.replacement = replacement
  }

  /// The topic rewritten; nil if the expression does not match.
  func callAsFunction(_ topic: String) -> String? {
    known.withLock { known in
      if let result = known[topic] { return result }
      if known.count >= Self.limit { known.removeAll() }
      let result = pattern.matches(topic) ? pattern.replacingFirst(in: topic, with: replacement) : nil
      known[topic] = .some(result)
      return result
    }
  }
}
