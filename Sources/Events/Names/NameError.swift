/// A naming setting that cannot be honoured.
public struct NameError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The property.
  public let property: String
  /// What is wrong with it, as the end of a sentence.
  public let reason: String

  /// The property and what is wrong with it.
  public var description: String { "\(property) \(reason)" }
}
