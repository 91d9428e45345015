extension EventValue {
  /// Takes the converter's text of a payload apart along its schema: structs, also those inside of structs, into their
  /// members; everything else stays text.
  ///
  /// Text that is not what `JsonConverter` writes for the schema stays text as a whole, and transforms that need a struct
  /// refuse it.
  public init(parsing json: RawSpan, schema: ConnectSchema) {
    var reader = PayloadReader(bytes: json.copied)
    if let payload = reader.payload(schema), reader.isAtEnd {
      self.init(schema, payload)
    } else {
      self.init(schema, .text(reader.bytes))
    }
  }
}

/// Walks through a converter's text: no white space, members in the schema's order.
struct PayloadReader {
  let bytes: [UInt8]
  private var offset = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { offset == bytes.count }

  /// A value; nil if the text is another one's. As deep as the schema is.
  mutating func payload(_ schema: ConnectSchema) -> EventValue.Payload? {
    guard schema.kind == .structure else { return text() }
    guard offset < bytes.count, bytes[offset] == UInt8(ascii: "{") else { return text() }
    offset += 1
    var members: [EventValue.Payload] = []
    members.reserveCapacity(schema.fields.count)
    for (place, field) in schema.fields.enumerated() {
      if place > 0 { guard skip(UInt8(ascii: ",")) else { return nil } }
      guard skipString(), skip(UInt8(ascii: ":")), let member = payload(field.schema) else { return nil }
      members.append(member)
    }
    guard skip(UInt8(ascii: "}")) else { return nil }
    return .structure(members)
  }

  /// The members of an object whose names are not known; nil if the text is another one's.
  mutating func members() -> [(name: Range<Int>, value: Range<Int>)]? {
    guard skip(UInt8(ascii: "{")) else { return nil }
    var members: [(name: Range<Int>, value: Range<Int>)] = []
    while !skip(UInt8(ascii: "}")) {
      if !members.isEmpty { guard skip(UInt8(ascii: ",")) else { return nil } }
      let name = offset
      guard skipString() else { return nil }
      let colon = offset
      guard skip(UInt8(ascii: ":")) else { return nil }
      let start = offset
      guard text() != nil else { return nil }
      members.append((name..<colon, start..<offset))
    }
    return members
  }

  /// The elements of an array; nil if the text is another one's.
  mutating func elements() -> [Range<Int>]? {
    guard skip(UInt8(ascii: "[")) else { return nil }
    var elements: [Range<Int>] = []
    while !skip(UInt8(ascii: "]")) {
      if !elements.isEmpty { guard skip(UInt8(ascii: ",")) else { return nil } }
      let start = offset
      guard text() != nil else { return nil }
      elements.append(start..<offset)
    }
    return elements
  }

  private mutating func skip(_ byte: UInt8) -> Bool {
    guard offset < bytes.count, bytes[offset] == byte else { return false }
    offset += 1
    return true
  }

  /// A whole value that is no struct.
  private mutating func text() -> EventValue.Payload? {
    let start = offset
    var depth = 0
    loop: while offset < bytes.count {
      switch bytes[offset] {
      case UInt8(ascii: "\""):
        guard skipString() else { return nil }
        if depth == 0 { break loop }
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        depth += 1
        offset += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        if depth == 0 { break loop }
        depth -= 1
        offset += 1
        if depth == 0 { break loop }
      case UInt8(ascii: ",") where depth == 0: break loop
      default: offset += 1
      }
    }
    guard depth == 0, offset > start else { return nil }
    let text = bytes[start..<offset]
    return text.elementsEqual("null".utf8) ? .null : .text(Array(text))
  }

  private mutating func skipString() -> Bool {
    guard skip(UInt8(ascii: "\"")) else { return false }
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      if byte == UInt8(ascii: "\"") { return true }
      if byte == UInt8(ascii: "\\") { offset += 1 }
    }
    return false
  }
}
