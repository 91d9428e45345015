/// A replication message that does not follow the protocol: what, and at which byte.
///
/// The plain description carries no row data, so it can be logged.
public struct DecodeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was wrong.
  public enum Reason: Hashable, Sendable {
    /// The message ends before the field does.
    case truncated(field: String)
    /// Bytes are left after the message's last field.
    case trailingBytes(count: Int)
    /// The first byte names no message of protocol 1 to 4.
    case unknownMessage(tag: UInt8)
    /// A tag inside the message is none of those allowed there.
    case unknownTag(UInt8, field: String)
    /// A length or count is negative or larger than the message.
    case invalidLength(Int, field: String)
    /// A text is not UTF-8.
    case invalidText(field: String)
    /// A change names a relation that no Relation message introduced.
    case unknownRelation(UInt32)
    /// A tuple has another number of columns than its relation.
    case columnCount(found: Int, expected: Int)
    /// The message cannot come here, for example a change outside a transaction.
    case unexpected(String)
    /// A value is not in its type's text form.
    case invalidValue(ValueError)
  }

  /// What was wrong.
  public let reason: Reason
  /// Where, in bytes from the message's tag.
  public let offset: Int
  /// The message's tag; nil when not even that was there, and for a row of a COPY.
  public let message: UInt8?

  /// An error by its parts.
  public init(_ reason: Reason, at offset: Int, in message: UInt8?) {
    self.reason = reason
    self.offset = offset
    self.message = message
  }

  /// What was wrong and where, without row data.
  public var description: String {
    "malformed \(subject) at byte \(offset): \(text)"
  }

  private var subject: String {
    guard let message else { return "data from the source" }
    // Only what is printable may come into a log as it is.
    guard (0x21...0x7E).contains(message) else { return "replication message 0x\(String(message, radix: 16))" }
    return "replication message '\(String(UnicodeScalar(message)))'"
  }

  private var text: String {
    switch reason {
    case .truncated(let field): "it ends inside \(field)"
    case .trailingBytes(let count): "\(count) bytes are left over"
    case .unknownMessage(let tag): "0x\(String(tag, radix: 16)) is no message of pgoutput protocol 1 to 4"
    case .unknownTag(let tag, let field): "0x\(String(tag, radix: 16)) is not allowed as \(field)"
    case .invalidLength(let length, let field): "\(length) is no valid length of \(field)"
    case .invalidText(let field): "\(field) is not UTF-8"
    case .unknownRelation(let oid): "relation \(oid) was never introduced"
    case .columnCount(let found, let expected): "\(found) columns where the relation has \(expected)"
    case .unexpected(let what): what
    case .invalidValue(let error): "\(error)"
    }
  }
}
