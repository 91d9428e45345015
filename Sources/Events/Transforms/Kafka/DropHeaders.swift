/// Drops headers by their names.
///
/// Source: Apache Kafka documentation, Connect, `DropHeaders`.
struct DropHeaders: Transform {
  private let names: Set<String>

  init(_ options: inout TransformOptions) throws(TransformError) { names = Set(try options.requiredList("headers")) }

  func apply(_ record: EventRecord) throws(TransformError) -> EventRecord? {
    var record = record
    record.headers.removeAll { names.contains($0.name) }
    return record
  }
}
