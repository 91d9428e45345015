/// A transform that cannot be set up, or an event that it cannot take.
///
/// Debezium's connector stops in both cases, and so do we: an event is never passed on half transformed. The description
/// names properties, classes and fields, and holds no row data.
public struct TransformError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of trouble it is.
  public enum Code: Sendable, Hashable {
    /// A class, or a feature of one, that is not supported.
    case unsupported
    /// A property is missing, unknown or has a value that cannot be taken.
    case configuration
    /// An event does not look as the transform needs it.
    case event
  }

  /// The kind of trouble.
  public let code: Code
  /// The transform's or predicate's name in the properties; empty where none is meant.
  public internal(set) var name: String
  /// What is wrong, and what to do about it.
  public let reason: String

  init(_ code: Code, _ reason: String, in name: String = "") {
    self.code = code
    self.name = name
    self.reason = reason
  }

  /// The transform's name and what is wrong.
  public var description: String { name.isEmpty ? "transforms: \(reason)" : "transform '\(name)': \(reason)" }

  /// The same error, said of the transform of this name unless one is named already.
  func named(_ name: String) -> TransformError {
    var error = self
    if error.name.isEmpty { error.name = name }
    return error
  }
}
