/// A condition or a topic worked out from a record, in a small part of Groovy: fields, literals, comparisons, `&&`, `||`,
/// `!`, `?:`, `+` for texts, and parentheses. Nothing can be called.
///
/// Source: Debezium documentation, "Message Filtering" and "Content-based Routing".
indirect enum Expression: Sendable {
  /// What an expression begins with.
  enum Root: String, CaseIterable { case value, key, topic, header }

  /// `==` and its relatives.
  enum Comparison: String {
    case equal = "==", unequal = "!=", less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">="
  }

  case literal(ExpressionValue)
  case root(Root)
  /// A member; `isSafe` for `?.`, which passes null on. `place` is where it stands in the text, from 1.
  case member(Expression, name: String, isSafe: Bool, place: Int)
  case not(Expression)
  case and(Expression, Expression)
  case or(Expression, Expression)
  case comparison(Comparison, Expression, Expression, place: Int)
  case choice(Expression, then: Expression, otherwise: Expression)
  case concatenation(Expression, Expression, place: Int)

  /// The value for a record.
  ///
  /// - Throws: ``TransformError`` where Groovy would fail: a member of null, an unknown field, values that cannot be
  ///   compared.
  func value(for record: EventRecord) throws(TransformError) -> ExpressionValue {
    switch self {
    case .literal(let value): return value
    case .root(let root): return ExpressionValue(root, of: record)
    case .member(let whole, let name, let isSafe, let place):
      let whole = try whole.value(for: record)
      if isSafe, case .null = whole { return .null }
      return try whole.member(name, place: place)
    case .not(let inner): return .boolean(!(try inner.value(for: record).isTrue))
    case .and(let left, let right):
      guard try left.value(for: record).isTrue else { return .boolean(false) }
      return .boolean(try right.value(for: record).isTrue)
    case .or(let left, let right):
      if try left.value(for: record).isTrue { return .boolean(true) }
      return .boolean(try right.value(for: record).isTrue)
    case .comparison(let comparison, let left, let right, let place):
      let (left, right) = (try left.value(for: record), try right.value(for: record))
      return .boolean(try comparison.holds(left, right, place: place))
    case .choice(let condition, let then, let otherwise):
      return try (condition.value(for: record).isTrue ? then : otherwise).value(for: record)
    case .concatenation(let left, let right, let place):
      let (left, right) = (try left.value(for: record), try right.value(for: record))
      return try left.concatenated(with: right, place: place)
    }
  }
}

extension Expression.Comparison {
  /// Whether it holds between two values.
  func holds(_ left: ExpressionValue, _ right: ExpressionValue, place: Int) throws(TransformError) -> Bool {
    switch self {
    case .equal: return try left.equals(right, place: place)
    case .unequal: return !(try left.equals(right, place: place))
    case .less, .lessOrEqual, .greater, .greaterOrEqual: break
    }
    guard let order = try left.order(to: right, place: place) else { return false }
    switch self {
    case .less: return order < 0
    case .lessOrEqual: return order <= 0
    case .greater: return order > 0
    case .greaterOrEqual: return order >= 0
    case .equal, .unequal: return order == 0
    }
  }
}
