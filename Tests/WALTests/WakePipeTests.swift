import Executors
import Glibc
import Testing

@Suite struct WakePipeTests {
  private func isReadable(_ pipe: WakePipe) -> Bool {
    var entry = pollfd(fd: pipe.descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, 0) == 1
  }

  @Test func `a pipe is readable from ring to silence`() {
    let pipe = WakePipe()
    #expect(!isReadable(pipe))
    pipe.ring()
    #expect(isReadable(pipe))
    #expect(isReadable(pipe), "looking takes nothing away")
    pipe.silence()
    #expect(!isReadable(pipe))
  }

  @Test func `many rings are silenced at once, and more than the pipe holds do not block`() {
    let pipe = WakePipe()
    for _ in 0..<200_000 { pipe.ring() }
    #expect(isReadable(pipe))
    pipe.silence()
    #expect(!isReadable(pipe))
    pipe.silence()
    pipe.ring()
    #expect(isReadable(pipe))
  }

  @Test func `both ends are closed with the object and not handed to other programs`() throws {
    var pipe: WakePipe? = WakePipe()
    let descriptor = try #require(pipe?.descriptor)
    #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
    #expect(fcntl(descriptor, F_GETFL) & O_NONBLOCK != 0)
    pipe = nil
  }
}
