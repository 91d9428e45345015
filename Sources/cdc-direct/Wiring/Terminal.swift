internal import Glibc

/// What a person at a terminal sees.
enum Terminal {
  /// Whether standard output is a terminal.
  static var isOutput: Bool { isatty(1) == 1 }
  /// Whether standard error is a terminal.
  static var isError: Bool { isatty(2) == 1 }
  /// Whether standard input is a terminal.
  static var isInput: Bool { isatty(0) == 1 }

  /// A line on standard error.
  static func error(_ text: String) { write(text + "\n", to: 2) }

  /// Text on standard error, in one write so that lines never interleave.
  static func write(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
        guard count > 0 else { return }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
    }
  }

  /// Asks a yes-or-no question on the terminal; no without one.
  static func confirms(_ question: String) -> Bool {
    guard isInput else { return false }
    write("\(question) [y/N] ", to: 2)
    return readLine()?.lowercased().first == "y"
  }
}
