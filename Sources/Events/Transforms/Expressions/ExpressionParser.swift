/// Reads an ``Expression``.
struct ExpressionParser {
  /// Parentheses, choices and negations inside of each other.
  private static let deepest = 50

  private let tokens: [ExpressionLexer.Token]
  private var position = 0

  private init(_ text: String) throws(TransformError) {
    var lexer = ExpressionLexer(text)
    tokens = try lexer.tokens()
  }

  /// Reads a text as a whole.
  ///
  /// - Throws: ``TransformError`` with the place of what is not supported.
  static func expression(_ text: String) throws(TransformError) -> Expression {
    var parser = try ExpressionParser(text)
    let expression = try parser.choice(depth: 0)
    guard case .end = parser.current.kind else { throw parser.unexpected() }
    return expression
  }

  private var current: ExpressionLexer.Token { tokens[min(position, tokens.count - 1)] }

  private mutating func take(_ sign: String) -> Bool {
    guard current.kind == .sign(sign) else { return false }
    position += 1
    return true
  }

  private mutating func choice(depth: Int) throws(TransformError) -> Expression {
    guard depth <= Self.deepest else { throw failure("nested too deeply") }
    let condition = try or(depth: depth)
    if take("?:") { return .choice(condition, then: condition, otherwise: try choice(depth: depth + 1)) }
    guard take("?") else { return condition }
    let then = try choice(depth: depth + 1)
    guard take(":") else { throw failure("':' is expected") }
    return .choice(condition, then: then, otherwise: try choice(depth: depth + 1))
  }

  private mutating func or(depth: Int) throws(TransformError) -> Expression {
    var left = try and(depth: depth)
    while take("||") { left = .or(left, try and(depth: depth)) }
    return left
  }

  private mutating func and(depth: Int) throws(TransformError) -> Expression {
    var left = try equality(depth: depth)
    while take("&&") { left = .and(left, try equality(depth: depth)) }
    return left
  }

  private mutating func equality(depth: Int) throws(TransformError) -> Expression {
    var left = try relation(depth: depth)
    while let (comparison, place) = take([.equal, .unequal]) {
      left = .comparison(comparison, left, try relation(depth: depth), place: place)
    }
    return left
  }

  private mutating func relation(depth: Int) throws(TransformError) -> Expression {
    var left = try sum(depth: depth)
    while let (comparison, place) = take([.lessOrEqual, .greaterOrEqual, .less, .greater]) {
      left = .comparison(comparison, left, try sum(depth: depth), place: place)
    }
    return left
  }

  private mutating func take(_ comparisons: [Expression.Comparison]) -> (Expression.Comparison, Int)? {
    let place = current.place
    for comparison in comparisons where take(comparison.rawValue) { return (comparison, place) }
    return nil
  }

  private mutating func sum(depth: Int) throws(TransformError) -> Expression {
    var left = try unary(depth: depth)
    while true {
      let place = current.place
      guard take("+") else { return left }
      left = .concatenation(left, try unary(depth: depth), place: place)
    }
  }

  private mutating func unary(depth: Int) throws(TransformError) -> Expression {
    guard depth <= Self.deepest else { throw failure("nested too deeply") }
    return take("!") ? .not(try unary(depth: depth + 1)) : try path(depth: depth)
  }

  private mutating func path(depth: Int) throws(TransformError) -> Expression {
    var whole = try primary(depth: depth)
    while true {
      let place = current.place
      if take("[") {
        guard case .string(let name) = current.kind else { throw failure("a name in quotes is expected") }
        position += 1
        guard take("]") else { throw failure("']' is expected") }
        whole = .member(whole, name: name, isSafe: false, place: place)
        continue
      }
      let isSafe = current.kind == .sign("?.")
      guard take("?.") || take(".") else { return whole }
      switch current.kind {
      case .word(let name), .string(let name): whole = .member(whole, name: name, isSafe: isSafe, place: current.place)
      case .integer, .double, .sign, .end: throw failure("a field's name is expected")
      }
      position += 1
      if current.kind == .sign("(") { throw failure("nothing can be called here: compare fields") }
    }
  }

  private mutating func primary(depth: Int) throws(TransformError) -> Expression {
    let token = current
    position += 1
    switch token.kind {
    case .string(let text): return .literal(.string(text))
    case .integer(let number): return .literal(.integer(number))
    case .double(let number): return .literal(.double(number))
    case .sign("("):
      let inner = try choice(depth: depth + 1)
      guard take(")") else { throw failure("')' is expected") }
      return inner
    case .word("true"): return .literal(.boolean(true))
    case .word("false"): return .literal(.boolean(false))
    case .word("null"): return .literal(.null)
    case .word(let word):
      if let root = Expression.Root(rawValue: word) { return .root(root) }
      position -= 1
      let roots = Expression.Root.allCases.map(\.rawValue).joined(separator: ", ")
      throw failure("'\(word)' is not known; there are \(roots)")
    case .sign, .end:
      position -= 1
      throw unexpected()
    }
  }

  private func unexpected() -> TransformError {
    switch current.kind {
    case .end: failure("the end is not expected")
    case .word(let word): failure("'\(word)' is not supported here")
    case .sign(let sign): failure("'\(sign)' is not expected")
    case .string, .integer, .double: failure("a literal is not expected")
    }
  }

  private func failure(_ reason: String) -> TransformError {
    TransformError(.unsupported, "expression, at character \(current.place): \(reason)")
  }
}
