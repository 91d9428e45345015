/// Splits an expression into words and signs.
struct ExpressionLexer {
  /// A piece of an expression and where it stands, from 1.
  struct Token {
    enum Kind: Hashable {
      case word(String)
      case string(String)
      case integer(Int64)
      case double(Double)
      case sign(String)
      case end
    }

    let kind: Kind
    let place: Int
  }

  private static let signs = [
    "&&", "||", "==~", "=~", "===", "!==", "==", "!=", "<=>", "<=", ">=", "?.", "?:", "<", ">", "!", "(", ")", "[", "]",
    ".",
    "?", ":", "+", ";",
  ]

  private let characters: [Character]
  private var offset = 0

  init(_ text: String) { characters = Array(text) }

  /// All pieces, an end behind them.
  mutating func tokens() throws(TransformError) -> [Token] {
    var tokens: [Token] = []
    while true {
      while offset < characters.count, characters[offset].isWhitespace { offset += 1 }
      let place = offset + 1
      guard offset < characters.count else {
        tokens.append(Token(kind: .end, place: place))
        return tokens
      }
      tokens.append(Token(kind: try next(), place: place))
    }
  }

  private mutating func next() throws(TransformError) -> Token.Kind {
    let first = characters[offset]
    if first == "'" || first == "\"" { return .string(try string(first)) }
    if first.isASCII, first.isNumber { return try number() }
    if first.isLetter || first == "_" {
      let start = offset
      while offset < characters.count,
        characters[offset].isLetter || characters[offset].isNumber || characters[offset] == "_"
      {
        offset += 1
      }
      return .word(String(characters[start..<offset]))
    }
    guard let sign = Self.signs.filter({ characters[offset...].starts(with: $0) }).max(by: { $0.count < $1.count })
    else {
      throw failure("'\(first)' is not supported")
    }
    guard !["==~", "=~", "===", "!==", "<=>", ";"].contains(sign) else { throw failure("'\(sign)' is not supported") }
    offset += sign.count
    return .sign(sign)
  }

  private mutating func string(_ quote: Character) throws(TransformError) -> String {
    let start = offset
    offset += 1
    var text = ""
    while offset < characters.count {
      let character = characters[offset]
      offset += 1
      if character == quote { return text }
      if character == "$", quote == "\"" {
        throw failure("'$' inside of \"…\" is not supported; write '…' + …", at: offset)
      }
      guard character == "\\" else {
        text.append(character)
        continue
      }
      guard offset < characters.count else { break }
      switch characters[offset] {
      case "n": text.append("\n")
      case "t": text.append("\t")
      case "r": text.append("\r")
      case "\\", "'", "\"", "$": text.append(characters[offset])
      default: throw failure("'\\\(characters[offset])' is not supported", at: offset)
      }
      offset += 1
    }
    throw failure("a text without its end", at: start + 1)
  }

  private mutating func number() throws(TransformError) -> Token.Kind {
    let start = offset
    while offset < characters.count, characters[offset].isASCII, characters[offset].isNumber { offset += 1 }
    if offset + 1 < characters.count, characters[offset] == ".", characters[offset + 1].isASCII,
      characters[offset + 1].isNumber
    {
      offset += 1
      while offset < characters.count, characters[offset].isASCII, characters[offset].isNumber { offset += 1 }
      if let number = Double(String(characters[start..<offset])) { return .double(number) }
    }
    guard let number = Int64(String(characters[start..<offset])) else {
      throw failure("a number that is too large", at: start + 1)
    }
    if offset < characters.count, characters[offset] == "L" { offset += 1 }
    return .integer(number)
  }

  private func failure(_ reason: String, at place: Int? = nil) -> TransformError {
    TransformError(.unsupported, "expression, at character \(place ?? offset + 1): \(reason)")
  }
}
