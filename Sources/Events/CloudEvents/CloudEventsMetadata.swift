/// `metadata.source`: where a CloudEvent's attributes come from.
///
/// Source: Debezium documentation, "Emitting Debezium change event records in CloudEvents format".
struct CloudEventsMetadata: Hashable, Sendable {
  /// A place that an attribute comes from.
  enum Origin: String, Sendable, CaseIterable { case value, header, generate }

  /// Debezium's default.
  static let standard = "value,id:generate,type:generate,traceparent:header,dataSchemaName:generate"

  /// Where source block, operation and transaction are: in the value, or in headers.
  private(set) var envelope = Origin.value
  /// `id`: a header, or made of the source block.
  private(set) var id = Origin.value
  /// `type`: a header, or always the same.
  private(set) var type = Origin.value
  /// `traceparent`: a header.
  private(set) var traceParent = Origin.value
  /// `dataSchemaName`: a header, or else always the same.
  private(set) var dataSchemaName = Origin.value

  /// Reads the property: first where the envelope is, then `name:origin` each.
  ///
  /// - Throws: ``CloudEventsError`` for what Debezium refuses, too, at the start or at the first event.
  init(_ text: String) throws(CloudEventsError) {
    var parts = text.split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmed }
    let first = parts.removeFirst()
    guard let envelope = Self.origin(first), envelope != .generate else {
      throw CloudEventsError("'metadata.source' begins with 'value' or 'header', not with '\(first)'")
    }
    self.envelope = envelope
    (id, type, traceParent, dataSchemaName) = (envelope, envelope, envelope, envelope)
    for part in parts {
      let halves = part.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard halves.count == 2, let origin = Self.origin(String(halves[1])), origin != .value else {
        throw CloudEventsError("'\(part)' in 'metadata.source' is not followed by ':header' or ':generate'")
      }
      switch halves[0] {
      case "id": id = origin
      case "type": type = origin
      case "traceparent": traceParent = origin
      case "dataSchemaName": dataSchemaName = origin
      default:
        throw CloudEventsError(
          "'\(halves[0])' in 'metadata.source' is none of id, type, traceparent, dataSchemaName")
      }
    }
    guard id != .value, type != .value else {
      throw CloudEventsError(
        "'metadata.source' must say where id and type come from, as no value holds them: add id:generate,type:generate")
    }
  }

  private static func origin(_ word: String) -> Origin? { Origin(rawValue: word.trimmed.lowercased()) }
}
