/// Which program this is.
public struct BuildDescription: Sendable, Hashable {
  /// The version, such as `1.2.0`.
  public let version: String

  /// A description by its parts.
  public init(version: String) { self.version = version }
}
