/// What replaces a match: text with `$1` or `${name}` for groups of the expression, and `\` before what is to be taken
/// as it stands.
///
/// Source: Java SE documentation, `java.util.regex.Matcher.appendReplacement`.
struct JavaReplacement: Sendable {
  /// A reference to a group that the expression does not have, or one that cannot be read.
  struct Invalid: Error, Hashable {
    /// What is wrong, as the end of a sentence.
    let reason: String
  }

  /// A stretch of the replacement.
  enum Part: Sendable, Hashable {
    /// Text as it stands.
    case literal(String)
    /// What the group of this number matched, from 1.
    case group(Int)
  }

  /// The stretches in their order.
  let parts: [Part]

  /// Reads a replacement for matches of `pattern`.
  init(_ text: String, for pattern: JavaPattern) throws(Invalid) {
    var parts: [Part] = []
    var literal = ""
    var rest = Substring(text)
    while let character = rest.popFirst() {
      switch character {
      case "\\":
        guard let escaped = rest.popFirst() else { throw Invalid(reason: "ends in the middle of an escape") }
        literal.append(escaped)
      case "$":
        if !literal.isEmpty { parts.append(.literal(literal)) }
        literal = ""
        parts.append(.group(try Self.group(&rest, groups: pattern.groups)))
      default: literal.append(character)
      }
    }
    if !literal.isEmpty { parts.append(.literal(literal)) }
    self.parts = parts
  }

  /// The group after a `$`: as many digits as still name a group.
  private static func group(_ rest: inout Substring, groups: [String?]) throws(Invalid) -> Int {
    if rest.first == "{" {
      let name = String(rest.dropFirst().prefix { $0 != "}" })
      rest = rest.dropFirst(name.count + 1)
      guard rest.popFirst() == "}", !name.isEmpty else { throw Invalid(reason: "has '${' without a name and '}'") }
      guard let place = groups.firstIndex(of: name) else { throw Invalid(reason: "names no group '\(name)'") }
      return place + 1
    }
    guard let first = rest.first, first.isASCII, var number = first.wholeNumberValue else {
      throw Invalid(reason: "has '$' without a group")
    }
    rest.removeFirst()
    guard number <= groups.count else { throw Invalid(reason: "has no group \(number)") }
    while let next = rest.first, next.isASCII, let digit = next.wholeNumberValue, number * 10 + digit <= groups.count {
      number = number * 10 + digit
      rest.removeFirst()
    }
    return number
  }
}
