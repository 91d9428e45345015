internal import Glibc

/// Where lines go. A whole line is one `write(2)`, so that lines of several threads and processes never mix.
struct LogOutput: Sendable {
  private let sink: @Sendable ([UInt8]) -> Void

  init(_ sink: @escaping @Sendable ([UInt8]) -> Void) { self.sink = sink }

  func write(_ line: [UInt8]) { sink(line) }

  static let standardError = LogOutput { line in
    line.withUnsafeBytes { bytes in
      var written = 0
      while written < bytes.count {
        let count = Glibc.write(2, bytes.baseAddress?.advanced(by: written), bytes.count - written)
        if count < 0 && errno == EINTR { continue }
        // There is nowhere to report that the log cannot be written.
        guard count > 0 else { return }
        written += count
      }
    }
  }
}
