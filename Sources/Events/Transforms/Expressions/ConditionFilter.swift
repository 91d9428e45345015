/// Passes on records for which a condition holds.
///
/// Source: Debezium documentation, "Message Filtering".
struct ConditionFilter: Transform {
  let headers = HeaderHandling.kept
  private let scope: ExpressionScope

  init(_ options: inout TransformOptions) throws(TransformError) {
    scope = try ExpressionScope(&options, expression: "condition")
  }

  func apply(_ record: EventRecord) throws(TransformError) -> EventRecord? {
    switch try scope.verdict(on: record) {
    case .keep, .evaluated(.boolean(true)): return record
    case .drop, .evaluated(.boolean(false)): return nil
    case .evaluated: throw TransformError(.event, "'condition' is neither true nor false")
    }
  }
}
