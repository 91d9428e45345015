/// A type in an Avro schema.
///
/// Source: Apache Avro specification, "Schema Declaration".
final class AvroType: Sendable {
  /// What it is, and what it consists of.
  enum Shape: Sendable {
    case null, boolean, int, long, float, double, bytes, string
    case array(AvroType)
    case map(AvroType)
    case union([AvroType])
    case record(AvroName, [Field])
    case enumeration(AvroName, symbols: [String], hasDefault: Bool)
    case fixed(AvroName, size: Int)
  }

  /// A member of a record.
  struct Field: Sendable {
    let name: String
    let type: AvroType
    var doc: String?
    var defaultValue: AvroJSON?
  }

  /// What it is.
  let shape: Shape
  /// Documentation of a record.
  let doc: String?
  /// Properties beyond those of the specification, in their order.
  let properties: [(name: String, value: AvroJSON)]

  init(_ shape: Shape, doc: String? = nil, properties: [(name: String, value: AvroJSON)] = []) {
    self.shape = shape
    self.doc = doc
    self.properties = properties
  }

  /// The word for the type in a schema; a named type's full name.
  var name: String {
    switch shape {
    case .null: "null"
    case .boolean: "boolean"
    case .int: "int"
    case .long: "long"
    case .float: "float"
    case .double: "double"
    case .bytes: "bytes"
    case .string: "string"
    case .array: "array"
    case .map: "map"
    case .union: "union"
    case .record(let name, _), .enumeration(let name, _, _), .fixed(let name, _): name.full
    }
  }

  /// Whether a default is one of the type's values.
  ///
  /// Source: Apache Avro specification, "Complex Types", table "field default values"; a union's is one of its first
  /// type.
  func accepts(_ value: AvroJSON) -> Bool {
    switch (shape, value) {
    case (.null, .null), (.boolean, .boolean), (.string, .text), (.bytes, .text), (.long, .integer),
      (.enumeration, .text), (.fixed, .text), (.float, .integer), (.double, .integer), (.float, .double),
      (.double, .double):
      true
    case (.int, .integer(let number)): Int32(exactly: number) != nil
    case (.array(let element), .list(let values)): values.allSatisfy { element.accepts($0) }
    case (.map(let element), .object(let members)): members.allSatisfy { element.accepts($0.value) }
    case (.union(let branches), _): branches.first?.accepts(value) ?? false
    case (.record(_, let fields), .object):
      fields.allSatisfy { field in (value.member(field.name) ?? field.defaultValue).map(field.type.accepts) ?? false }
    default: false
    }
  }
}

extension AvroType: Equatable {
  /// Whether two types are the same, documentation aside.
  static func == (a: AvroType, b: AvroType) -> Bool {
    if a === b { return true }
    guard AvroJSON.object(a.properties) == AvroJSON.object(b.properties) else { return false }
    switch (a.shape, b.shape) {
    case (.array(let a), .array(let b)), (.map(let a), .map(let b)): return a == b
    case (.union(let a), .union(let b)): return a == b
    case (.record(let aName, let a), .record(let bName, let b)): return aName == bName && a == b
    case (.enumeration(let aName, let a, _), .enumeration(let bName, let b, _)): return aName == bName && a == b
    case (.fixed(let aName, let a), .fixed(let bName, let b)): return aName == bName && a == b
    default: return a.isPrimitive && a.name == b.name
    }
  }

  private var isPrimitive: Bool {
    switch shape {
    case .null, .boolean, .int, .long, .float, .double, .bytes, .string: true
    default: false
    }
  }
}

extension AvroType.Field: Equatable {
  static func == (a: Self, b: Self) -> Bool {
    a.name == b.name && a.defaultValue == b.defaultValue && a.type == b.type
  }
}
