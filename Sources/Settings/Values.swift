/// Texts read by their keys' types.
struct Values {
  /// The entries that won, by name; checked.
  let entries: [String: Entry]

  func isSet(_ name: String) -> Bool { entries[name] != nil }

  /// The text that was set, or the key's default.
  func text(_ name: String) -> String { entries[name]?.text ?? KeyTable.find(name)?.defaultText ?? "" }

  func optionalText(_ name: String) -> String? {
    let text = text(name)
    return text.isEmpty ? nil : text
  }

  func boolean(_ name: String) -> Bool { Self.boolean(text(name)) ?? false }

  func integer(_ name: String) -> Int { Int(clamping: Self.integer(text(name)) ?? 0) }

  func optionalInteger(_ name: String) -> Int? { Self.integer(text(name)).map { Int(clamping: $0) } }

  func bytes(_ name: String) -> Int { Int(clamping: Self.bytes(text(name)) ?? 0) }

  func milliseconds(_ name: String) -> Duration { .milliseconds(Self.integer(text(name)) ?? 0) }

  /// A duration of which 0 means none.
  func bound(_ name: String) -> Duration? {
    let duration = milliseconds(name)
    return duration == .zero ? nil : duration
  }

  func choice<T: RawRepresentable<String>>(_ name: String, _ fallback: T) -> T {
    T(rawValue: Self.trimmed(text(name)).lowercased()) ?? fallback
  }

  func list(_ name: String) -> [String] { Self.list(text(name)) }

  /// Whether brokers are named.
  var isKafkaOn: Bool { !list("kafka.bootstrap.servers").isEmpty }

  func secret(_ name: String) -> Settings.Secret? { optionalText(name).map { Settings.Secret(text: $0) } }

  func patterns(_ name: String) -> PatternList { (try? PatternList(text(name))) ?? PatternList.none }

  static func trimmed(_ text: String) -> String {
    guard let first = text.firstIndex(where: { !$0.isWhitespace }),
      let last = text.lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(text[first...last])
  }

  static func boolean(_ text: String) -> Bool? {
    switch trimmed(text).lowercased() {
    case "true", "yes", "on": true
    case "false", "no", "off": false
    default: nil
    }
  }

  static func integer(_ text: String) -> Int64? { Int64(trimmed(text)) }

  static func bytes(_ text: String) -> Int64? {
    let text = trimmed(text)
    for (unit, shift) in [("kib", Int64(10)), ("mib", 20), ("gib", 30)] where text.lowercased().hasSuffix(unit) {
      guard let number = integer(String(text.dropLast(unit.count))) else { return nil }
      let (product, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
      return overflow ? nil : product
    }
    return Int64(text)
  }

  /// The placeholder's bytes: those of the text, or those that follow `hex:` in hexadecimal digits.
  static func placeholder(_ text: String) -> [UInt8] {
    guard text.hasPrefix("hex:") else { return Array(text.utf8) }
    let digits = text.dropFirst(4).compactMap(\.hexDigitValue).map { UInt8(truncatingIfNeeded: $0) }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  static func list(_ text: String) -> [String] {
    text.split(separator: ",").map { trimmed(String($0)) }.filter { !$0.isEmpty }
  }

  /// Statements separated by `;`, where `;;` is a semicolon.
  static func statements(_ text: String) -> [String] {
    var statements: [String] = []
    var statement = ""
    var rest = Substring(text)
    while let character = rest.popFirst() {
      if character != ";" {
        statement.append(character)
      } else if rest.first == ";" {
        rest.removeFirst()
        statement.append(";")
      } else {
        statements.append(statement)
        statement = ""
      }
    }
    statements.append(statement)
    return statements.map(trimmed).filter { !$0.isEmpty }
  }

  /// `name=value` pairs separated by `;`; nil where one has no name.
  static func parameters(_ text: String) -> [Settings.Parameter]? {
    var parameters: [Settings.Parameter] = []
    for part in text.split(separator: ";") where !trimmed(String(part)).isEmpty {
      guard let equals = part.firstIndex(of: "=") else { return nil }
      let name = trimmed(String(part[..<equals]))
      guard !name.isEmpty else { return nil }
      parameters.append(
        Settings.Parameter(keyword: name, value: trimmed(String(part[part.index(after: equals)...]))))
    }
    return parameters
  }
}
