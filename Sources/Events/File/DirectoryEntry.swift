internal import Glibc

/// A file's name in its directory, which a new or renamed file has durably only when the directory itself is written.
enum DirectoryEntry {
  /// Makes the name durable, where the file system can.
  static func synchronize(_ path: String) {
    let end = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    let name = end.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let directory = unsafe open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { return }
    _ = fsync(directory)
    _ = close(directory)
  }
}
