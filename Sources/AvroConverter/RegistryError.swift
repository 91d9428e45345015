/// What a schema registry reported, or that none could be reached. Holds no credentials.
public struct RegistryError: Error, Sendable, CustomStringConvertible {
  /// What kind of failure it is.
  public enum Kind: String, Sendable {
    /// No registry answered, or each said that it cannot for now. It may pass.
    case unreachable
    /// The registry does not know the program, or does not let it.
    case unauthorized
    /// The schema is not compatible with those before it.
    case incompatible
    /// The registry cannot use the schema.
    case invalid
    /// There is no such subject, version or schema.
    case notFound
    /// An answer that fits none of these, or settings that cannot be used.
    case unexpected
  }

  /// What kind of failure it is.
  public let kind: Kind
  /// The HTTP status; nil when there was no answer.
  public let status: Int?
  /// The registry's own number for it.
  public let code: Int?
  /// The subject asked for; nil when it was for none.
  public let subject: String?
  /// What happened.
  public let message: String

  /// An error by its parts.
  public init(_ kind: Kind, _ message: String, status: Int? = nil, code: Int? = nil, subject: String? = nil) {
    self.kind = kind
    self.status = status
    self.code = code
    self.subject = subject
    self.message = message
  }

  /// Whether the same request may succeed later without anybody's help.
  public var isTransient: Bool { kind == .unreachable }

  /// What to do next.
  public var advice: String {
    switch kind {
    case .unreachable: "check that the registry runs and that schema.registry.url leads to it"
    case .unauthorized: "check basic.auth.user.info or bearer.auth.token, and the rights on the subject"
    case .incompatible:
      "change the table so that old readers understand it, or loosen the subject's compatibility and try again"
    case .invalid: "look at the schema: a name that stands for two different records is a common cause"
    case .notFound: "register the schema first, or set auto.register.schemas to true"
    case .unexpected: "look at the registry's log"
    }
  }

  /// All of it in a line.
  public var description: String {
    var text = "schema registry: \(message)"
    if let subject { text += " (subject \(subject))" }
    if let status { text += " [HTTP \(status)\(code.map { ", code \($0)" } ?? "")]" }
    return "\(text); \(advice)"
  }
}
