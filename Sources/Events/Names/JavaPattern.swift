internal import Synchronization
internal import _StringProcessing

/// A regular expression read and applied as Java does, as far as the two languages have the same syntax.
///
/// Source: Java SE documentation, `java.util.regex.Pattern`: `\d`, `\w` and `\s` mean ASCII, `.` any code point but a
/// line terminator.
final class JavaPattern: Sendable {
  /// An expression that cannot be read.
  struct Invalid: Error, Hashable {
    /// The expression.
    let pattern: String
  }

  /// Texts beyond which all answers are forgotten: an expression is mostly asked about the same few topics.
  private static let limit = 10_000

  /// `Regex` is not Sendable: one thread at a time uses it.
  private let expression: Mutex<Regex<AnyRegexOutput>>
  private let known = Mutex<[String: Bool]>([:])
  /// The capturing groups in their order; nil for one without a name.
  let groups: [String?]

  /// Reads an expression.
  init(_ pattern: String) throws(Invalid) {
    guard let read = try? Regex(pattern) else { throw Invalid(pattern: pattern) }
    let java = read.matchingSemantics(.unicodeScalar).asciiOnlyDigits().asciiOnlyWordCharacters().asciiOnlyWhitespace()
    expression = Mutex(java)
    groups = Self.groups(of: pattern)
  }

  /// Whether the whole of `text` matches: `Matcher.matches()`.
  func matches(_ text: String) -> Bool {
    known.withLock { known in
      if let answer = known[text] { return answer }
      if known.count >= Self.limit { known.removeAll() }
      let answer = expression.withLock { expression in (try? expression.wholeMatch(in: text)) != nil }
      known[text] = answer
      return answer
    }
  }

  /// `text` with the first place that matches replaced: `Matcher.replaceFirst()`.
  func replacingFirst(in text: String, with replacement: JavaReplacement) -> String {
    expression.withLock { expression in
      guard let match = try? expression.firstMatch(in: text) else { return text }
      var result = String(text[..<match.range.lowerBound])
      for part in replacement.parts {
        switch part {
        case .literal(let literal): result += literal
        case .group(let number):
          // A group that took no part in the match stands for nothing.
          if number < match.output.count, let taken = match.output[number].substring { result += taken }
        }
      }
      return result + text[match.range.upperBound...]
    }
  }

  /// The capturing groups: parentheses that are neither escaped, nor in a class, nor quoted, nor special.
  private static func groups(of pattern: String) -> [String?] {
    var groups: [String?] = []
    var rest = Substring(pattern)
    var depthOfClass = 0
    while let character = rest.popFirst() {
      switch character {
      case "\\":
        guard let escaped = rest.popFirst(), escaped == "Q" else { continue }
        guard let end = rest.firstRange(of: "\\E") else { return groups }
        rest = rest[end.upperBound...]
      case "[": depthOfClass += 1
      case "]": depthOfClass = max(0, depthOfClass - 1)
      case "(" where depthOfClass == 0:
        guard rest.first == "?" else {
          groups.append(nil)
          continue
        }
        let special = rest.dropFirst()
        guard special.first == "<", let name = special.dropFirst().first, name != "=", name != "!" else { continue }
        groups.append(String(special.dropFirst().prefix { $0 != ">" }))
      default: break
      }
    }
    return groups
  }
}
