internal import Glibc

/// How log lines look: `log.format`.
public enum LogFormat: String, Sendable, CaseIterable {
  /// Text when standard error is a terminal, JSON otherwise.
  case auto
  /// One JSON object a line.
  case json
  /// A line for people.
  case text

  /// `json` or `text`: what `auto` means for a file descriptor, standard error unless said otherwise.
  public func resolved(descriptor: Int32 = 2) -> LogFormat {
    guard self == .auto else { return self }
    return isatty(descriptor) == 1 ? .text : .json
  }
}
