/// Sends records to the topic that an expression names.
///
/// Source: Debezium documentation, "Content-based Routing".
struct ContentBasedRouter: Transform {
  let headers = HeaderHandling.kept
  private let scope: ExpressionScope

  init(_ options: inout TransformOptions) throws(TransformError) {
    scope = try ExpressionScope(&options, expression: "topic.expression")
  }

  func apply(_ record: EventRecord) throws(TransformError) -> EventRecord? {
    switch try scope.verdict(on: record) {
    case .keep, .evaluated(.null): return record
    case .drop: return nil
    case .evaluated(.string(let topic)):
      var record = record
      record.topic = topic
      return record
    case .evaluated: throw TransformError(.event, "'topic.expression' is neither a text nor null")
    }
  }
}
