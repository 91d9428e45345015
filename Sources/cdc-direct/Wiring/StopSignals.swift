internal import Glibc
internal import ServiceLifecycle
internal import UnixSignals

/// SIGTERM and SIGINT: the first stops all services in order, the second ends the program at once. Nothing is lost either
/// way: what is not committed is read again.
///
/// The second is heard like the first. Left to the system it might end nothing, as threads that wait for signals in
/// order hold them back from all others.
struct StopSignals: Service {
  /// Returns at the first signal, or when the services stop for another reason.
  func run() async throws {
    let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
    let (first, continuation) = AsyncStream.makeStream(of: Void.self)
    Task {
      var isStopping = false
      for await signal in signals {
        if isStopping { Self.end(by: signal.rawValue) }
        isStopping = true
        continuation.finish()
      }
    }
    for await _ in first.cancelOnGracefulShutdown() {}
  }

  /// Ends the program as the signal does by itself.
  private static func end(by number: Int32) {
    signal(number, SIG_DFL)
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, number)
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
    raise(number)
  }
}
