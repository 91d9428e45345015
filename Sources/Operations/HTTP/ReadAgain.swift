internal import Executors
internal import Synchronization

/// A value that is made of files, and made again when one of them was written or replaced.
final class ReadAgain<Value: Sendable>: Sendable {
  private struct State {
    var stamps: [FileStatus?]
    var value: Value
  }

  private let paths: [String]
  private let make: @Sendable () throws(OperationsServerError) -> Value
  private let state: Mutex<State>

  init(_ paths: [String], _ make: @escaping @Sendable () throws(OperationsServerError) -> Value)
    throws(OperationsServerError)
  {
    self.paths = paths
    self.make = make
    // The stamps first: a file that changes in between is read again.
    let stamps = paths.map { FileStatus(path: $0) }
    state = Mutex(State(stamps: stamps, value: try make()))
  }

  /// The value that was last made.
  var value: Value { state.withLock { $0.value } }

  /// Makes the value anew if a file is another than before; true when that was done. What cannot be read leaves the
  /// value as it was, and is told once.
  func refresh() throws(OperationsServerError) -> Bool {
    let stamps = paths.map { FileStatus(path: $0) }
    guard state.withLock({ $0.stamps }) != stamps else { return false }
    state.withLock { $0.stamps = stamps }
    let value = try make()
    state.withLock { $0.value = value }
    return true
  }
}
