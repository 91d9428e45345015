/// Where a value was given.
public enum Origin: Hashable, Sendable, CustomStringConvertible {
  /// Nowhere: it is the key's default.
  case builtIn
  /// A file, with the line where known.
  case file(path: String, line: Int?)
  /// An environment variable, by its name.
  case environment(String)
  /// The command line, by the option as it was written (without its value).
  case commandLine(String)

  /// `cdc.yaml:12`, `environment DATABASE_HOSTNAME`, `command line --set` or `default`.
  public var description: String {
    switch self {
    case .builtIn: "default"
    case .file(let path, let line): line.map { "\(path):\($0)" } ?? path
    case .environment(let name): "environment \(name)"
    case .commandLine(let option): option.isEmpty ? "command line" : "command line \(option)"
    }
  }
}
