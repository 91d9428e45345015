internal import Decoder
internal import Events

/// Reads a schema's default, which is the text of a payload, into what a schema of Avro holds.
enum AvroDefault {
  /// The default of a schema that has one.
  static func value(of schema: ConnectSchema, _ settings: AvroSettings) throws(AvroError) -> AvroJSON {
    let text = schema.defaultText ?? []
    var reader = PayloadReader(text.span.bytes)
    let value = try value(&reader, schema, settings)
    guard reader.place == text.count else { throw reader.expected("the end of a default") }
    return value
  }

  private static func value(
    _ reader: inout PayloadReader, _ schema: ConnectSchema, _ settings: AvroSettings
  ) throws(AvroError) -> AvroJSON {
    if reader.skip("null") { return .null }
    switch schema.kind {
    case .int8, .int16, .int32, .int64: return .integer(try reader.integer())
    case .float: return .single(try reader.single())
    case .double: return .double(try reader.double())
    case .boolean: return .boolean(try reader.boolean())
    case .string: return .text(reader.copy(try reader.string()))
    case .bytes: return .text(try reader.characters())
    case .array:
      let elements = try schema.part(schema.values)
      return .list(try list(&reader) { reader throws(AvroError) in try value(&reader, elements, settings) })
    case .map: return try map(&reader, schema, settings)
    case .structure: return try record(&reader, schema, settings)
    }
  }

  private static func list<Element>(
    _ reader: inout PayloadReader, _ element: (inout PayloadReader) throws(AvroError) -> Element
  ) throws(AvroError) -> [Element] {
    try reader.take(UInt8(ascii: "["))
    var elements: [Element] = []
    if reader.skip(UInt8(ascii: "]")) { return elements }
    repeat { elements.append(try element(&reader)) } while reader.skip(UInt8(ascii: ","))
    try reader.take(UInt8(ascii: "]"))
    return elements
  }

  private static func map(
    _ reader: inout PayloadReader, _ schema: ConnectSchema, _ settings: AvroSettings
  ) throws(AvroError) -> AvroJSON {
    let (keys, values) = (try schema.part(schema.keys), try schema.part(schema.values))
    guard keys.kind == .string else {
      return .list(
        try list(&reader) { reader throws(AvroError) in
          try reader.take(UInt8(ascii: "["))
          let key = try value(&reader, keys, settings)
          try reader.take(UInt8(ascii: ","))
          let value = try value(&reader, values, settings)
          try reader.take(UInt8(ascii: "]"))
          return .list([key, value])
        })
    }
    var members: [(name: String, value: AvroJSON)] = []
    try reader.take(UInt8(ascii: "{"))
    while reader.next != UInt8(ascii: "}") {
      if !members.isEmpty { try reader.take(UInt8(ascii: ",")) }
      let name = reader.copy(try reader.string())
      try reader.take(UInt8(ascii: ":"))
      members.append((name, try value(&reader, values, settings)))
    }
    try reader.take(UInt8(ascii: "}"))
    if settings.hasAvroMap(optionalKeys: keys.isOptional) {
      return .object(JavaHashOrder.order(members.map { JavaHashOrder.hash($0.name) }).map { members[$0] })
    }
    return .list(members.map { .list([.text($0.name), $0.value]) })
  }

  private static func record(
    _ reader: inout PayloadReader, _ schema: ConnectSchema, _ settings: AvroSettings
  ) throws(AvroError) -> AvroJSON {
    var members: [(name: String, value: AvroJSON)] = []
    try reader.take(UInt8(ascii: "{"))
    for (index, field) in schema.fields.enumerated() {
      if index > 0 { try reader.take(UInt8(ascii: ",")) }
      guard reader.copy(try reader.string()) == field.name else { throw reader.expected("the member \(field.name)") }
      try reader.take(UInt8(ascii: ":"))
      var member = try value(&reader, field.schema, settings)
      if member == .null, field.schema.hasDefault { member = try value(of: field.schema, settings) }
      members.append((settings.scrubInvalidNames ? AvroName.scrubbed(field.name) : field.name, member))
    }
    try reader.take(UInt8(ascii: "}"))
    return .object(members)
  }
}

extension PayloadReader {
  /// The bytes of a string in base64, each as the character of its number, as a schema writes them.
  fileprivate mutating func characters() throws(AvroError) -> String {
    var buffer = OutputBuffer(capacity: 64)
    try appendBase64(isCounted: false, to: &buffer)
    return buffer.withUnsafeBytes { String(String.UnicodeScalarView($0.map { Unicode.Scalar($0) })) }
  }
}
