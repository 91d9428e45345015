/// Reads a settings file and flattens it: nested or dotted keys, lists as text separated by commas.
struct FileReader {
  /// The largest file that is read, in bytes.
  static let maximumBytes = 1 << 20

  private let path: String
  private(set) var entries: [Entry] = []
  private(set) var problems: [SettingsError.Problem] = []
  private var places: [String: Origin] = [:]

  /// Reads the file at `path`, or `path` itself where it is no path but a JSON text.
  init(file path: String) {
    self = path.first(where: { !$0.isWhitespace }) == "{" ? Self(path: "JSON", text: path) : Self(path: path)
  }

  /// Reads the file at `path`; its format goes by the name's end.
  init(path: String) {
    self.path = path
    do {
      read(try BoundedFile.read(path, limit: Self.maximumBytes))
    } catch {
      let hint = "Give the path of a readable file of at most 1 MiB."
      report(.unreadable, line: nil, error.text, hint: hint)
    }
  }

  /// Reads `text` as the file named `path`.
  init(path: String, text: String) {
    self.path = path
    read(text)
  }

  private mutating func read(_ text: String) {
    let ending = path.lowercased().split(separator: ".").last.map(String.init) ?? ""
    do throws(DocumentError) {
      switch ending {
      case "yaml", "yml": flatten(try YAMLReader.read(text))
      case "json": flatten(try JSONReader.read(text))
      case "properties":
        for entry in try PropertiesReader.read(text) {
          // In Java's properties a later line replaces an earlier one, and connectors' files rest on it.
          if places.removeValue(forKey: entry.key) != nil { entries.removeAll { $0.key == entry.key } }
          add(entry.key, entry.text, line: entry.line)
        }
      default:
        let hint = "Name it .yaml, .yml, .json or .properties."
        report(.unreadable, line: nil, "the file's name does not tell its format", hint: hint)
      }
    } catch {
      let hint = error.code == .duplicate ? "Keep one of them." : "Mend the file there."
      report(error.code, line: error.line, error.text, hint: hint)
    }
  }

  private mutating func flatten(_ root: DocumentNode) {
    guard case .mapping(let members) = root.content else {
      if case .null = root.content { return }
      report(.malformed, line: root.line, "keys and values are expected", hint: "Write 'key: value'.")
      return
    }
    if let config = members.first(where: { $0.key == "config" }), case .mapping(let inner) = config.value.content {
      flattenConnectBody(members, config: inner)
    } else {
      for member in members { flatten(member.value, name: member.key) }
    }
  }

  /// The body of Kafka Connect's REST interface: `{"name": …, "config": {…}}`, with `tasks` and `type` in its answers.
  private mutating func flattenConnectBody(
    _ members: [(key: String, value: DocumentNode)], config: [(key: String, value: DocumentNode)]
  ) {
    for member in config { flatten(member.value, name: member.key) }
    let namedInside = config.contains { $0.key == "name" }
    for member in members where !["config", "tasks", "type", "initial_state"].contains(member.key) {
      if member.key == "name", namedInside { continue }
      flatten(member.value, name: member.key)
    }
  }

  private mutating func flatten(_ node: DocumentNode, name: String) {
    switch node.content {
    case .scalar(let text): add(name, text, line: node.line)
    case .null: add(name, "", line: node.line)
    case .mapping(let members):
      for member in members { flatten(member.value, name: "\(name).\(member.key)") }
    case .list(let elements):
      var parts: [String] = []
      for element in elements {
        guard case .scalar(let text) = element.content else {
          let shown = Masking.shown(name: name)
          report(.malformed, line: element.line, "the list '\(shown)' may hold texts only", hint: "Write texts there.")
          return
        }
        parts.append(text)
      }
      add(name, Self.joined(parts, key: KeyTable.find(name)), line: node.line)
    }
  }

  private static func joined(_ parts: [String], key: Key?) -> String {
    switch key?.kind {
    case .patterns: PatternList.join(parts)
    case .statements: parts.map { $0.replacing(";", with: ";;") }.joined(separator: ";")
    case .parameters: parts.joined(separator: ";")
    default: parts.joined(separator: ",")
    }
  }

  private mutating func add(_ name: String, _ text: String, line: Int) {
    let origin = Origin.file(path: path, line: line)
    if let first = places[name] {
      problems.append(
        SettingsError.Problem(
          .duplicate, key: name, origin: origin, "it is given twice, first at \(first)", hint: "Keep one of them."))
      return
    }
    places[name] = origin
    entries.append(Entry(key: name, text: text, origin: origin))
  }

  private mutating func report(_ code: SettingsError.Problem.Code, line: Int?, _ text: String, hint: String) {
    problems.append(SettingsError.Problem(code, origin: .file(path: path, line: line), text, hint: hint))
  }
}
