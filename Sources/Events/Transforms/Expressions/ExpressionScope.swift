/// What Debezium's filter and content-based router have in common: an expression, the topics it is for, and what becomes
/// of records without a value.
struct ExpressionScope: Sendable {
  /// `null.handling.mode`.
  enum NullHandling: String, CaseIterable { case keep, drop, evaluate }

  /// What is to be done with a record.
  enum Verdict {
    case keep, drop
    case evaluated(ExpressionValue)
  }

  private let expression: Expression
  private let topics: JavaPattern?
  private let nulls: NullHandling

  init(_ options: inout TransformOptions, expression name: String) throws(TransformError) {
    let language = try options.required("language")
    guard language == "jsr223.groovy" else {
      throw TransformError(.unsupported, "'language' may only be jsr223.groovy, and of Groovy only simple expressions")
    }
    expression = try ExpressionParser.expression(try options.required(name))
    topics = try options.pattern("topic.regex")
    nulls = try options.choice("null.handling.mode", default: .keep)
  }

  /// What the expression says about a record.
  func verdict(on record: EventRecord) throws(TransformError) -> Verdict {
    if let topics, !topics.matches(record.topic) { return .keep }
    if record.isTombstone {
      switch nulls {
      case .keep: return .keep
      case .drop: return .drop
      case .evaluate: break
      }
    }
    return .evaluated(try expression.value(for: record))
  }
}
