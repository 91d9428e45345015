/// A JSON value in an Avro schema: a default or a property.
indirect enum AvroJSON: Sendable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case single(Float)
  case double(Double)
  case text(String)
  case list([AvroJSON])
  /// The members in the order in which they are written.
  case object([(name: String, value: AvroJSON)])
}

extension AvroJSON {
  /// As a field's default holds it: numbers of single precision become double.
  var widened: AvroJSON {
    switch self {
    case .single(let number): .double(Double(number))
    case .list(let elements): .list(elements.map(\.widened))
    case .object(let members): .object(members.map { ($0.name, $0.value.widened) })
    default: self
    }
  }

  /// A member of an object.
  func member(_ name: String) -> AvroJSON? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.name == name }?.value
  }

  /// A text.
  var string: String? {
    guard case .text(let text) = self else { return nil }
    return text
  }
}

extension AvroJSON: Equatable {
  /// Whether two values are the same, whatever the order of members.
  static func == (a: AvroJSON, b: AvroJSON) -> Bool {
    switch (a, b) {
    case (.null, .null): true
    case (.boolean(let a), .boolean(let b)): a == b
    case (.integer(let a), .integer(let b)): a == b
    case (.text(let a), .text(let b)): a == b
    case (.list(let a), .list(let b)): a == b
    case (.object(let a), .object(let b)): a.count == b.count && a.allSatisfy { b.value($0.name) == $0.value }
    default: a.number.flatMap { mine in b.number.map { mine == $0 || (mine.isNaN && $0.isNaN) } } ?? false
    }
  }

  /// A number of whatever kind.
  private var number: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .single(let number): Double(number.description)
    case .double(let number): number
    // Beyond what JSON's numbers hold.
    case .text("NaN"): .nan
    case .text("Infinity"): .infinity
    case .text("-Infinity"): -.infinity
    default: nil
    }
  }
}

extension [(name: String, value: AvroJSON)] {
  fileprivate func value(_ name: String) -> AvroJSON? { last { $0.name == name }?.value }
}

extension AvroJSON: Decodable {
  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    if let members = try? decoder.container(keyedBy: Name.self) {
      self = .object(
        try members.allKeys.map { ($0.stringValue, try members.decode(AvroJSON.self, forKey: $0)) })
      return
    }
    if var elements = try? decoder.unkeyedContainer() {
      var list: [AvroJSON] = []
      while !elements.isAtEnd { list.append(try elements.decode(AvroJSON.self)) }
      self = .list(list)
      return
    }
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let boolean = try? value.decode(Bool.self) {
      self = .boolean(boolean)
    } else if let integer = try? value.decode(Int64.self) {
      self = .integer(integer)
    } else if let number = try? value.decode(Double.self) {
      self = .double(number)
    } else {
      self = .text(try value.decode(String.self))
    }
  }
}
