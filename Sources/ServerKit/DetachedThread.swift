internal import Glibc

/// Runs `body` on a thread of its own, where blocking is legal.
func startThread(_ body: @escaping @Sendable () -> Void) {
  var thread = pthread_t()
  let start = Unmanaged.passRetained(ThreadBody(run: body))
  let status = pthread_create(&thread, nil, runThreadBody, start.toOpaque())
  precondition(status == 0, "no thread could be started: error \(status)")
  pthread_detach(thread)
}

private final class ThreadBody {
  let run: @Sendable () -> Void
  init(run: @escaping @Sendable () -> Void) { self.run = run }
}

private nonisolated func runThreadBody(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let argument else { return nil }
  Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run()
  return nil
}
