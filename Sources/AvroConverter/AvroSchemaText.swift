internal import Decoder

/// Writes schemas as Avro's Java library does: no blanks, names relative to the record around them, a record in full
/// at its first place.
struct AvroSchemaText: ~Copyable {
  private var buffer = OutputBuffer(capacity: 4 << 10)
  private var records: [AvroName: AvroType] = [:]
  private var space: String?

  init() {}

  /// What was written.
  var text: String { buffer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }

  /// Adds a type.
  /// - Throws: `AvroError` when two different records have the same name.
  mutating func append(_ type: AvroType) throws(AvroError) {
    switch type.shape {
    case .union(let branches):
      try append(branches) { text, branch throws(AvroError) in try text.append(branch) }
    case .array(let element):
      open(type)
      buffer.append(literal: ",\"items\":")
      try append(element)
      close(type)
    case .map(let element):
      open(type)
      buffer.append(literal: ",\"values\":")
      try append(element)
      close(type)
    case .record(let name, let fields): try append(type, name, fields)
    default:
      guard !type.properties.isEmpty else { return buffer.appendJSONString(type.name) }
      open(type)
      close(type)
    }
  }

  private mutating func open(_ type: AvroType) {
    buffer.append(literal: "{\"type\":")
    buffer.appendJSONString(type.name)
  }

  private mutating func close(_ type: AvroType) {
    for property in type.properties {
      buffer.append(UInt8(ascii: ","))
      buffer.appendJSONString(property.name)
      buffer.append(UInt8(ascii: ":"))
      append(property.value)
    }
    buffer.append(UInt8(ascii: "}"))
  }

  private mutating func append(
    _ type: AvroType, _ name: AvroName, _ fields: [AvroType.Field]
  ) throws(AvroError) {
    if let record = records[name] {
      guard record == type else {
        throw AvroError(
          .schema, "two different records have the name \(name.full)",
          advice: "give them the same parameters and documentation, or do without column.propagate.source.type for them"
        )
      }
      return buffer.appendJSONString(name.reference(in: space))
    }
    records[name] = type
    let enclosing = space
    buffer.append(literal: "{\"type\":\"record\",\"name\":")
    buffer.appendJSONString(name.name)
    if name.space != enclosing {
      buffer.append(literal: ",\"namespace\":")
      buffer.appendJSONString(name.space ?? "")
    }
    space = name.space
    if let doc = type.doc {
      buffer.append(literal: ",\"doc\":")
      buffer.appendJSONString(doc)
    }
    buffer.append(literal: ",\"fields\":")
    try append(fields) { text, field throws(AvroError) in
      text.buffer.append(literal: "{\"name\":")
      text.buffer.appendJSONString(field.name)
      text.buffer.append(literal: ",\"type\":")
      try text.append(field.type)
      if let doc = field.doc {
        text.buffer.append(literal: ",\"doc\":")
        text.buffer.appendJSONString(doc)
      }
      if let value = field.defaultValue {
        text.buffer.append(literal: ",\"default\":")
        text.append(value)
      }
      text.buffer.append(UInt8(ascii: "}"))
    }
    close(type)
    space = enclosing
  }

  private mutating func append<Element, Failure: Error>(
    _ list: [Element], _ each: (inout AvroSchemaText, Element) throws(Failure) -> Void
  ) throws(Failure) {
    buffer.append(UInt8(ascii: "["))
    for (index, element) in list.enumerated() {
      if index > 0 { buffer.append(UInt8(ascii: ",")) }
      try each(&self, element)
    }
    buffer.append(UInt8(ascii: "]"))
  }

  private mutating func append(_ value: AvroJSON) {
    switch value {
    case .null: buffer.append(literal: "null")
    case .boolean(let value): buffer.append(utf8: String(value))
    case .integer(let number): buffer.appendDecimal(number)
    case .single(let number): append(number, number.description)
    case .double(let number): append(number, number.description)
    case .text(let text): buffer.appendJSONString(text)
    case .list(let elements): append(elements) { text, element in text.append(element) }
    case .object(let members):
      buffer.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { buffer.append(UInt8(ascii: ",")) }
        buffer.appendJSONString(member.name)
        buffer.append(UInt8(ascii: ":"))
        append(member.value)
      }
      buffer.append(UInt8(ascii: "}"))
    }
  }

  /// A number with its shortest digits, in Java's notation; as a string what JSON's numbers cannot tell.
  private mutating func append(_ number: some BinaryFloatingPoint, _ description: String) {
    if number.isNaN { return buffer.append(literal: "\"NaN\"") }
    if number.isInfinite { return buffer.append(literal: number < 0 ? "\"-Infinity\"" : "\"Infinity\"") }
    buffer.append(utf8: JavaNumber.text(description))
  }
}
