internal import Glibc

/// A pipe that interrupts a `poll` of another thread.
public final class WakePipe: Sendable {
  /// Becomes readable when rung; for `poll` beside other descriptors.
  public let descriptor: Int32
  private let writer: Int32

  /// Opens the pipe; both ends close with this object.
  public init() {
    var ends: [Int32] = [-1, -1]
    let status = pipe(&ends)
    precondition(status == 0, "no pipe could be opened: error \(errno)")
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    descriptor = ends[0]
    writer = ends[1]
  }

  deinit {
    close(descriptor)
    close(writer)
  }

  /// Wakes the poller; ringing twice before it looks is the same as once.
  public func ring() {
    var one: UInt8 = 1
    _ = write(writer, &one, 1)
  }

  /// Takes all rings away.
  public func silence() {
    var sink = [UInt8](repeating: 0, count: 64)
    while read(descriptor, &sink, sink.count) > 0 {}
  }
}
