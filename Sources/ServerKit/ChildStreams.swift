internal import Glibc

/// The descriptors of a child that is being started, and our ends of its pipes.
struct ChildStreams {
  struct Capture {
    let descriptor: Int32
    let sink: Watched<CapturedOutput>
  }

  private(set) var descriptors = Spawner.Descriptors(input: -1, output: -1, error: -1)
  private(set) var output: Capture?
  private(set) var error: Capture?
  private var childEnds: [Int32] = []

  init(_ options: ChildProcess.Options) throws {
    do {
      switch options.input {
      case .empty: descriptors.input = try owned(open("/dev/null", O_RDONLY | O_CLOEXEC), "/dev/null")
      case .text(let text): descriptors.input = try owned(try Files.unnamed(holding: Array(text.utf8)), "/tmp")
      }
      (descriptors.output, output) = try target(options.output, inherited: 1)
      (descriptors.error, error) = try target(options.error, inherited: 2)
    } catch {
      closeChildEnds()
      closeParentEnds()
      throw error
    }
  }

  /// Reads what comes from now on.
  func startReading() {
    for capture in [output, error] { capture?.sink.fill(from: capture?.descriptor ?? -1) }
  }

  mutating func closeChildEnds() {
    for descriptor in childEnds { close(descriptor) }
    childEnds = []
  }

  func closeParentEnds() {
    for capture in [output, error] {
      if let capture { close(capture.descriptor) }
    }
  }

  private mutating func target(_ output: ChildProcess.Output, inherited: Int32) throws -> (Int32, Capture?) {
    switch output {
    case .discarded: return (try owned(open("/dev/null", O_WRONLY | O_CLOEXEC), "/dev/null"), nil)
    case .inherited: return (inherited, nil)
    case .file(let path):
      return (try owned(open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644), path), nil)
    case .captured(let limit):
      var ends: [Int32] = [-1, -1]
      guard pipe(&ends) == 0 else { throw Files.failure("no pipe could be opened", "pipe") }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      childEnds.append(ends[1])
      return (ends[1], Capture(descriptor: ends[0], sink: Watched(CapturedOutput(limit: limit))))
    }
  }

  private mutating func owned(_ descriptor: Int32, _ path: String) throws -> Int32 {
    guard descriptor >= 0 else { throw Files.failure("a file cannot be opened", path) }
    childEnds.append(descriptor)
    return descriptor
  }
}
