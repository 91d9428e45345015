/// A key with its text and the place it was given: the form that every source is flattened to.
public struct Entry: Hashable, Sendable {
  /// The key's name as it was given.
  public let key: String
  /// The value's text, not yet read.
  public let text: String
  /// Where it was given.
  public let origin: Origin

  /// Makes an entry; for the command line give `Origin.commandLine` with the option's name.
  public init(key: String, text: String, origin: Origin) {
    self.key = key
    self.text = text
    self.origin = origin
  }
}
