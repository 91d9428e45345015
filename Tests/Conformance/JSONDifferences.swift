/// The places in which two JSON values differ, each with both values.
struct JSONDifferences {
  /// `path: recorded … , written …`.
  private(set) var found: [String] = []
  private static let most = 200

  mutating func find(_ a: JSONValue, _ b: JSONValue, ignoring: IgnoredPlaces) {
    find(a, b, at: [], ignoring)
  }

  private mutating func find(_ a: JSONValue?, _ b: JSONValue?, at path: [String], _ ignored: IgnoredPlaces) {
    guard found.count < Self.most, ignored.extent != .all else { return }
    if ignored.extent == .value, let a, let b {
      let name = path.last ?? ""
      if a.kind(named: name) != b.kind(named: name) { add(path, a.kind(named: name), b.kind(named: name)) }
      return
    }
    switch (a, b) {
    case (.object(let members)?, .object(let others)?):
      for (index, member) in members.enumerated() {
        // Mostly in the same order.
        let inPlace = index < others.count && others[index].isNamed(member.name) ? others[index].value : b?[member.name]
        find(member.value, inPlace, at: path + [member.name], ignored.inside(member.name))
      }
      for other in others where !members.contains(where: { $0.isNamed(other.name) }) {
        find(nil, other.value, at: path + [other.name], ignored.inside(other.name))
      }
    case (.list(let elements)?, .list(let others)?):
      for index in 0..<max(elements.count, others.count) {
        find(
          index < elements.count ? elements[index] : nil, index < others.count ? others[index] : nil,
          at: path + [String(index)], ignored.inside(String(index)))
      }
    case (.number(let a)?, .number(let b)?): if a != b { add(path, a.text, b.text) }
    case (.text(let a)?, .text(let b)?):
      if !a.utf8.elementsEqual(b.utf8) { add(path, JSONValue.text(a).shown, JSONValue.text(b).shown) }
    case (.boolean(let x)?, .boolean(let y)?) where x == y: break
    case (.null?, .null?): break
    default: add(path, a?.shown ?? "(absent)", b?.shown ?? "(absent)")
    }
  }

  private mutating func add(_ path: [String], _ recorded: String, _ written: String) {
    found.append("\(JSONPath.shown(path)): recorded \(recorded), written \(written)")
  }
}

extension JSONValue {
  /// As it is shown in a message.
  var shown: String {
    let text = rendered
    return text.count <= 300 ? text : "\(text.prefix(300))… (\(text.count) characters)"
  }

  /// What still counts of a value that may differ.
  func kind(named name: String) -> String {
    switch self {
    case .null: "null"
    case .boolean: "(a boolean)"
    case .number(let number):
      name.hasPrefix("ts_")
        ? "(a \(number.text.utf8.count)-digit number)" : number.isReal ? "(a real number)" : "(a whole number)"
    case .text: "(text)"
    case .list: "(a list)"
    case .object: "(an object)"
    }
  }

  /// Appends a text that two values share when they do not differ.
  func appendCanonical(to text: inout [UInt8], ignoring ignored: IgnoredPlaces, named name: String = "") {
    if ignored.extent == .value {
      text += kind(named: name).utf8
      return
    }
    switch self {
    case .object(let members):
      text.append(UInt8(ascii: "{"))
      for member in members.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
        let inside = ignored.inside(member.name)
        if inside.extent == .all { continue }
        text += JSONValue.quoted(member.name).utf8
        text.append(UInt8(ascii: ":"))
        member.value.appendCanonical(to: &text, ignoring: inside, named: member.name)
      }
      text.append(UInt8(ascii: "}"))
    case .list(let elements):
      text.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        let inside = ignored.inside(String(index))
        if inside.extent == .all { continue }
        element.appendCanonical(to: &text, ignoring: inside, named: String(index))
        text.append(UInt8(ascii: ","))
      }
      text.append(UInt8(ascii: "]"))
    case .number(let number): text += number.canonical.utf8
    case .null, .boolean, .text: text += rendered.utf8
    }
  }
}

extension ChangeEvent {
  /// In the count of a transaction's events Debezium calls a logical message by the hash code of a Java object, and
  /// lists the counts in the order of a hash map: neither means anything.
  mutating func settleCollections() {
    let path = bodyPath("value") + ["data_collections"]
    guard tellsOfTransaction, let list = content[path: path]?.list else { return }
    let settled = list.map { element in
      var element = element
      if let name = element["data_collection"]?.text,
        let hash = name.firstMatch(of: #/LogicalDecodingMessageId(@[0-9a-f]+)$/#)
      {
        element["data_collection"] = .text(String(name[..<hash.output.1.startIndex]))
      }
      var key: [UInt8] = []
      element.appendCanonical(to: &key, ignoring: IgnoredPlaces([]))
      return (key, element)
    }
    content[path: path] = .list(settled.sorted { $0.0.lexicographicallyPrecedes($1.0) }.map(\.1))
  }
}
