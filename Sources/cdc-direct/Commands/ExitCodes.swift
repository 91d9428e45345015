internal import ArgumentParser
internal import Pipeline

/// `cdc-direct exit-codes`: what each exit code means and what to do next, from the one table of failures.
struct ExitCodes: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exit-codes", abstract: "List the exit codes, what each means and what to do next.",
    discussion: "Example: cdc-direct exit-codes --markdown")

  @Flag(help: "Print the table of docs/troubleshooting.md.")
  var markdown = false

  func run() {
    if markdown { return print(ExitCodes.markdownTable, terminator: "") }
    for kind in ExitCodes.kinds {
      print("\(kind.exitCode)\t\(kind.rawValue)\n\t\(kind.meaning)\n\tNext: \(kind.advice).")
    }
  }

  /// Kinds by their exit code.
  static var kinds: [Failure.Kind] { Failure.Kind.allCases.sorted { $0.exitCode < $1.exitCode } }

  /// The table of the troubleshooting guide.
  static var markdownTable: String {
    var text = "| exit code | name in the log | what it means | tried again | next step |\n|---|---|---|---|---|\n"
    for kind in kinds {
      text +=
        "| \(kind.exitCode) | `\(kind.rawValue)` | \(kind.meaning) | \(kind.isTransient ? "yes" : "no") "
        + "| \(kind.advice) |\n"
    }
    return text
  }
}
