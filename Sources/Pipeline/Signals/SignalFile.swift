internal import Glibc

/// A file that signals are written to, one JSON object a line; it is emptied when it is read.
///
/// Source: Debezium documentation, "File signaling channel".
struct SignalFile: Sendable {
  private static let largest = 16 << 20
  private let path: String

  init(path: String) { self.path = path }

  /// The signals that came since the last call, and what was wrong with the lines that hold none. A file that is not
  /// there holds none.
  func read() -> (signals: [Signal], warnings: [String]) {
    guard let text = take(), !text.isEmpty else { return ([], []) }
    var signals: [Signal] = []
    var warnings: [String] = []
    for line in text.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      guard !line.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) else { continue }
      if let signal = SignalFile.signal(line) {
        signals.append(signal)
      } else {
        warnings.append("signal file \(path): a line is no signal and was skipped")
      }
    }
    return (signals, warnings)
  }

  private static func signal(_ line: ArraySlice<UInt8>) -> Signal? {
    guard let document = try? SignalDocument(parsing: line), let id = document["id"]?.string,
      let type = document["type"]?.string
    else { return nil }
    return Signal(id: id, type: type, data: document["data"]?.text ?? "")
  }

  /// Reads the file and empties it.
  private func take() -> [UInt8]? {
    let descriptor = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: min(Int(status.st_size), SignalFile.largest))
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
      }
      guard got > 0 else { break }
      count += got
    }
    guard ftruncate(descriptor, 0) == 0 else { return nil }
    return Array(bytes[..<count])
  }
}
