/// Which program this is.
public struct BuildDescription: Sendable, Hashable {
  /// The version, such as `1.2.0`.
  public let version: String
  /// The commit it was built from; empty when unknown.
  public let commit: String

  /// A description by its parts.
  public init(version: String, commit: String = "") {
    self.version = version
    self.commit = commit
  }
}
