/// Transforms in their order, each of which may change a record, drop it or leave it.
///
/// Source: Apache Kafka documentation, Connect, "Transformations"; Debezium documentation, "Transformations". A chain
/// belongs to one thread at a time: it remembers the schemas that it made.
public struct TransformChain: ~Copyable, Sendable {
  private struct Step: Sendable {
    let name: String
    var transform: any Transform
    let predicate: TransformPredicate?
    let negated: Bool
  }

  private var steps: [Step]
  /// Headers that were added to the last record itself, for the tombstone that may follow it.
  private var shared: (topic: String, key: EventValue.Payload?, headers: [EventRecord.Header])?

  /// Reads `transforms`, `predicates` and the properties that begin with them.
  ///
  /// Properties of transforms that `transforms` does not list have no meaning, as with Kafka.
  ///
  /// - Throws: ``TransformError`` for a class or an option that is not supported, or cannot be read.
  public init(properties: [String: String]) throws(TransformError) {
    var predicates: [String: TransformPredicate] = [:]
    for name in Self.names(properties["predicates"]) {
      do throws(TransformError) {
        let type = try Self.type(of: "predicates.\(name)", properties)
        var options = TransformOptions(properties, prefix: "predicates.\(name).", besides: ["type"])
        predicates[name] = try TransformPredicate(type, &options)
        try options.refuseUnknown()
      } catch { throw error.named(name) }
    }
    var steps: [Step] = []
    for name in Self.names(properties["transforms"]) {
      do throws(TransformError) { steps.append(try Self.step(name, properties, predicates)) } catch {
        throw error.named(name)
      }
    }
    self.steps = steps
  }

  private static func step(
    _ name: String, _ properties: [String: String], _ predicates: [String: TransformPredicate]
  ) throws(TransformError) -> Step {
    var common = TransformOptions(properties, prefix: "transforms.\(name).", besides: [])
    let predicateName = common.text("predicate")
    let negated = try common.flag("negate", default: false)
    var predicate: TransformPredicate?
    if let predicateName {
      guard let found = predicates[predicateName.trimmed] else {
        throw TransformError(.configuration, "'predicates' lists no '\(predicateName)'")
      }
      predicate = found
    }
    let type = try type(of: "transforms.\(name)", properties)
    var options = TransformOptions(
      properties, prefix: "transforms.\(name).", besides: ["type", "predicate", "negate"])
    let transform = try TransformClass.make(type, &options)
    try options.refuseUnknown()
    return Step(name: name, transform: transform, predicate: predicate, negated: negated)
  }

  private static func type(of prefix: String, _ properties: [String: String]) throws(TransformError) -> String {
    guard let type = properties[prefix + ".type"]?.trimmed, !type.isEmpty else {
      throw TransformError(.configuration, "'\(prefix).type' is missing")
    }
    return type
  }

  private static func names(_ list: String?) -> [String] {
    (list ?? "").split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty }
  }

  /// Whether there is no transform.
  public var isEmpty: Bool { steps.isEmpty }

  /// Sends a record through the chain.
  ///
  /// - Returns: What is left of it; nil if a transform dropped it.
  /// - Throws: ``TransformError`` for a record that a transform cannot take, or one that has null in a required field in
  ///   the end, which no converter takes.
  public mutating func apply(_ record: EventRecord) throws(TransformError) -> EventRecord? {
    let (topic, key) = (record.topic, record.key?.payload)
    var record = record
    if let shared, record.isTombstone, shared.topic == topic, shared.key == key { record.headers += shared.headers }
    shared = nil
    var isOriginal = true
    var added: [EventRecord.Header] = []
    for place in steps.indices {
      if let predicate = steps[place].predicate, predicate.holds(for: record) == steps[place].negated { continue }
      let before = record.headers.count
      do throws(TransformError) {
        guard let next = try steps[place].transform.apply(record) else { return nil }
        record = next
      } catch { throw error.named(steps[place].name) }
      let handling = steps[place].transform.headers
      if isOriginal, handling == .added || handling == .addedThenCopied { added += record.headers.dropFirst(before) }
      if handling == .copied || handling == .addedThenCopied { isOriginal = false }
    }
    if !added.isEmpty { shared = (topic, key, added) }
    try record.key?.requireComplete()
    try record.value?.requireComplete()
    return record
  }
}
