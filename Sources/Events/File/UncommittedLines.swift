internal import Synchronization

/// How many lines were written to an output that keeps them, beyond the stored position: a new session of the same
/// process makes them again and leaves them out.
public final class UncommittedLines: Sendable {
  private let lines = Atomic<Int>(0)

  /// None.
  public init() {}

  var count: Int {
    get { lines.load(ordering: .relaxed) }
    set { lines.store(newValue, ordering: .relaxed) }
  }
}
