internal import Synchronization
internal import _StringProcessing

/// A comma-separated list of regular expressions, each of which must match a whole name, without regard to case
/// unless made otherwise.
///
/// Source: Debezium's documentation of `table.include.list` and its relatives. A comma inside an expression is written
/// `\,`. An expression also matches the name it is written like, so that a list of plain names works whatever characters
/// they hold (`public.a$b`). `\d`, `\w` and `\s` mean ASCII, as in Java.
public struct PatternList: Sendable, Hashable, CustomStringConvertible {
  /// An expression that cannot be read.
  public struct InvalidPattern: Error, Hashable, Sendable, CustomStringConvertible {
    /// The expression.
    public let pattern: String
    /// Names the expression.
    public var description: String { "'\(pattern)' is not a regular expression" }
  }

  /// `Regex` is not Sendable; this holds them so that one thread at a time uses them.
  private final class Compiled: Sendable {
    let expressions: Mutex<[Regex<AnyRegexOutput>]>

    init() { expressions = Mutex([]) }

    init(_ patterns: [String], ignoringCase: Bool) throws(InvalidPattern) {
      var compiled: [Regex<AnyRegexOutput>] = []
      for pattern in patterns {
        guard let expression = try? Regex(pattern) else { throw InvalidPattern(pattern: pattern) }
        compiled.append(
          expression.ignoresCase(ignoringCase).matchingSemantics(.unicodeScalar).asciiOnlyDigits()
            .asciiOnlyWordCharacters()
            .asciiOnlyWhitespace())
      }
      expressions = Mutex(compiled)
    }
  }

  /// The expressions, in the order given, trimmed, commas no longer escaped.
  public let patterns: [String]
  private let literals: [String]
  private let ignoresCase: Bool
  private let compiled: Compiled

  /// The list without an expression: it matches nothing.
  public static let none = PatternList()

  private init() {
    patterns = []
    literals = []
    ignoresCase = true
    compiled = Compiled()
  }

  /// Reads a list.
  ///
  /// - Parameters:
  ///   - text: The expressions, separated by commas.
  ///   - ignoringCase: Whether letters of either case are the same, as in all of Debezium's lists; topics have case.
  /// - Throws: ``InvalidPattern`` for the first expression that cannot be read.
  public init(_ text: String, ignoringCase: Bool = true) throws(InvalidPattern) {
    patterns = Self.split(text)
    literals = ignoringCase ? patterns.map { $0.lowercased() } : patterns
    ignoresCase = ignoringCase
    compiled = try Compiled(patterns, ignoringCase: ignoringCase)
  }

  /// Whether there is no expression: then nothing matches.
  public var isEmpty: Bool { patterns.isEmpty }

  /// Whether any expression matches the whole of `name`.
  public func matches(_ name: String) -> Bool { firstMatch(name) != nil }

  /// The place in the list, from 0, of the first expression that matches the whole of `name`.
  ///
  /// The order of `table.include.list` is the order in which a snapshot reads tables.
  public func firstMatch(_ name: String) -> Int? {
    let literal = ignoresCase ? name.lowercased() : name
    return compiled.expressions.withLock { expressions in
      for (index, expression) in expressions.enumerated() {
        if literals[index] == literal { return index }
        if (try? expression.wholeMatch(in: name)) != nil { return index }
      }
      return nil
    }
  }

  /// The expressions, separated by commas.
  public var description: String { patterns.joined(separator: ",") }

  /// Whether the lists hold the same expressions in the same order, and match them alike.
  public static func == (a: PatternList, b: PatternList) -> Bool {
    a.patterns == b.patterns && a.ignoresCase == b.ignoresCase
  }

  /// Hashes the expressions.
  public func hash(into hasher: inout Hasher) { hasher.combine(patterns) }

  /// Splits at commas that no backslash precedes; a pair of backslashes is not an escape of the comma after it.
  static func split(_ text: String) -> [String] {
    var parts: [String] = []
    var part = ""
    var escaped = false
    for character in text.unicodeScalars {
      if escaped {
        // Only `\,` loses its backslash: every other pair belongs to the expression.
        if character != "," { part.unicodeScalars.append("\\") }
        part.unicodeScalars.append(character)
        escaped = false
      } else if character == "\\" {
        escaped = true
      } else if character == "," {
        parts.append(part)
        part = ""
      } else {
        part.unicodeScalars.append(character)
      }
    }
    if escaped { part.unicodeScalars.append("\\") }
    parts.append(part)
    return parts.map { Values.trimmed($0) }.filter { !$0.isEmpty }
  }

  /// The list as one text that ``init(_:)`` reads back.
  static func join(_ parts: [String]) -> String {
    parts.map { $0.replacing(",", with: "\\,") }.joined(separator: ",")
  }
}
