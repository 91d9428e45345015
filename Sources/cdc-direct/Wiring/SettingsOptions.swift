internal import ArgumentParser
internal import FoundationEssentials
internal import Glibc
internal import Settings

/// The options that every command with settings has.
struct SettingsOptions: ParsableArguments {
  @Option(name: [.short, .long], help: "A settings file: YAML, JSON or Java properties; may be given again.")
  var config: [String] = []

  @Option(name: .long, help: "A setting as key=value, over files and environment; may be given again.")
  var set: [String] = []

  /// Reads and checks the settings; what is wrong goes to standard error and ends the program with exit code 2.
  /// - Parameter more: further files, or their JSON itself.
  func load(_ more: [String] = [], requiring: Settings.Requirement = [.database, .audit]) throws -> Settings {
    do {
      return try Settings.load(
        files: config + more, environment: ProcessInfo.processInfo.environment, arguments: try arguments(),
        requiring: requiring)
    } catch let error as SettingsError {
      Terminal.error("\(error)")
      throw ExitCode(2)
    }
  }

  private func arguments() throws -> [Entry] {
    try set.map { pair in
      guard let equals = pair.firstIndex(of: "="), equals > pair.startIndex else {
        // The text may be a secret that lost its key: it is not repeated.
        throw ValidationError("--set needs key=value")
      }
      return Entry(
        key: String(pair[..<equals]), text: String(pair[pair.index(after: equals)...]), origin: .commandLine("--set"))
    }
  }
}
