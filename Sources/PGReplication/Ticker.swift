internal import Executors
internal import Glibc

/// Calls a function at an interval on a thread of its own, so that no amount of work in the process's pool of threads
/// can delay it. Ends when it is released, or when the function returns false.
final class Ticker: Sendable {
  private let bell = WakePipe()

  init(every interval: Duration, _ body: @escaping @Sendable () -> Bool) {
    let start = Unmanaged.passRetained(TickerStart(bell: bell, interval: interval, body: body))
    var thread = pthread_t()
    let status = pthread_create(&thread, nil, runTicker, start.toOpaque())
    precondition(status == 0, "no thread could be started: error \(status)")
    pthread_detach(thread)
  }

  deinit { bell.ring() }
}

/// What the new thread is given.
private final class TickerStart {
  let bell: WakePipe
  let interval: Duration
  let body: @Sendable () -> Bool

  init(bell: WakePipe, interval: Duration, body: @escaping @Sendable () -> Bool) {
    self.bell = bell
    self.interval = interval
    self.body = body
  }

  func run() {
    while true {
      // No socket, only the bell: the wait ends with the interval, or at once when the ticker is released.
      let deadline = ContinuousClock.now.advanced(by: interval)
      guard case .timedOut = SocketWait.wait(-1, 0, interrupt: bell, deadline: deadline), body() else { return }
    }
  }
}

private nonisolated func runTicker(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let argument else { return nil }
  Unmanaged<TickerStart>.fromOpaque(argument).takeRetainedValue().run()
  return nil
}
