extension Key {
  /// What else must be so for a key to do what its meaning says.
  public enum Need: Sendable, Hashable, CaseIterable {
    /// Kafka is on.
    case kafka
    /// Kafka is off: events go to a file, and so do their positions.
    case file
    /// Keys are written as Avro.
    case avroKeys
    /// Values are written as Avro.
    case avroValues
    /// Values are written as CloudEvents.
    case cloudEvents

    /// Where keys with this need do something, after "honoured".
    var place: String {
      switch self {
      case .kafka: "with Kafka"
      case .file: "without Kafka"
      case .avroKeys, .avroValues: "with AvroConverter"
      case .cloudEvents: "with CloudEventsConverter"
      }
    }

    /// Why a key with this need does nothing where it is not met.
    var absence: String {
      switch self {
      case .kafka: "Kafka is off, as kafka.bootstrap.servers is not set"
      case .file: "with Kafka on, events and their positions are kept there"
      case .avroKeys: "key.converter is not \(ConverterClass.avro.rawValue)"
      case .avroValues: "value.converter is not \(ConverterClass.avro.rawValue)"
      case .cloudEvents: "value.converter is not \(ConverterClass.cloudEvents.rawValue)"
      }
    }
  }
}
