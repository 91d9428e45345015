/// Why a throwaway server, a child process or a proxy could not do what was asked.
public struct ServerKitError: Error, Sendable, CustomStringConvertible {
  /// What failed.
  public let what: String
  /// The command, file or address it failed at.
  public let place: String
  /// What the reader can do about it.
  public let nextStep: String

  /// One line: what, where, next step.
  public var description: String { "\(what) (\(place)): \(nextStep)" }

  init(_ what: String, at place: String, next nextStep: String) {
    self.what = what
    self.place = place
    self.nextStep = nextStep
  }
}
