/// The Java classes of converters whose work is done.
enum ConverterClass: String {
  case json = "org.apache.kafka.connect.json.JsonConverter"
  case avro = "io.confluent.connect.avro.AvroConverter"
  case cloudEvents = "io.debezium.converters.CloudEventsConverter"

  /// The class's name without its package.
  var simpleName: String {
    String(rawValue[rawValue.index(after: rawValue.lastIndex(of: ".") ?? rawValue.startIndex)...])
  }

  /// Settings of converters that change nothing that is written.
  static let idleSettings: Set<String> = [
    "schemas.cache.size", "json.schemas.cache.size", "schemas.cache.config", "max.schemas.per.subject",
    "avro.remove.java.properties",
  ]
}
