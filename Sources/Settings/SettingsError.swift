/// All that is wrong with the settings, in one error.
public struct SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// One thing that is wrong. It never holds a secret's text.
  public struct Problem: Hashable, Sendable, CustomStringConvertible {
    /// The kinds of problems.
    public enum Code: String, Sendable, Hashable, CaseIterable {
      /// A file cannot be read.
      case unreadable
      /// A file breaks its format's rules.
      case malformed
      /// A key is given twice in one place.
      case duplicate
      /// No such key.
      case unknownKey
      /// The text has not the form that the key needs.
      case badValue
      /// The key, or this value of it, cannot be supported.
      case refused
      /// The key, or this value of it, is not supported in this version.
      case notYetSupported
      /// Two keys exclude each other.
      case contradiction
      /// A required key is not set.
      case missing
    }

    /// What kind of problem it is.
    public let code: Code
    /// The key it is about; nil when it is about a file.
    public let key: String?
    /// Where the key was given; nil when it was not.
    public let origin: Origin?
    /// What is wrong.
    public let text: String
    /// What to do about it.
    public let hint: String

    init(_ code: Code, key: String? = nil, origin: Origin? = nil, _ text: String, hint: String) {
      self.code = code
      self.key = key.map { Masking.shown(name: $0) }
      self.origin = origin
      self.text = text
      self.hint = hint
    }

    /// `key (origin): what is wrong. What to do.`
    public var description: String {
      let place = origin.map { key == nil ? "\($0)" : " (\($0))" } ?? ""
      return "\(key ?? "")\(place): \(text). \(hint)"
    }
  }

  /// What is wrong, in the order of the keys' names; never empty.
  public let problems: [Problem]

  /// Makes an error of problems.
  public init(problems: [Problem]) { self.problems = problems }

  /// One problem a line, after a line that counts them.
  public var description: String {
    let count = problems.count == 1 ? "1 problem" : "\(problems.count) problems"
    return (["\(count) with the settings:"] + problems.map { "  - \($0)" }).joined(separator: "\n")
  }
}
