/// What the demo shows: headings, steps with the time they took, tables. Plain text off a terminal.
struct DemoScreen: Sendable {
  private let style = Style.current

  /// Columns that the demo fits into: those of a plain terminal, unless it has more.
  let columns = max(80, min(FittedTable.terminalColumns ?? 100, 160))

  /// A heading.
  func title(_ text: String) { say("\n" + style.paint(text, .bold)) }

  /// A line of explanation.
  func note(_ text: String) { say(text) }

  /// Statements as they are run.
  func statements(_ text: String) {
    for line in text.split(separator: "\n") { say(style.paint("    \(line)", .dim)) }
  }

  /// A good result.
  func good(_ text: String) { say("  \(style.paint("✓", .green)) \(text)") }

  /// A bad result.
  func bad(_ text: String) { say("  \(style.paint("✗", .red)) \(text)") }

  /// A table, its column `flexible` broken into lines to fit.
  func table(_ rows: [[String]], header: [String], flexible: Int) {
    let text = FittedTable.wrapped(rows, header: header, flexible: flexible, columns: columns - 2)
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let end = line.lastIndex { $0 != " " }.map { line.index(after: $0) } ?? line.startIndex
      let trimmed = String(line[..<end])
      say("  " + (index == 0 ? style.paint(trimmed, .cyan) : trimmed))
    }
  }

  /// Runs a step, with what it is before and how long it took behind it; dots while it lasts.
  func step<R: Sendable>(_ what: String, _ body: () async throws -> R) async throws -> R {
    Terminal.write("  \(what) ", to: 1)
    let dots = Task {
      while true {
        try await Task.sleep(for: .seconds(1))
        Terminal.write(".", to: 1)
      }
    }
    defer { dots.cancel() }
    let began = ContinuousClock.now
    do {
      let result = try await body()
      Terminal.write("\(style.paint("done", .green)) in \(DemoScreen.seconds(ContinuousClock.now - began))\n", to: 1)
      return result
    } catch {
      Terminal.write("\(Task.isCancelled ? "stopped" : style.paint("failed", .red))\n", to: 1)
      throw error
    }
  }

  /// A progress line that replaces itself on a terminal; elsewhere nothing, the result follows.
  func progress(_ text: String) {
    if Terminal.isOutput { Terminal.write("\r\u{1B}[2K  \(FittedTable.cut(text, to: columns - 3))", to: 1) }
  }

  /// Takes the progress line away.
  func endProgress() {
    if Terminal.isOutput { Terminal.write("\r\u{1B}[2K", to: 1) }
  }

  /// `12 ms` or `1.4 s`.
  static func seconds(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let milliseconds = Double(seconds) * 1000 + Double(attoseconds) / 1e15
    return milliseconds < 1000 ? "\(Int(milliseconds.rounded())) ms" : "\((milliseconds / 100).rounded() / 10) s"
  }

  private func say(_ text: String) { Terminal.write(text + "\n", to: 1) }
}
