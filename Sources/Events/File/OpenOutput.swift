internal import Glibc
internal import Pipeline

/// An open output: bytes go in whole, and what was written after the last stored position is taken back, or not written
/// again where it cannot be.
struct OpenOutput: ~Copyable {
  private let output: EventOutput
  private let descriptor: Int32
  /// Whether it keeps what is written: a device or a pipe does not.
  private let keeps: Bool
  /// The file's path, absolute and without links; empty for what is none.
  let path: String
  /// Bytes in the file, or written so far.
  private(set) var length: Int64 = 0

  /// Opens the output, and leaves what is in it as it is.
  init(_ output: EventOutput) throws(Failure) {
    self.output = output
    guard case .file(let name) = output else {
      descriptor = output == .standardOutput ? STDOUT_FILENO : -1
      (path, keeps) = ("", false)
      return
    }
    descriptor = unsafe Glibc.open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_APPEND, 0o644)
    guard descriptor >= 0 else { throw OpenOutput.failure("cannot be opened", name) }
    var status = stat()
    keeps = unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    length = keeps ? Int64(status.st_size) : 0
    path = OpenOutput.canonical(name)
    if keeps, length == 0 { DirectoryEntry.synchronize(path) }
  }

  deinit { if case .file = output { _ = Glibc.close(descriptor) } }

  private static func canonical(_ name: String) -> String {
    guard let found = unsafe realpath(name, nil) else { return name }
    defer { unsafe free(found) }
    return unsafe String(cString: found)
  }

  /// Keeps other processes from writing to the file until it is closed. Who is about to end is waited for.
  func lock() throws(Failure) {
    guard keeps else { return }
    for _ in 0..<10 {
      guard flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK else { return }
      _ = poll(nil, 0, 50)
    }
    throw .output(
      "the output is being written by another process", path, advice: "stop the other process, or name another output")
  }

  /// Cuts off what was written after the stored position, or else a last line that is not whole.
  /// - Parameter known: how long the file was at the stored position; nil when it is new to us.
  mutating func cut(to known: Int64?) throws(Failure) {
    guard keeps else { return }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw OpenOutput.failure("cannot be examined", path) }
    let size = Int64(status.st_size)
    length = if let known, known <= size { known } else { OpenOutput.endOfLastLine(descriptor, size) }
    guard length == size || ftruncate(descriptor, off_t(length)) == 0 else {
      throw OpenOutput.failure("cannot be repaired", path)
    }
  }

  private static func endOfLastLine(_ file: Int32, _ size: Int64) -> Int64 {
    var end = size
    var block = [UInt8](repeating: 0, count: 64 << 10)
    while end > 0 {
      let start = max(0, end - Int64(block.count))
      let count = unsafe pread(file, &block, Int(end - start), off_t(start))
      guard count > 0 else { return size }
      if let newline = block[..<count].lastIndex(of: UInt8(ascii: "\n")) { return start + Int64(newline) + 1 }
      end = start
    }
    return 0
  }

  /// Writes all of it.
  mutating func write(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
    guard descriptor >= 0 else { return }
    var offset = 0
    while offset < bytes.count {
      let count = unsafe Glibc.write(descriptor, bytes.baseAddress.map { $0 + offset }, bytes.count - offset)
      if count < 0 {
        if errno == EINTR { continue }
        if errno == EAGAIN {
          var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          _ = unsafe poll(&wait, 1, -1)
          continue
        }
        throw OpenOutput.failure("cannot be written", output.name)
      }
      offset += count
    }
    length += Int64(bytes.count)
  }

  /// Makes what was written durable, where the output can.
  func synchronize() throws(Failure) {
    guard case .file(let path) = output else { return }
    // A pipe or device has nothing to wait for.
    guard fdatasync(descriptor) == 0 || errno == EINVAL else {
      throw OpenOutput.failure("cannot be made durable", path)
    }
  }

  private static func failure(_ what: String, _ path: String) -> Failure {
    .output("the output \(what): \(String(cString: strerror(errno)))", path)
  }
}
