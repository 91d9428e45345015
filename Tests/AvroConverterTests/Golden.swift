import Decoder
import Events
import FoundationEssentials

@testable import AvroConverter

/// What the real converter made of one schema with some settings: a line of `conformance/avro`'s recording.
struct Golden: Sendable {
  /// An event and what became of it.
  struct Event: Sendable {
    let payload: [UInt8]
    /// The body's hexadecimal digits; nil where the converter refused.
    let body: String?
  }

  let settings: AvroSettings
  let schema: ConnectSchema
  /// The schema's text; nil where the converter refused.
  let avro: String?
  let events: [Event]

  /// Reads a line.
  init(line: [UInt8]) throws {
    let json = try JSONText(line)
    let properties = try json.member("settings").members()
    var settings = AvroSettings(urls: [])
    for property in properties {
      let isOn = property.value.bytes == Array("\"true\"".utf8)
      switch property.name {
      case "allow.optional.map.keys": settings.allowOptionalMapKeys = isOn
      case "connect.meta.data": settings.connectMetaData = isOn
      case "discard.type.doc.default": settings.discardTypeDocDefault = isOn
      case "enhanced.avro.schema.support": settings.enhancedSupport = isOn
      case "scrub.invalid.names": settings.scrubInvalidNames = isOn
      default: throw JSONText.Problem("no such setting: \(property.name)")
      }
    }
    self.settings = settings
    schema = try ConnectSchema(json.member("connect"))
    avro = try json.member("avro").string()
    events = try json.member("events").elements().map {
      Event(payload: try $0.member("payload").bytes, body: try $0.member("body").string())
    }
  }

  /// All lines of a file.
  static func lines(_ path: String) throws -> [Golden] {
    try Data(contentsOf: URL(filePath: path)).split(separator: UInt8(ascii: "\n")).map { try Golden(line: Array($0)) }
  }
}

/// A JSON text of which parts are taken verbatim; compact, as the recordings are.
struct JSONText {
  struct Problem: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }

  let bytes: [UInt8]

  init(_ bytes: [UInt8]) throws { self.bytes = bytes }

  /// The members of an object in their order.
  func members() throws -> [(name: String, value: JSONText)] {
    var reader = PayloadReader(bytes.span.bytes)
    var members: [(name: String, value: JSONText)] = []
    try reader.take(UInt8(ascii: "{"))
    while reader.next != UInt8(ascii: "}") {
      if !members.isEmpty { try reader.take(UInt8(ascii: ",")) }
      let name = reader.copy(try reader.string())
      try reader.take(UInt8(ascii: ":"))
      let start = reader.place
      try reader.skipValue()
      members.append((name, try JSONText(Array(bytes[start..<reader.place]))))
    }
    return members
  }

  /// The elements of an array.
  func elements() throws -> [JSONText] {
    var reader = PayloadReader(bytes.span.bytes)
    var elements: [JSONText] = []
    try reader.take(UInt8(ascii: "["))
    while reader.next != UInt8(ascii: "]") {
      if !elements.isEmpty { try reader.take(UInt8(ascii: ",")) }
      let start = reader.place
      try reader.skipValue()
      elements.append(try JSONText(Array(bytes[start..<reader.place])))
    }
    return elements
  }

  /// A member that must be there.
  func member(_ name: String) throws -> JSONText {
    guard let member = try members().first(where: { $0.name == name }) else { throw Problem("no member \(name)") }
    return member.value
  }

  /// A text; nil for null.
  func string() throws -> String? {
    if bytes == Array("null".utf8) { return nil }
    var reader = PayloadReader(bytes.span.bytes)
    return reader.copy(try reader.string())
  }
}

extension ConnectSchema {
  /// Reads a schema as `JsonConverter` writes it.
  convenience init(_ json: JSONText) throws {
    let members = Dictionary(try json.members().map { ($0.name, $0.value) }) { $1 }
    guard let kind = try members["type"]?.string().flatMap(Kind.init) else { throw JSONText.Problem("no type") }
    let parameters = try members["parameters"]?.members().map { Parameter($0.name, try $0.value.string() ?? "") }
    let fields = try members["fields"]?.elements().map {
      Field(try $0.member("field").string() ?? "", try ConnectSchema($0))
    }
    self.init(
      kind, optional: members["optional"]?.bytes == Array("true".utf8), name: try members["name"]?.string(),
      version: members["version"].flatMap { Int(String(decoding: $0.bytes, as: UTF8.self)) },
      doc: try members["doc"]?.string(), parameters: parameters ?? [], default: members["default"]?.bytes,
      fields: fields ?? [], keys: try members["keys"].map { try ConnectSchema($0) },
      values: try (members["values"] ?? members["items"]).map { try ConnectSchema($0) })
  }
}

extension AvroWriter {
  /// A message's body in hexadecimal digits.
  func body(_ payload: [UInt8]) throws -> String {
    var buffer = OutputBuffer(capacity: 64)
    try append(payload.span.bytes, to: &buffer)
    return buffer.withUnsafeBytes { bytes in
      bytes.dropFirst(5).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
  }
}
