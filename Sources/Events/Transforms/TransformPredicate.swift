/// A condition on records: whether a transform applies to one.
///
/// Source: Apache Kafka documentation, Connect, "Predicates".
enum TransformPredicate: Sendable {
  /// The topic as a whole matches.
  case topicNameMatches(JavaPattern)
  /// There is no value.
  case recordIsTombstone
  /// There is a header of this name.
  case hasHeaderKey(String)

  private static let package = "org.apache.kafka.connect.transforms.predicates."

  /// The classes that are supported.
  static let supported = ["HasHeaderKey", "RecordIsTombstone", "TopicNameMatches"].map { package + $0 }

  /// A predicate by its class.
  init(_ type: String, _ options: inout TransformOptions) throws(TransformError) {
    switch type {
    case Self.package + "TopicNameMatches":
      guard let pattern = try options.pattern("pattern") else {
        throw TransformError(.configuration, "'pattern' is missing")
      }
      self = .topicNameMatches(pattern)
    case Self.package + "RecordIsTombstone": self = .recordIsTombstone
    case Self.package + "HasHeaderKey": self = .hasHeaderKey(try options.required("name"))
    default:
      throw TransformError(
        .unsupported, "no predicate '\(type)'; supported: \(Self.supported.joined(separator: ", "))")
    }
  }

  /// Whether it holds for a record.
  func holds(for record: EventRecord) -> Bool {
    switch self {
    case .topicNameMatches(let pattern): pattern.matches(record.topic)
    case .recordIsTombstone: record.isTombstone
    case .hasHeaderKey(let name): record.headers.contains { $0.name == name }
    }
  }
}
