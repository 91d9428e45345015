internal import PGReplication

/// A column's default as Debezium guesses it from its expression, without evaluating anything.
///
/// Source: Debezium's `PostgresDefaultValueConverter`.
struct DefaultExpression {
  /// What was found.
  enum Value: Equatable {
    /// Nothing that could be a default.
    case none
    /// A value's text, as the server would print it.
    case text([UInt8])
    /// What no text of the server's says: JSON.
    case json([UInt8])
  }

  private let expression: String
  /// Whether to guess what is not a plain value.
  let quirks: Bool

  /// An expression as `pg_get_expr` writes it.
  init(_ expression: String, quirks: Bool = true) {
    self.expression = expression
    self.quirks = quirks
  }

  /// The default of a column of type `type`; types that are not listed have none, domains among them.
  func value(for type: ColumnType, _ times: ValueSettings.TimePrecision, _ size: ColumnSize) -> Value {
    if !quirks, !isConstant { return .none }
    if case .enumeration = type.family { return label(of: type) }
    switch type.oid {
    case TypeOID.bpchar, TypeOID.varchar, TypeOID.text, TypeOID.xml: return text(orGenerated: "")
    case TypeOID.json, TypeOID.jsonb: return text(orGenerated: "{}")
    case TypeOID.bool:
      return literal("false").map { $0.lowercased() == "true" ? .text("t".bytes) : .text("f".bytes) } ?? .none
    case TypeOID.int2: return integer(Int16.self)
    case TypeOID.int4: return integer(Int32.self)
    case TypeOID.int8: return integer(Int64.self)
    case TypeOID.numeric: return number { DecimalText($0) != nil }
    case TypeOID.float4, TypeOID.float8: return number { FloatText($0) != nil || DefaultExpression.isSpecial($0) }
    case TypeOID.uuid: return uuid()
    case TypeOID.date, TypeOID.timestamp, TypeOID.timestamptz: return moment(type.oid, times, size)
    case TypeOID.time: return time(times, size)
    case TypeOID.interval: return literal("epoch").map { .text($0.bytes) } ?? .none
    case TypeOID.bit: return literal("00").map { .text($0.bytes) } ?? .none
    case TypeOID.varbit: return literal("0").map { .text($0.bytes) } ?? .none
    default: return .none
    }
  }

  private func text(orGenerated generated: String) -> Value {
    value(of: expression, orGenerated: generated).map { .text($0.bytes) } ?? .none
  }

  /// What stands in the expression, or `generated` for a function's result; nil for NULL.
  func literal(_ generated: String) -> String? {
    let trimmed = String(expression.trimmingBlanks)
    return trimmed.hasPrefix("NULL::") ? nil : value(of: trimmed, orGenerated: generated)
  }

  private func value(of text: String, orGenerated generated: String) -> String? {
    let names = ["current_timestamp", "current_time", "current_date", "localtime", "localtimestamp"]
    if names.contains(text.lowercased()) || DefaultExpression.isCall(text) { return generated }
    guard let start = text.firstIndex(of: "'") else { return text.hasPrefix("NULL::") ? nil : text }
    return DefaultExpression.quoted(text[text.index(after: start)...])
  }

  /// The first quoted text, its doubled quotes made single.
  private static func quoted(_ text: Substring) -> String? {
    var result = ""
    var rest = text
    while let quote = rest.firstIndex(of: "'") {
      result += rest[..<quote]
      rest = rest[rest.index(after: quote)...]
      guard rest.first == "'" else { return result }
      result += "'"
      rest = rest.dropFirst()
    }
    return nil
  }

  /// Whether it begins with a function call: a parenthesis or none, a name, `(`, and `)` later on the same line.
  static func isCall(_ text: String) -> Bool {
    let rest = text.hasPrefix("(") ? text.dropFirst() : text[...]
    let isName = { (character: Character) in
      character.isASCII && (character.isLetter || character.isNumber) || character == "_" || character == "."
    }
    let arguments = rest.drop(while: isName)
    guard arguments.startIndex > rest.startIndex, arguments.first == "(" else { return false }
    let line = arguments.dropFirst().prefix { !$0.isNewline }
    return line.contains(")")
  }

  private func integer<Number: FixedWidthInteger>(_: Number.Type) -> Value {
    literal("0").flatMap { Number($0) }.map { .text(String($0).bytes) } ?? .none
  }

  private func number(_ isNumber: (RawSpan) -> Bool) -> Value {
    guard let text = literal("0.0")?.bytes else { return .none }
    return isNumber(text.span.bytes) ? .text(text) : .none
  }

  private static func isSpecial(_ text: RawSpan) -> Bool {
    text.equals("NaN") || text.equals("Infinity") || text.equals("-Infinity")
  }

  private func uuid() -> Value {
    guard let text = literal("00000000-0000-0000-0000-000000000000") else { return .none }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.count) == [8, 4, 4, 4, 12], parts.allSatisfy({ $0.allSatisfy(\.isHexDigit) }) else {
      return .none
    }
    return .text(text.lowercased().bytes)
  }

  private func label(of type: ColumnType) -> Value {
    guard let cast = expression.lastRange(of: "::") else { return .none }
    let name = DefaultExpression.nameParts(expression[cast.upperBound...])
    guard name.last == type.name, name.count == 1 || name.first == (type.schema ?? "pg_catalog") else { return .none }
    let literal = expression[..<cast.lowerBound]
    guard literal.hasPrefix("'"), literal.hasSuffix("'"), literal.count >= 2 else { return .none }
    // Doubled quotes stay doubled.
    let label = String(literal.dropFirst().dropLast())
    return .text((quirks ? label : DefaultExpression.quoted(label + "'") ?? label).bytes)
  }

  /// Whether it is one value, quoted, with casts or without, or a number or a truth value.
  private var isConstant: Bool {
    var rest = expression.trimmingBlanks
    if rest.first == "B" { rest = rest.dropFirst() }
    guard rest.first == "'" else {
      return ["true", "false"].contains(rest) || FloatText(String(rest).bytes.span.bytes) != nil
    }
    rest = rest.dropFirst()
    while let quote = rest.firstIndex(of: "'") {
      rest = rest[rest.index(after: quote)...]
      guard rest.first == "'" else { break }
      rest = rest.dropFirst()
    }
    return rest.isEmpty || (rest.hasPrefix("::") && !rest.contains("||") && !rest.contains("'"))
  }

  private static func nameParts(_ name: Substring) -> [String] {
    var parts = [""]
    var isQuoted = false
    for character in name {
      if character == "\"" {
        isQuoted.toggle()
      } else if character == ".", !isQuoted {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts
  }
}

extension String {
  /// Its UTF-8.
  var bytes: [UInt8] { Array(utf8) }

  /// Where `other` stands last.
  fileprivate func lastRange(of other: String) -> Range<String.Index>? {
    var end = endIndex
    while end > startIndex {
      let start = index(before: end)
      if self[start...].hasPrefix(other) { return start..<index(start, offsetBy: other.count) }
      end = start
    }
    return nil
  }
}
