internal import Glibc

/// The few file operations that the servers' directories need.
enum Files {
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
  static func isExecutable(_ path: String) -> Bool {
    var status = stat()
    return access(path, X_OK) == 0 && stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// The whole file as text; invalid UTF-8 is repaired.
  static func text(of path: String) throws -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("a file cannot be read", path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      if count > 0 {
        bytes.append(contentsOf: chunk[..<count])
      } else if errno != EINTR {
        throw failure("a file cannot be read", path)
      }
    }
  }

  /// Writes or appends; a new file gets `mode` and, when we are root, `owner`.
  static func write(
    _ text: String, to path: String, appending: Bool = false, mode: mode_t = 0o600, owner: Account? = nil
  )
    throws
  {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (appending ? O_APPEND : O_TRUNC), mode)
    guard descriptor >= 0 else { throw failure("a file cannot be written", path) }
    defer { close(descriptor) }
    try writeAll(Array(text.utf8), to: descriptor, path: path)
    if let owner, fchown(descriptor, owner.user, owner.group) != 0 {
      throw failure("a file cannot be given away", path)
    }
  }

  /// Overwrites bytes inside a file.
  static func overwrite(_ bytes: [UInt8], at offset: Int, in path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("a file cannot be written", path) }
    defer { close(descriptor) }
    guard lseek(descriptor, off_t(offset), SEEK_SET) == off_t(offset) else {
      throw failure("a file cannot be written", path)
    }
    try writeAll(bytes, to: descriptor, path: path)
  }

  /// A descriptor to an unnamed file that holds `bytes`, read from the start; the caller closes it.
  static func unnamed(holding bytes: [UInt8]) throws -> Int32 {
    var template = Array("/tmp/cdc-input.XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw failure("no temporary file could be made", "/tmp") }
    unlink(template)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    do { try writeAll(bytes, to: descriptor, path: "/tmp") } catch {
      close(descriptor)
      throw error
    }
    lseek(descriptor, 0, SEEK_SET)
    return descriptor
  }

  static func makeDirectory(_ path: String, mode: mode_t = 0o700, owner: Account? = nil) throws {
    guard mkdir(path, mode) == 0 else { throw failure("a directory cannot be made", path) }
    if let owner, chown(path, owner.user, owner.group) != 0 { throw failure("a directory cannot be given away", path) }
  }

  static func entries(of directory: String) -> [String] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  /// Where a symbolic link points.
  static func target(ofLink path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink(path, &buffer, buffer.count)
    return count > 0 ? String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
  }

  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32, path: String) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        throw failure("a file cannot be written", path)
      }
    }
  }

  static func failure(_ what: String, _ path: String) -> ServerKitError {
    ServerKitError(what, at: path, next: "the system says: \(systemMessage(errno))")
  }

  static func systemMessage(_ number: Int32) -> String {
    strerror(number).map { String(cString: $0) } ?? "error \(number)"
  }
}
