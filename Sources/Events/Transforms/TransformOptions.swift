/// The properties of one transform or predicate. What it asks for is what it supports: a property that was given and not
/// asked for is refused.
struct TransformOptions: Sendable {
  private let values: [String: String]
  private var asked: [String] = []

  /// The properties that begin with `prefix`, without it; `besides` are read by others.
  init(_ properties: [String: String], prefix: String, besides: Set<String>) {
    var values: [String: String] = [:]
    for (key, value) in properties where key.hasPrefix(prefix) {
      let name = String(key.dropFirst(prefix.count))
      if !besides.contains(name) { values[name] = value }
    }
    self.values = values
  }

  /// An option as it was given; nil if it was not.
  mutating func text(_ name: String) -> String? {
    asked.append(name)
    return values[name]
  }

  /// An option that must be given.
  mutating func required(_ name: String) throws(TransformError) -> String {
    guard let value = text(name), !value.isEmpty else { throw TransformError(.configuration, "'\(name)' is missing") }
    return value
  }

  /// A yes or no.
  mutating func flag(_ name: String, default fallback: Bool) throws(TransformError) -> Bool {
    guard let value = text(name) else { return fallback }
    switch value.trimmed.lowercased() {
    case "true": return true
    case "false": return false
    default: throw TransformError(.configuration, "'\(name)' is neither true nor false")
    }
  }

  /// A whole number.
  mutating func number(_ name: String) throws(TransformError) -> Int? {
    guard let value = text(name) else { return nil }
    guard let number = Int(value.trimmed) else { throw TransformError(.configuration, "'\(name)' is not a number") }
    return number
  }

  /// A list separated by commas; empty if it was not given.
  mutating func list(_ name: String) -> [String] {
    (text(name) ?? "").split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty }
  }

  /// A list that must be given and hold something.
  mutating func requiredList(_ name: String) throws(TransformError) -> [String] {
    let list = list(name)
    guard !list.isEmpty else { throw TransformError(.configuration, "'\(name)' is missing") }
    return list
  }

  /// One of a few words, whose case does not matter.
  mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, default fallback: Choice?
  ) throws(TransformError) -> Choice where Choice.RawValue == String {
    let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
    guard let value = text(name) else {
      if let fallback { return fallback }
      throw TransformError(.configuration, "'\(name)' is missing: one of \(words)")
    }
    let wanted = value.trimmed.lowercased()
    if let choice = Choice.allCases.first(where: { $0.rawValue == wanted }) { return choice }
    throw TransformError(.configuration, "'\(name)' is none of \(words)")
  }

  /// A regular expression; nil if it was not given or is empty.
  mutating func pattern(_ name: String) throws(TransformError) -> JavaPattern? {
    guard let value = text(name), !value.isEmpty else { return nil }
    do throws(JavaPattern.Invalid) { return try JavaPattern(value) } catch {
      throw TransformError(.configuration, "'\(name)' is not a regular expression: '\(error.pattern)'")
    }
  }

  /// An expression and its replacement, with defaults where they are not given.
  mutating func rewriting(
    _ name: String, by replacementName: String, default fallback: (regex: String, replacement: String)? = nil
  ) throws(TransformError) -> TopicRewriting {
    let regex = text(name) ?? fallback?.regex ?? ""
    guard !regex.isEmpty else { throw TransformError(.configuration, "'\(name)' is missing") }
    guard let replacement = text(replacementName) ?? fallback?.replacement else {
      throw TransformError(.configuration, "'\(replacementName)' is missing")
    }
    let pattern: JavaPattern
    do throws(JavaPattern.Invalid) { pattern = try JavaPattern(regex) } catch {
      throw TransformError(.configuration, "'\(name)' is not a regular expression: '\(error.pattern)'")
    }
    do throws(JavaReplacement.Invalid) {
      return TopicRewriting(pattern: pattern, replacement: try JavaReplacement(replacement, for: pattern))
    } catch { throw TransformError(.configuration, "'\(replacementName)' \(error.reason)") }
  }

  /// Refuses an option for a reason of its own, if it was given.
  func refuse(_ name: String, because reason: String) throws(TransformError) {
    if values[name] != nil { throw TransformError(.unsupported, "'\(name)' is not supported: \(reason)") }
  }

  /// Refuses what nobody asked for.
  func refuseUnknown() throws(TransformError) {
    let unknown = values.keys.filter { !asked.contains($0) }.sorted()
    guard let first = unknown.first else { return }
    let supported = asked.isEmpty ? "there are none" : asked.sorted().joined(separator: ", ")
    throw TransformError(.configuration, "unknown option '\(first)'; supported: \(supported)")
  }
}

extension String {
  /// Without white space at its ends.
  var trimmed: String {
    let start = drop { $0.isWhitespace }
    guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...end])
  }
}
