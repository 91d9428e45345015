/// Where event lines go.
public enum EventOutput: Sendable, Hashable {
  /// To a file, which is created, or continued where it is known.
  case file(String)
  /// To standard output.
  case standardOutput
  /// Nowhere, for measurements.
  case nowhere

  /// For messages.
  var name: String {
    switch self {
    case .file(let path): path
    case .standardOutput: "standard output"
    case .nowhere: "nowhere"
    }
  }
}
