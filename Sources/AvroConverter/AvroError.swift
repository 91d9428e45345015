/// Why an event has no Avro form. Holds no row data.
public struct AvroError: Error, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Kind: Sendable {
    /// The schema cannot be one of Avro, or cannot be written with the registered one.
    case schema
    /// The payload does not fit its schema.
    case payload
  }

  /// What is wrong.
  public let kind: Kind
  /// What is wrong, and where.
  public let message: String
  /// What to do next; empty when there is nothing to advise.
  public let advice: String

  /// An error by its parts.
  public init(_ kind: Kind, _ message: String, advice: String = "") {
    self.kind = kind
    self.message = message
    self.advice = advice
  }

  /// The message, and the advice behind it.
  public var description: String { advice.isEmpty ? message : "\(message); \(advice)" }
}
