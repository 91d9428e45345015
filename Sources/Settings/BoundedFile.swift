#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Reads small text files, and only small ones.
enum BoundedFile {
  /// Why a file cannot be read.
  struct Failure: Error, Hashable {
    let text: String
  }

  /// The file's text, without a byte order mark.
  static func read(_ path: String, limit: Int) throws(Failure) -> String {
    guard let file = fopen(path, "re") else { throw Failure(text: "cannot be opened: \(reason())") }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: limit + 1)
    var count = 0
    while count <= limit {
      let got = bytes.withUnsafeMutableBytes { fread($0.baseAddress?.advanced(by: count), 1, $0.count - count, file) }
      if got == 0 { break }
      count += got
    }
    guard ferror(file) == 0 else { throw Failure(text: "cannot be read: \(reason())") }
    guard count <= limit else { throw Failure(text: "is larger than \(limit) bytes") }
    guard var text = String(validating: bytes[..<count], as: UTF8.self) else { throw Failure(text: "is not UTF-8") }
    if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
    return text
  }

  private static func reason() -> String {
    let code = errno
    var buffer = [CChar](repeating: 0, count: 256)
    guard strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
