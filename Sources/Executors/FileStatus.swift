internal import Glibc

/// What the kernel says of a file. Two that are equal mean that it was neither written nor replaced.
///
/// It stands in this module because beside NIO the compiler takes the kernel's `stat` for one of NIO's.
public struct FileStatus: Hashable, Sendable {
  /// Whether it is a regular file.
  public let isRegular: Bool
  /// Who may do what: the lowest nine bits of its mode.
  public let permissions: UInt32
  private let device: UInt64
  private let inode: UInt64
  private let size: Int
  private let seconds: Int
  private let nanoseconds: Int

  /// The file that a path leads to, through links; nil where there is none.
  public init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  /// An open file; nil for a descriptor that is none.
  public init?(descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  private init(_ status: stat) {
    isRegular = status.st_mode & S_IFMT == S_IFREG
    permissions = UInt32(status.st_mode) & 0o777
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    size = Int(status.st_size)
    seconds = Int(status.st_mtim.tv_sec)
    nanoseconds = Int(status.st_mtim.tv_nsec)
  }
}
