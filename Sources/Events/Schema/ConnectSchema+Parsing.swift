internal import Decoder

extension ConnectSchema {
  /// Reads what `JsonConverter` writes: the text that ``text`` gives back. Nil for anything else, and for what is nested
  /// deeper than any schema of ours.
  public convenience init?(parsing json: ArraySlice<UInt8>) { self.init(parsing: json, depth: 0) }

  private convenience init?(parsing json: ArraySlice<UInt8>, depth: Int) {
    var reader = PayloadReader(bytes: Array(json))
    guard depth < 32, let members = reader.members(), reader.isAtEnd else { return nil }
    let bytes = reader.bytes
    func text(_ name: StaticString) -> ArraySlice<UInt8>? {
      members.last { JSONString.decode(bytes[$0.name]) == name.description }.map { bytes[$0.value] }
    }
    func string(_ name: StaticString) -> String? { text(name).flatMap(JSONString.decode) }
    func schema(_ name: StaticString) -> ConnectSchema? {
      text(name).flatMap { ConnectSchema(parsing: $0, depth: depth + 1) }
    }
    guard let kind = string("type").flatMap(Kind.init) else { return nil }
    var fields: [Field] = []
    if let list = text("fields") {
      var reader = PayloadReader(bytes: Array(list))
      guard let elements = reader.elements() else { return nil }
      for element in elements {
        let part = reader.bytes[element]
        guard let schema = ConnectSchema(parsing: part, depth: depth + 1),
          let name = ConnectSchema.fieldName(part)
        else { return nil }
        fields.append(Field(name, schema))
      }
    }
    var parameters: [Parameter] = []
    if let list = text("parameters") {
      var reader = PayloadReader(bytes: Array(list))
      guard let members = reader.members() else { return nil }
      for member in members {
        guard let name = JSONString.decode(reader.bytes[member.name]),
          let value = JSONString.decode(reader.bytes[member.value])
        else { return nil }
        parameters.append(Parameter(name, value))
      }
    }
    let (keys, values) = (schema("keys"), schema("items") ?? schema("values"))
    // A part that cannot be read is not the same as none.
    guard (keys == nil) == (text("keys") == nil), (values == nil) == (text("items") == nil && text("values") == nil)
    else { return nil }
    self.init(
      kind, optional: text("optional").map { $0.elementsEqual("true".utf8) } ?? false, name: string("name"),
      version: text("version").flatMap { Int(String(decoding: $0, as: UTF8.self)) }, doc: string("doc"),
      parameters: parameters, default: text("default").map { Array($0) }, fields: fields, keys: keys,
      values: values)
  }

  private static func fieldName(_ json: ArraySlice<UInt8>) -> String? {
    var reader = PayloadReader(bytes: Array(json))
    guard let members = reader.members() else { return nil }
    let bytes = reader.bytes
    return members.last { JSONString.decode(bytes[$0.name]) == "field" }.flatMap { JSONString.decode(bytes[$0.value]) }
  }

  /// Takes `{"schema":…,"payload":…}` apart; nil for anything else.
  public static func envelope(_ json: [UInt8]) -> (schema: ConnectSchema, payload: [UInt8])? {
    var reader = PayloadReader(bytes: json)
    guard let members = reader.members(), reader.isAtEnd, members.count == 2,
      let schema = ConnectSchema(parsing: json[members[0].value])
    else { return nil }
    return (schema, Array(json[members[1].value]))
  }
}
