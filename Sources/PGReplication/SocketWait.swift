internal import Executors
internal import Glibc

/// Waits for a socket beside an interrupt, until a deadline.
enum SocketWait {
  enum Outcome {
    case ready(Int16)
    case interrupted
    case timedOut
  }

  static func wait(
    _ socket: Int32, _ events: Int16, interrupt: WakePipe?, deadline: ContinuousClock.Instant?
  ) -> Outcome {
    while true {
      var timeout: Int32 = -1
      if let deadline {
        let left = ContinuousClock.now.duration(to: deadline)
        timeout = left <= .zero ? 0 : milliseconds(left)
      }
      var descriptors = (
        pollfd(fd: socket, events: events, revents: 0),
        pollfd(fd: interrupt?.descriptor ?? -1, events: Int16(POLLIN), revents: 0)
      )
      let count = withUnsafeMutableBytes(of: &descriptors) { bytes in
        poll(bytes.assumingMemoryBound(to: pollfd.self).baseAddress, 2, timeout)
      }
      if descriptors.1.revents != 0 { return .interrupted }
      if descriptors.0.revents != 0 { return .ready(descriptors.0.revents) }
      // A poll that fails for another reason than a signal says so on the socket when libpq reads it.
      if count < 0 && errno != EINTR { return .ready(Int16(POLLERR)) }
      if count == 0, let deadline, ContinuousClock.now >= deadline { return .timedOut }
    }
  }

  /// Rounded up, so that a wait never ends before its deadline only to spin.
  static func milliseconds(_ duration: Duration) -> Int32 {
    let (seconds, attoseconds) = duration.components
    guard seconds < 86_400 else { return 86_400_000 }
    guard seconds >= 0 else { return 0 }
    return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }
}
