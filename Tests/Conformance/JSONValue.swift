/// A JSON text as it was written: members in their order, numbers with their spelling.
indirect enum JSONValue: Sendable {
  case null
  case boolean(Bool)
  case number(JSONNumber)
  case text(String)
  case list([JSONValue])
  case object([JSONMember])

  /// The member of that name, the last one if there are several.
  subscript(_ name: String) -> JSONValue? {
    get {
      guard case .object(let members) = self else { return nil }
      return members.last { $0.isNamed(name) }?.value
    }
    set {
      guard case .object(var members) = self, let newValue,
        let place = members.lastIndex(where: { $0.isNamed(name) })
      else { return }
      members[place].value = newValue
      self = .object(members)
    }
  }

  /// What lies at the end of these members' names.
  subscript(path path: [String]) -> JSONValue? {
    get { path.reduce(Optional(self)) { $0?[$1] } }
    set {
      guard let first = path.first else {
        if let newValue { self = newValue }
        return
      }
      var inner = self[first]
      inner?[path: Array(path.dropFirst())] = newValue
      self[first] = inner
    }
  }

  var text: String? { if case .text(let text) = self { text } else { nil } }
  var list: [JSONValue]? { if case .list(let list) = self { list } else { nil } }
  var number: JSONNumber? { if case .number(let number) = self { number } else { nil } }
  var isNull: Bool { if case .null = self { true } else { false } }
  var isObject: Bool { if case .object = self { true } else { false } }

  /// Written again without blanks.
  var rendered: String {
    switch self {
    case .null: "null"
    case .boolean(let value): value ? "true" : "false"
    case .number(let number): number.text
    case .text(let text): Self.quoted(text)
    case .list(let list): "[" + list.map(\.rendered).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.map { Self.quoted($0.name) + ":" + $0.value.rendered }.joined(separator: ",") + "}"
    }
  }

  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\" + String(scalar)
      case "\n": result += "\\n"
      case "\u{0}"..<" ": result += "\\u" + String(scalar.value + 0x10000, radix: 16).dropFirst()
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

/// One member of a JSON object.
struct JSONMember: Sendable {
  let name: String
  var value: JSONValue

  /// By the bytes: for a `String`, letters are equal that JSON holds apart.
  func isNamed(_ other: String) -> Bool { name.utf8.elementsEqual(other.utf8) }
}
