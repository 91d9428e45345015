/// A value's text that does not have the form its type must have.
public struct ValueError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was wrong.
  public enum Code: String, Hashable, Sendable {
    /// The text is empty where its type has no empty form.
    case empty
    /// A boolean that is neither `t` nor `f`.
    case boolean
    /// Neither a timestamp in ISO form nor an infinity.
    case timestamp
    /// Not `{…}` with dimensions that match.
    case array
    /// Not `(…)` with as many fields as the type has.
    case composite
    /// Not `"key"=>"value", …`.
    case hstore
    /// The text ends inside a value.
    case truncated
    /// Something follows the value's end.
    case trailing
    /// Arrays and composites inside each other, deeper than `ValueShape.maximumDepth`.
    case depth
  }

  /// What was wrong.
  public let code: Code

  /// The byte inside the column's text at which it was found; inside a nested value that had to be unquoted, the byte
  /// inside that value's own text.
  public let offset: Int

  init(_ code: Code, at offset: Int) {
    self.code = code
    self.offset = offset
  }

  /// What and where, without any of the value.
  public var description: String {
    "the text of a value is malformed (\(code.rawValue), byte \(offset)): the server does not send the format that the "
      + "session asked for (DateStyle ISO, text), or the column's type changed; the change is set aside, check its table"
  }
}
