internal import Events

/// Makes Avro's types from Connect's, as `io.confluent.connect.avro.AvroData` does.
struct AvroSchemaBuilder {
  /// How deep types may be nested.
  static let deepest = 64
  /// The namespace of what has no name of its own.
  private static let ownSpace = "io.confluent.connect.avro"
  private static let unionName = "io.confluent.connect.avro.Union"
  private static let enumerationParameter = "io.confluent.connect.avro.Enum"
  private static let fixedParameter = "connect.fixed.size"

  private let settings: AvroSettings
  /// What was made for schemas that do not allow null, by their text: an equal schema gets the same type.
  private var made: [[UInt8]: AvroType] = [:]
  /// Records by Connect's name. Where null is allowed, and in containers, the first record of a name stands for all.
  private var records: [String: AvroType] = [:]
  /// The names of records whose members are being made.
  private var open: Set<String> = []
  private var unnamed = 0
  private var depth = 0

  init(_ settings: AvroSettings) { self.settings = settings }

  /// The type for a schema.
  mutating func type(of schema: ConnectSchema) throws(AvroError) -> AvroType {
    let text = schema.text
    if !schema.isOptional, let type = made[text] { return type }
    depth += 1
    defer { depth -= 1 }
    guard depth <= AvroSchemaBuilder.deepest else {
      throw AvroError(.schema, "a schema is nested deeper than \(AvroSchemaBuilder.deepest) levels")
    }
    try AvroSchemaBuilder.refuseForeign(schema, settings)
    if schema.kind == .structure, schema.isOptional {
      return AvroType(.union([AvroType(.null), try shared(schema.with(optional: false))]))
    }
    var properties: [(name: String, value: AvroJSON)] = []
    let logical = try LogicalType(schema)
    if case .decimal(let precision, let scale) = logical {
      properties = [("scale", .integer(Int64(scale))), ("precision", .integer(Int64(precision)))]
    }
    let (shape, doc) = try shape(of: schema)
    if settings.connectMetaData { try describe(schema, &properties) }
    if let logical { properties.append(("logicalType", .text(logical.word))) }
    for parameter in schema.parameters where parameter.name.hasPrefix("avro") {
      properties.append((parameter.name, .text(parameter.value)))
    }
    let base = AvroType(shape, doc: doc, properties: properties)
    if schema.kind == .structure, let name = schema.name {
      records[name] = base
      open.remove(name)
    }
    let type = optional(base, schema)
    if !schema.isOptional { made[text] = type }
    return type
  }

  /// What Connect knows only of schemas that came from Avro.
  private static func refuseForeign(_ schema: ConnectSchema, _ settings: AvroSettings) throws(AvroError) {
    let isFixed = schema.kind == .bytes && schema.name != nil && schema.parameter(fixedParameter) != nil
    let isEnumeration = settings.enhancedSupport && schema.parameter(enumerationParameter) != nil
    guard schema.name != unionName, !isFixed, !isEnumeration else {
      throw AvroError(.schema, "the schema \(schema.name ?? "without a name") is a union, enumeration or fixed of Avro")
    }
  }

  /// The type for a schema in a container, or one that allows null elsewhere.
  private mutating func shared(_ schema: ConnectSchema) throws(AvroError) -> AvroType {
    guard let name = schema.name else { return try type(of: schema) }
    guard !open.contains(name) else {
      throw AvroError(.schema, "the schema \(name) holds another of its own name", advice: "give it another name")
    }
    if let record = records[name] { return optional(record, schema) }
    return try type(of: schema)
  }

  private func optional(_ type: AvroType, _ schema: ConnectSchema) -> AvroType {
    guard schema.isOptional else { return type }
    return AvroType(.union(schema.hasDefault ? [type, AvroType(.null)] : [AvroType(.null), type]))
  }

  private mutating func shape(of schema: ConnectSchema) throws(AvroError) -> (AvroType.Shape, doc: String?) {
    switch schema.kind {
    case .int8, .int16, .int32: return (.int, nil)
    case .int64: return (.long, nil)
    case .float: return (.float, nil)
    case .double: return (.double, nil)
    case .boolean: return (.boolean, nil)
    case .string: return (.string, nil)
    case .bytes: return (.bytes, nil)
    case .array: return (.array(try shared(schema.part(schema.values))), nil)
    case .map: return (try map(schema), nil)
    case .structure: return try record(schema)
    }
  }

  private mutating func map(_ schema: ConnectSchema) throws(AvroError) -> AvroType.Shape {
    let (keys, values) = (try schema.part(schema.keys), try schema.part(schema.values))
    if keys.kind == .string, settings.hasAvroMap(optionalKeys: keys.isOptional) { return .map(try shared(values)) }
    var name = AvroName("MapEntry", space: AvroSchemaBuilder.ownSpace)
    var properties: [(name: String, value: AvroJSON)] = []
    if let given = schema.name {
      name = try recordName(given)
      properties = [("connect.internal.type", .text("MapEntry"))]
    }
    let fields = [try field("key", keys, doc: nil), try field("value", values, doc: nil)]
    return .array(AvroType(.record(name, fields), properties: properties))
  }

  private mutating func record(_ schema: ConnectSchema) throws(AvroError) -> (AvroType.Shape, doc: String?) {
    let name = try recordName(schema.name)
    if let given = schema.name { open.insert(given) }
    let doc = schema.parameter(
      settings.discardTypeDocDefault ? "connect.record.doc" : "io.confluent.connect.avro.record.doc")
    var fields: [AvroType.Field] = []
    var names: Set<String> = []
    for member in schema.fields {
      let fieldName = settings.scrubInvalidNames ? AvroName.scrubbed(member.name) : member.name
      guard AvroName.isValid(fieldName) else { throw AvroSchemaBuilder.badName(fieldName, "field", in: name.full) }
      guard names.insert(fieldName).inserted else {
        throw AvroError(.schema, "the record \(name.full) has two fields \(fieldName)", advice: "rename one of them")
      }
      let fieldDoc =
        settings.discardTypeDocDefault
        ? member.schema.doc : schema.parameter("io.confluent.connect.avro.field.doc.\(member.name)")
      fields.append(try field(fieldName, member.schema, doc: fieldDoc))
    }
    return (.record(name, fields), doc)
  }

  private mutating func field(
    _ name: String, _ schema: ConnectSchema, doc: String?
  ) throws(AvroError) -> AvroType.Field {
    var value: AvroJSON?
    if schema.hasDefault {
      value = try AvroDefault.value(of: schema, settings).widened
    } else if schema.isOptional {
      value = .null
    }
    let type = try type(of: schema)
    // A default that is none of Avro's, such as a record's behind null, is left out.
    return AvroType.Field(name: name, type: type, doc: doc, defaultValue: value.flatMap { type.accepts($0) ? $0 : nil })
  }

  private mutating func recordName(_ given: String?) throws(AvroError) -> AvroName {
    guard let given else {
      unnamed += 1
      return AvroName(unnamed > 1 ? "ConnectDefault\(unnamed)" : "ConnectDefault", space: AvroSchemaBuilder.ownSpace)
    }
    var parts = given.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    while parts.count > 1, parts.last == "" { parts.removeLast() }
    if settings.scrubInvalidNames { parts = parts.map(AvroName.scrubbed) }
    let last = parts.removeLast()
    let name = AvroName(last, space: parts.joined(separator: "."))
    guard AvroName.isValid(last), !AvroName.words.contains(name.full) else {
      throw AvroSchemaBuilder.badName(last, "record", in: given)
    }
    return name
  }

  private static func badName(_ name: String, _ what: String, in place: String) -> AvroError {
    AvroError(
      .schema, "\"\(name)\" in \(place) is no name that Avro allows for a \(what)",
      advice: "set schema.name.adjustment.mode and field.name.adjustment.mode to avro")
  }

  private func describe(
    _ schema: ConnectSchema, _ properties: inout [(name: String, value: AvroJSON)]
  ) throws(AvroError) {
    let defaultFlag = "io.confluent.connect.avro.field.default"
    if let doc = schema.doc { properties.append(("connect.doc", .text(doc))) }
    if let version = schema.version { properties.append(("connect.version", .integer(Int64(version)))) }
    let parameters = schema.parameters.filter { settings.discardTypeDocDefault || $0.name != defaultFlag }
    if !parameters.isEmpty {
      properties.append(("connect.parameters", .object(parameters.map { ($0.name, .text($0.value)) })))
    }
    if schema.hasDefault, settings.discardTypeDocDefault || schema.parameter(defaultFlag) == nil {
      properties.append(("connect.default", try AvroDefault.value(of: schema, settings)))
    }
    if let name = schema.name { properties.append(("connect.name", .text(name))) }
    if schema.kind == .int8 { properties.append(("connect.type", .text("int8"))) }
    if schema.kind == .int16 { properties.append(("connect.type", .text("int16"))) }
  }
}

extension ConnectSchema {
  /// Whether there is a default.
  var hasDefault: Bool { defaultText.map { $0 != Array("null".utf8) } ?? false }

  /// The value of a parameter.
  func parameter(_ name: String) -> String? { parameters.last { $0.name == name }?.value }

  /// The schema of a container's part.
  func part(_ part: ConnectSchema?) throws(AvroError) -> ConnectSchema {
    guard let part else { throw AvroError(.schema, "the schema of a container's elements is missing") }
    return part
  }
}
