/// `value.converter`: what writes values.
public enum ValueForm: Hashable, Sendable {
  /// Kafka Connect's `JsonConverter`.
  case json
  /// Debezium's `CloudEventsConverter`.
  case cloudEvents(CloudEventsSettings)
}
