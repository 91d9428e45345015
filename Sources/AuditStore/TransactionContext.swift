internal import Decoder

/// What the application said about its transaction: `pg_logical_emit_message(true, 'cdc.context', '{"user": …}')`.
struct TransactionContext: Sendable {
  /// The prefix of the logical message that carries it.
  static let prefix = "cdc.context"
  /// It is stored with each change, so it has a bound.
  static let largest = 64 << 10

  /// A JSON object that jsonb takes.
  let json: String
  /// Its member `user`, when that is a string.
  let user: String?

  /// Reads a message. What is no JSON object is kept as the text in `{"invalid": …}`; nothing fails a transaction.
  init(_ content: [UInt8]) {
    guard content.count <= Self.largest else {
      self = Self(invalid: content.prefix(1024), reason: "longer than \(Self.largest) bytes")
      return
    }
    guard let text = String(validating: content, as: UTF8.self) else {
      self = Self(invalid: content[...], reason: "not UTF-8")
      return
    }
    var reader = JSONReader(content)
    guard reader.readObject() else {
      self = Self(invalid: content[...], reason: "not a JSON object that jsonb can hold")
      return
    }
    json = text
    user = reader.user
  }

  private init(invalid content: ArraySlice<UInt8>, reason: String) {
    // jsonb holds no NUL, and what is not UTF-8 becomes a replacement character.
    let text = String(decoding: content.map { $0 == 0 ? UInt8(ascii: "?") : $0 }, as: UTF8.self)
    var buffer = OutputBuffer(capacity: content.count + 64)
    buffer.append(literal: "{\"invalid\":")
    buffer.appendJSONString(text)
    buffer.append(literal: ",\"reason\":")
    buffer.appendJSONString(reason)
    buffer.append(UInt8(ascii: "}"))
    json = buffer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    user = nil
  }
}
