internal import Glibc

/// The headers of one record, taken apart: names and values as they go over the wire.
///
/// Most records have the same headers as the one before: those are not read again.
public struct EventHeaders: Sendable {
  /// A header: its name, and its value as its converter wrote it; nil for a value that is nothing at all.
  public struct Header: Sendable, Hashable {
    /// The name.
    public var name: String
    /// The value.
    public var value: [UInt8]?

    /// A header by name and value.
    public init(_ name: String, _ value: [UInt8]?) {
      self.name = name
      self.value = value
    }
  }

  /// The headers in their order.
  public private(set) var list: [Header] = []
  private var text: [UInt8] = Array("{}".utf8)

  /// No headers.
  public init() {}

  /// Takes the headers of a record: the JSON object that the encoder wrote.
  /// - Returns: whether they are others than before.
  public mutating func read(_ json: RawSpan) -> Bool {
    if isSame(json) { return false }
    var reader = PayloadReader(bytes: json.copied)
    text = reader.bytes
    let members = reader.members() ?? []
    list = members.map { member in
      // JsonConverter has no bytes for a header that is null and has no schema.
      let value = Array(text[member.value])
      return Header(JSONString.decode(text[member.name]) ?? "", value.elementsEqual("null".utf8) ? nil : value)
    }
    return true
  }

  private func isSame(_ json: RawSpan) -> Bool {
    guard json.byteCount == text.count else { return false }
    return json.withUnsafeBytes { json in
      text.withUnsafeBytes { text in
        guard let json = json.baseAddress, let known = text.baseAddress else { return text.isEmpty }
        return memcmp(json, known, text.count) == 0
      }
    }
  }
}
