/// CloudEvents that cannot be set up, or an event that cannot become one.
///
/// Debezium's converter stops the connector in both cases; here the sink's tolerance decides of events. The description
/// names properties, headers and fields, and holds no row data.
public struct CloudEventsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, and what to do about it.
  public let reason: String

  init(_ reason: String) { self.reason = reason }

  /// Says that it is about CloudEvents, and what is wrong.
  public var description: String { "CloudEvents: \(reason)" }
}
