/// Renames topics.
///
/// Source: Apache Kafka documentation, Connect, `RegexRouter`.
struct RegexRouter: Transform {
  private let topics: TopicRewriting

  init(_ options: inout TransformOptions) throws(TransformError) {
    topics = try options.rewriting("regex", by: "replacement")
  }

  func apply(_ record: EventRecord) throws(TransformError) -> EventRecord? {
    guard let topic = topics(record.topic) else { return record }
    var record = record
    record.topic = topic
    return record
  }
}
