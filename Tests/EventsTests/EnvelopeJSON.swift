import FoundationEssentials

/// A parsed JSON document that tests ask by member names.
@dynamicMemberLookup
enum EnvelopeJSON: Decodable, Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case text(String)
  case list([EnvelopeJSON])
  case object([String: EnvelopeJSON])
  /// A member that is not there.
  case missing

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([EnvelopeJSON].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: EnvelopeJSON].self))
    }
  }

  subscript(dynamicMember name: String) -> EnvelopeJSON { self[name] }

  subscript(name: String) -> EnvelopeJSON {
    if case .object(let members) = self { members[name] ?? .missing } else { .missing }
  }

  subscript(index: Int) -> EnvelopeJSON {
    if case .list(let items) = self, items.indices.contains(index) { items[index] } else { .missing }
  }

  /// The members' names; empty for anything but an object.
  var names: Set<String> { if case .object(let members) = self { Set(members.keys) } else { [] } }

  /// The documents of lines, each of which must be one.
  static func lines(_ text: String) throws -> [EnvelopeJSON] {
    try text.split(separator: "\n").map { try JSONDecoder().decode(EnvelopeJSON.self, from: Data($0.utf8)) }
  }
}

extension EnvelopeJSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByNilLiteral
{
  init(stringLiteral text: String) { self = .text(text) }
  init(integerLiteral number: Int) { self = .number(Double(number)) }
  init(booleanLiteral value: Bool) { self = .bool(value) }
  init(nilLiteral: ()) { self = .null }
}
