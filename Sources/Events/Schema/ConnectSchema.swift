internal import Decoder

/// What a key, value or header looks like, in the words of Kafka Connect: a type, whether null is allowed, a name, a
/// default, and for containers the parts. Immutable; its JSON text is made once.
///
/// Source: Apache Kafka documentation, Connect, `org.apache.kafka.connect.data.Schema`; the text is that of `JsonConverter`.
public final class ConnectSchema: Sendable {
  /// The types a value may have.
  public enum Kind: String, Sendable {
    case int8, int16, int32, int64, float, double, boolean, string, bytes, array, map
    case structure = "struct"
  }

  /// A member of a struct.
  public struct Field: Sendable {
    /// Its name.
    public let name: String
    /// What its values look like.
    public let schema: ConnectSchema

    /// A member by name and schema.
    public init(_ name: String, _ schema: ConnectSchema) {
      self.name = name
      self.schema = schema
    }
  }

  /// A remark for whoever reads the schema, such as a scale.
  public struct Parameter: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// Its value.
    public let value: String

    /// A parameter by name and value.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The type.
  public let kind: Kind
  /// Whether null is allowed.
  public let isOptional: Bool
  /// The schema's name, such as `io.debezium.time.Date`.
  public let name: String?
  /// The schema's version.
  public let version: Int?
  /// Documentation.
  public let doc: String?
  /// Remarks, in their order.
  public let parameters: [Parameter]
  /// The default as the converter's JSON text; nil without one.
  public let defaultText: [UInt8]?
  /// A struct's members.
  public let fields: [Field]
  /// A map's keys.
  public let keys: ConnectSchema?
  /// An array's elements, a map's values.
  public let values: ConnectSchema?
  /// The schema as `JsonConverter` writes it, without the closing brace, so that a field's name may follow.
  private let openText: [UInt8]

  /// A schema by its parts.
  public init(
    _ kind: Kind, optional: Bool = false, name: String? = nil, version: Int? = nil, doc: String? = nil,
    parameters: [Parameter] = [], default defaultText: [UInt8]? = nil, fields: [Field] = [],
    keys: ConnectSchema? = nil, values: ConnectSchema? = nil
  ) {
    self.kind = kind
    isOptional = optional
    self.name = name
    self.version = version
    self.doc = doc
    self.parameters = parameters
    self.defaultText = defaultText
    self.fields = fields
    self.keys = keys
    self.values = values
    var text = OutputBuffer(capacity: 128)
    text.append(literal: "{\"type\":\"")
    text.append(utf8: kind.rawValue)
    text.append(literal: "\"")
    switch kind {
    case .structure:
      text.append(literal: ",\"fields\":[")
      for (index, field) in fields.enumerated() {
        if index > 0 { text.append(UInt8(ascii: ",")) }
        text.append(contentsOf: field.schema.openText)
        text.append(literal: ",\"field\":")
        text.appendJSONString(field.name)
        text.append(UInt8(ascii: "}"))
      }
      text.append(UInt8(ascii: "]"))
    case .map:
      if let keys { ConnectSchema.append(keys, named: "keys", to: &text) }
      if let values { ConnectSchema.append(values, named: "values", to: &text) }
    case .array:
      if let values { ConnectSchema.append(values, named: "items", to: &text) }
    default: break
    }
    text.append(literal: ",\"optional\":")
    text.append(utf8: String(optional))
    if let name {
      text.append(literal: ",\"name\":")
      text.appendJSONString(name)
    }
    if let version { text.append(utf8: ",\"version\":\(version)") }
    if let doc {
      text.append(literal: ",\"doc\":")
      text.appendJSONString(doc)
    }
    for (index, parameter) in parameters.enumerated() {
      text.append(utf8: index == 0 ? ",\"parameters\":{" : ",")
      text.appendJSONString(parameter.name)
      text.append(UInt8(ascii: ":"))
      text.appendJSONString(parameter.value)
    }
    if !parameters.isEmpty { text.append(UInt8(ascii: "}")) }
    if let defaultText {
      text.append(literal: ",\"default\":")
      text.append(contentsOf: defaultText)
    }
    openText = text.array
  }

  private static func append(_ part: ConnectSchema, named name: StaticString, to text: inout OutputBuffer) {
    text.append(literal: ",\"")
    text.append(literal: name)
    text.append(literal: "\":")
    text.append(contentsOf: part.openText)
    text.append(UInt8(ascii: "}"))
  }

  /// The schema as `JsonConverter` writes it.
  public var text: [UInt8] { openText + [UInt8(ascii: "}")] }

  /// Adds the schema as `JsonConverter` writes it.
  func append(to buffer: inout OutputBuffer) {
    buffer.append(contentsOf: openText)
    buffer.append(UInt8(ascii: "}"))
  }

  /// The same schema with some parts replaced.
  public func with(
    optional: Bool? = nil, name: String?? = nil, version: Int?? = nil, doc: String?? = nil,
    parameters: [Parameter]? = nil, default defaultText: [UInt8]?? = nil, fields: [Field]? = nil
  ) -> ConnectSchema {
    ConnectSchema(
      kind, optional: optional ?? isOptional, name: name ?? self.name, version: version ?? self.version,
      doc: doc ?? self.doc, parameters: parameters ?? self.parameters, default: defaultText ?? self.defaultText,
      fields: fields ?? self.fields, keys: keys, values: values)
  }
}

extension OutputBuffer {
  /// What was written, copied.
  var array: [UInt8] { unsafe withUnsafeBytes { bytes in unsafe Array(bytes) } }
}
