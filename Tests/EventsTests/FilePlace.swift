import Glibc

/// A directory of one test's own, which goes with it.
final class FilePlace: Sendable {
  struct Failed: Error {}

  let directory: String

  init() throws {
    var template = Array("/tmp/event-file-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil, let found = realpath(template, nil) else { throw Failed() }
    defer { free(found) }
    directory = String(cString: found)
  }

  deinit {
    for name in names { unlink("\(directory)/\(name)") }
    rmdir(directory)
  }

  /// The path of a file in it.
  func path(_ name: String = "events.jsonl") -> String { "\(directory)/\(name)" }

  /// The names of its files.
  var names: [String] {
    var names: [String] = []
    guard let listing = opendir(directory) else { return [] }
    defer { closedir(listing) }
    while let entry = readdir(listing) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  func write(_ text: String, to name: String = "events.jsonl") throws {
    guard let file = fopen(path(name), "w") else { throw Failed() }
    defer { fclose(file) }
    guard fputs(text, file) >= 0 else { throw Failed() }
  }

  /// A file's text; nil where there is none.
  func text(_ name: String = "events.jsonl") -> String? {
    guard let file = fopen(path(name), "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 4096)
    while case let count = fread(&block, 1, block.count, file), count > 0 { bytes += block[..<count] }
    return String(decoding: bytes, as: UTF8.self)
  }
}
