internal import Glibc
internal import Pipeline

/// Where event lines go.
public enum EventOutput: Sendable, Hashable {
  /// To a file, which is created, or continued where it is known.
  case file(String)
  /// To standard output.
  case standardOutput
  /// Nowhere, for measurements.
  case nowhere

  /// For messages.
  var name: String {
    switch self {
    case .file(let path): path
    case .standardOutput: "standard output"
    case .nowhere: "nowhere"
    }
  }
}

/// An open output: bytes go in whole, and what was written after the last stored position is taken back, or not written
/// again where it cannot be.
struct OpenOutput: ~Copyable {
  private let output: EventOutput
  private let descriptor: Int32
  /// Bytes in the file, or written so far.
  private(set) var length: Int64 = 0

  /// Opens the output.
  /// - Parameter known: how long the file was at the stored position; nil when it is new to us.
  init(_ output: EventOutput, known: Int64?) throws(Failure) {
    self.output = output
    switch output {
    case .nowhere: descriptor = -1
    case .standardOutput: descriptor = STDOUT_FILENO
    case .file(let path):
      descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_APPEND, 0o644)
      guard descriptor >= 0 else { throw OpenOutput.failure("cannot be opened", path) }
      length = try OpenOutput.repair(descriptor, path, known)
    }
  }

  deinit { if case .file = output { _ = close(descriptor) } }

  /// Cuts off what was written after the stored position, or else a last line that is not whole.
  private static func repair(_ file: Int32, _ path: String, _ known: Int64?) throws(Failure) -> Int64 {
    var status = stat()
    guard unsafe fstat(file, &status) == 0 else { throw failure("cannot be examined", path) }
    // A device or a pipe keeps nothing.
    guard status.st_mode & S_IFMT == S_IFREG else { return 0 }
    var keep = Int64(status.st_size)
    if let known, known <= keep {
      keep = known
    } else {
      keep = endOfLastLine(file, keep)
    }
    if keep < Int64(status.st_size), ftruncate(file, off_t(keep)) != 0 { throw failure("cannot be repaired", path) }
    return keep
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
