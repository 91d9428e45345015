internal import Events
internal import Pipeline
internal import WAL

/// The headers that tell why a record is in the dead letter topic.
///
/// Source: Apache Kafka documentation, Connect, `errors.deadletterqueue.context.headers.enable`.
enum DeadLetter {
  /// What such headers begin with.
  static let prefixes = ["__connect.errors.", "__cdc_direct."]
  static let topic = "__connect.errors.topic"
  static let partition = "__connect.errors.partition"
  static let stage = "__connect.errors.stage"
  /// The stage of a record that was not converted: key and value are text with their schemas.
  static let unconverted = "VALUE_CONVERTER"

  static func headers(
    _ record: EncodedRecord, _ shape: EventShape, _ words: Words, connector: String
  ) -> [EventHeaders.Header] {
    let texts: [(String, String?)] = [
      (topic, shape.topic), (partition, record.partition.map { String($0) }),
      ("__connect.errors.connector.name", connector), ("__connect.errors.task.id", "0"),
      (stage, words.isUnconverted ? unconverted : "KAFKA_PRODUCE"),
      ("__connect.errors.exception.class.name", words.code), ("__connect.errors.exception.message", words.what),
      ("__cdc_direct.commit_lsn", record.place.position.commit.description),
      ("__cdc_direct.ordinal", String(record.place.position.ordinal)),
      ("__cdc_direct.lsn", record.origin.lsn.description), ("__cdc_direct.part", String(record.place.part)),
    ]
    return texts.compactMap { name, text in text.map { EventHeaders.Header(name, Array($0.utf8)) } }
  }
}
