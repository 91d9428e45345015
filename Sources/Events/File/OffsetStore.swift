internal import Glibc
internal import Pipeline
internal import Synchronization

/// Where the offset of a file of events is kept: in a file of its own, or only in this process.
///
/// Source: Debezium documentation, Debezium Engine, `offset.storage` and `offset.storage.file.filename`.
public final class OffsetStore: Sendable {
  /// An incremental snapshot under way is stored with its keys, however long they are.
  private static let largest = 64 << 20
  private let path: String?
  private let current = Mutex<EventOffset?>(nil)

  /// A store in the file at `path`; nil for one that ends with the process.
  public init(path: String?) { self.path = path }

  /// Whether it outlives the process.
  var isDurable: Bool { path != nil }

  /// The offset that was stored last, by whichever process; nil for none. Throws when the file is there and is no
  /// offset.
  func load() throws(Failure) -> EventOffset? {
    guard let path, let bytes = try OffsetStore.read(path), !bytes.isEmpty else { return current.withLock { $0 } }
    guard let offset = EventOffset(String(decoding: bytes, as: UTF8.self)) else {
      throw .output(
        "the offset file is none of ours; a connector's own cannot be read", path,
        advice: "name another file in offset.storage.file.filename, and choose snapshot.mode for the new start")
    }
    current.withLock { $0 = offset }
    return offset
  }

  /// The file's bytes; nil where there is none.
  private static func read(_ path: String) throws(Failure) -> [UInt8]? {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      if errno == ENOENT { return nil }
      throw .output("the offset file cannot be read: \(String(cString: strerror(errno)))", path)
    }
    defer { _ = Glibc.close(file) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 64 << 10)
    while bytes.count < largest {
      let count = unsafe Glibc.read(file, &block, block.count)
      guard count >= 0 else {
        throw .output("the offset file cannot be read: \(String(cString: strerror(errno)))", path)
      }
      if count == 0 { break }
      bytes.append(contentsOf: block[..<count])
    }
    return bytes
  }

  /// Replaces the offset, whole or not at all.
  func store(_ offset: EventOffset) throws(Failure) {
    if let path { try OffsetStore.replace(path, with: offset.text) }
    let before = current.withLock { current in
      defer { current = offset }
      return current
    }
    if let path, before == nil { DirectoryEntry.synchronize(path) }
  }

  private static func replace(_ path: String, with text: String) throws(Failure) {
    let next = path + ".next"
    let file = unsafe open(next, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw .output("the offset cannot be stored: \(String(cString: strerror(errno)))", next) }
    defer { _ = Glibc.close(file) }
    var text = text
    let isWhole = text.withUTF8 { unsafe Glibc.write(file, $0.baseAddress, $0.count) == $0.count }
    guard isWhole, fdatasync(file) == 0, unsafe rename(next, path) == 0 else {
      throw .output("the offset cannot be stored: \(String(cString: strerror(errno)))", path)
    }
  }
}

extension Failure {
  static func output(_ what: String, _ path: String, advice: String? = nil) -> Failure {
    Failure(.outputFailed, what, at: path, advice: advice)
  }
}
