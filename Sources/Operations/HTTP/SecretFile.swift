internal import Executors
internal import Glibc

/// Reads small files that hold a secret, and only those that others cannot read.
enum SecretFile {
  /// Why a file cannot be used.
  struct Unfit: Error, Hashable {
    let text: String
  }

  /// What others may not do with a file that holds a secret: anything; and the group may only read it.
  private static let forbidden: UInt32 = 0o027

  /// The file's bytes.
  /// - Parameter isSecret: whether a file that others may read, or the group may write, is turned down.
  static func bytes(of path: String, limit: Int, isSecret: Bool = true) throws(Unfit) -> [UInt8] {
    // A pipe must not keep us waiting.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Unfit(text: "cannot be opened: \(reason())") }
    defer { close(descriptor) }
    guard let status = FileStatus(descriptor: descriptor), status.isRegular else {
      throw Unfit(text: "is no regular file")
    }
    if isSecret, status.permissions & forbidden != 0 {
      throw Unfit(text: "can be read by others, or written by the group: chmod 600 (or 640) it")
    }
    var bytes = [UInt8](repeating: 0, count: limit + 1)
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress?.advanced(by: count), $0.count - count) }
      if got == 0 { break }
      guard got > 0 || errno == EINTR else { throw Unfit(text: "cannot be read: \(reason())") }
      count += max(0, got)
    }
    guard count <= limit else { throw Unfit(text: "is larger than \(limit) bytes") }
    guard count > 0 else { throw Unfit(text: "is empty") }
    return Array(bytes[..<count])
  }

  private static func reason() -> String { strerror(errno).map { String(cString: $0) } ?? "error \(errno)" }
}
