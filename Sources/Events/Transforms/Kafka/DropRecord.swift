/// Drops every record; made for use with a predicate.
///
/// Source: Apache Kafka documentation, Connect, `Filter`.
struct DropRecord: Transform {
  let headers = HeaderHandling.kept

  func apply(_ record: EventRecord) throws(TransformError) -> EventRecord? { nil }
}
