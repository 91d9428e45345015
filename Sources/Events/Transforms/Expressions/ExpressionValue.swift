/// A value while an expression is worked out.
enum ExpressionValue: Sendable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case double(Double)
  case string(String)
  case structure(ConnectSchema, [EventValue.Payload])
  /// A record's headers; of several of one name, the last counts.
  case headers([EventRecord.Header])
  /// A header, whose `value` is meant.
  case header(EventValue)
  /// Bytes, arrays, maps: only their presence can be asked for.
  case opaque

  /// What an expression begins with.
  init(_ root: Expression.Root, of record: EventRecord) {
    switch root {
    case .value: self = record.value.map { ExpressionValue($0.payload, $0.schema) } ?? .null
    case .key: self = record.key.map { ExpressionValue($0.payload, $0.schema) } ?? .null
    case .topic: self = .string(record.topic)
    case .header: self = .headers(record.headers)
    }
  }

  /// A field's value.
  init(_ payload: EventValue.Payload, _ schema: ConnectSchema?) {
    guard let schema else {
      self = payload.isNull ? .null : .opaque
      return
    }
    switch payload.orDefault(of: schema) {
    case .null: self = .null
    case .structure(let members): self = .structure(schema, members)
    case .text(let text): self = Self.scalar(text, schema)
    }
  }

  private static func scalar(_ text: [UInt8], _ schema: ConnectSchema) -> ExpressionValue {
    let string = String(decoding: text, as: UTF8.self)
    return switch schema.kind {
    case .boolean: .boolean(string == "true")
    case .int8, .int16, .int32, .int64: Int64(string).map(ExpressionValue.integer) ?? .opaque
    // What is no number is quoted.
    case .float, .double:
      (Double(string) ?? JSONString.decode(text[...]).flatMap(Double.init)).map(ExpressionValue.double) ?? .opaque
    case .string: JSONString.decode(text[...]).map(ExpressionValue.string) ?? .opaque
    case .bytes, .array, .map, .structure: .opaque
    }
  }

  /// Groovy's truth: not null, not zero, not empty.
  var isTrue: Bool {
    switch self {
    case .null: false
    case .boolean(let flag): flag
    case .integer(let number): number != 0
    case .double(let number): number != 0
    case .string(let text): !text.isEmpty
    case .headers(let headers): !headers.isEmpty
    case .structure, .header, .opaque: true
    }
  }

  /// A member by its name.
  func member(_ name: String, place: Int) throws(TransformError) -> ExpressionValue {
    switch self {
    case .structure(let schema, let members):
      guard let index = schema.index(of: name) else {
        throw Self.failure("there is no field '\(name)'", place)
      }
      return ExpressionValue(members[index], schema.fields[index].schema)
    case .headers(let headers): return headers.last { $0.name == name }.map { .header($0.value) } ?? .null
    case .header(let value) where name == "value": return ExpressionValue(value.payload, value.schema)
    case .null: throw Self.failure("'\(name)' of null; write '?.\(name)' to get null then", place)
    default: throw Self.failure("'\(name)' of something that has no members", place)
    }
  }

  /// Groovy's `==`.
  func equals(_ other: ExpressionValue, place: Int) throws(TransformError) -> Bool {
    switch (self, other) {
    case (.null, .null): return true
    case (.null, _), (_, .null): return false
    case (.opaque, _), (_, .opaque), (.structure, _), (_, .structure):
      throw Self.failure("bytes, arrays and structs can only be compared with null", place)
    case (.boolean(let left), .boolean(let right)): return left == right
    case (.string(let left), .string(let right)): return left.utf8.elementsEqual(right.utf8)
    default: return numberOrder(to: other) == .equal
    }
  }

  /// Below zero, zero or above as this is less than, equal to or more than the other; nil if it is neither.
  func order(to other: ExpressionValue, place: Int) throws(TransformError) -> Int? {
    switch (self, other) {
    case (.null, .null): return 0
    // Null is less than everything.
    case (.null, _): return -1
    case (_, .null): return 1
    case (.boolean(let left), .boolean(let right)): return left == right ? 0 : left ? 1 : -1
    case (.string(let left), .string(let right)):
      if left.utf8.elementsEqual(right.utf8) { return 0 }
      return left.utf16.lexicographicallyPrecedes(right.utf16) ? -1 : 1
    default:
      switch numberOrder(to: other) {
      case .less: return -1
      case .equal: return 0
      case .greater: return 1
      case .unordered: return nil
      case nil: throw Self.failure("these two cannot be compared: neither two numbers nor two texts", place)
      }
    }
  }

  /// How two numbers stand to each other.
  private enum NumberOrder {
    case less, equal, greater
    /// One of them is not a number.
    case unordered

    init<Number: Comparable>(_ left: Number, _ right: Number) {
      self = left < right ? .less : left > right ? .greater : left == right ? .equal : .unordered
    }
  }

  /// How this number stands to another; nil if they are not two numbers.
  private func numberOrder(to other: ExpressionValue) -> NumberOrder? {
    switch (self, other) {
    case (.integer(let left), .integer(let right)): NumberOrder(left, right)
    case (.integer(let left), .double(let right)): NumberOrder(Double(left), right)
    case (.double(let left), .integer(let right)): NumberOrder(left, Double(right))
    case (.double(let left), .double(let right)): NumberOrder(left, right)
    default: nil
    }
  }

  /// Two texts behind each other; integers are written out.
  func concatenated(with other: ExpressionValue, place: Int) throws(TransformError) -> ExpressionValue {
    switch (self, other) {
    case (.string(let left), .string(let right)): return .string(left + right)
    case (.string(let left), .integer(let right)): return .string(left + String(right))
    case (.integer(let left), .string(let right)): return .string(String(left) + right)
    case (.string(let left), .null): return .string(left + "null")
    default: throw Self.failure("'+' is for texts", place)
    }
  }

  private static func failure(_ reason: String, _ place: Int) -> TransformError {
    TransformError(.event, "expression, at character \(place): \(reason)")
  }
}
