internal import FoundationEssentials
internal import Glibc

/// Finds programs: in `PATH`, and beside the program that runs now.
public enum ExecutableSearch {
  /// The path of a program of this package, built beside the running program or test bundle; nil when it is not built.
  ///
  /// Looks at `CDC_DIRECT_BINARY` (for `cdc-direct`), in the running program's directory and those above it, in the
  /// directory of the first argument, and in `.build` below the working directory.
  public static func product(_ name: String = "cdc-direct") -> String? {
    let environment = environment()
    if name == "cdc-direct", let path = environment["CDC_DIRECT_BINARY"], Files.isExecutable(path) { return path }
    return productDirectories().map { $0 + "/" + name }.first(where: Files.isExecutable)
  }

  /// Where built programs can be, the likeliest first.
  static func productDirectories() -> [String] {
    var directories: [String] = []
    // `swift test` runs the bundle itself on Linux; a runner names it in an argument instead.
    let programs = [Files.target(ofLink: "/proc/self/exe")] + CommandLine.arguments.filter { $0.contains("/") }
    for program in programs.compactMap({ $0 }) {
      var parts = program.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      for _ in 0..<4 where parts.count > 1 {
        directories.append(parts.joined(separator: "/"))
        parts = parts.dropLast()
      }
    }
    return directories + [".build/debug", ".build/release"]
  }

  /// This process's environment.
  static func environment() -> [String: String] { ProcessInfo.processInfo.environment }

  /// The path of `executable`, which is a path already or a name to be found in `PATH`.
  static func path(of executable: String) throws -> String {
    if executable.contains("/") {
      // Absolute, as the child may start in another directory.
      let here = executable.hasPrefix("/") ? "" : (Files.target(ofLink: "/proc/self/cwd") ?? ".") + "/"
      if Files.isExecutable(executable) { return here + executable }
    } else {
      let path = (environment()["PATH"] ?? "/usr/local/bin:/usr/bin:/bin") + ":/usr/sbin:/sbin"
      for directory in path.split(separator: ":") {
        let candidate = "\(directory)/\(executable)"
        if Files.isExecutable(candidate) { return candidate }
      }
    }
    throw ServerKitError("a program is missing", at: executable, next: "install it or correct its path")
  }

  /// What goes before the program so that it changes directory and account, and hears of its parent's death.
  static func prefix(for options: ChildProcess.Options) throws -> [String] {
    let change = options.directory.map { [(try? path(of: "env")) ?? "/usr/bin/env", "-C", $0, "--"] } ?? []
    var words: [String] = []
    if let signal = options.signalAtParentDeath { words += ["--pdeathsig", signal.rawValue] }
    if let account = options.account, account.user != geteuid() {
      words += ["--reuid", String(account.user), "--regid", String(account.group), "--init-groups"]
    }
    return words.isEmpty ? change : change + [try path(of: "setpriv")] + words + ["--"]
  }
}
