/// The classes of Kafka and Debezium that are supported, and how each is made from its options.
enum TransformClass {
  private typealias Make = @Sendable (inout TransformOptions) throws(TransformError) -> any Transform

  private static let debezium: [String: Make] = [
    "ByLogicalTableRouter": { options throws(TransformError) in try ByLogicalTableRouter(&options) },
    "ContentBasedRouter": { options throws(TransformError) in try ContentBasedRouter(&options) },
    "ExtractChangedRecordState": { options throws(TransformError) in ExtractChangedRecordState(&options) },
    "ExtractNewRecordState": { options throws(TransformError) in try ExtractNewRecordState(&options) },
    "Filter": { options throws(TransformError) in try ConditionFilter(&options) },
    "HeaderToValue": { options throws(TransformError) in try HeaderToValue(&options) },
    "outbox.EventRouter": { options throws(TransformError) in try OutboxEventRouter(&options) },
  ]

  private static let kafka: [String: Make] = [
    "DropHeaders": { options throws(TransformError) in try DropHeaders(&options) },
    "ExtractField$Key": { options throws(TransformError) in try ExtractField(.key, &options) },
    "ExtractField$Value": { options throws(TransformError) in try ExtractField(.value, &options) },
    "Filter": { _ throws(TransformError) in DropRecord() },
    "HeaderFrom$Key": { options throws(TransformError) in try HeaderFrom(.key, &options) },
    "HeaderFrom$Value": { options throws(TransformError) in try HeaderFrom(.value, &options) },
    "HoistField$Key": { options throws(TransformError) in try HoistField(.key, &options) },
    "HoistField$Value": { options throws(TransformError) in try HoistField(.value, &options) },
    "InsertField$Key": { options throws(TransformError) in try InsertField(.key, &options) },
    "InsertField$Value": { options throws(TransformError) in try InsertField(.value, &options) },
    "InsertHeader": { options throws(TransformError) in try InsertHeader(&options) },
    "MaskField$Key": { options throws(TransformError) in try MaskField(.key, &options) },
    "MaskField$Value": { options throws(TransformError) in try MaskField(.value, &options) },
    "RegexRouter": { options throws(TransformError) in try RegexRouter(&options) },
    "ReplaceField$Key": { options throws(TransformError) in try ReplaceField(.key, &options) },
    "ReplaceField$Value": { options throws(TransformError) in try ReplaceField(.value, &options) },
    "SetSchemaMetadata$Key": { options throws(TransformError) in try SetSchemaMetadata(.key, &options) },
    "SetSchemaMetadata$Value": { options throws(TransformError) in try SetSchemaMetadata(.value, &options) },
    "ValueToKey": { options throws(TransformError) in try ValueToKey(&options) },
  ]

  private static let debeziumPackage = "io.debezium.transforms."
  private static let kafkaPackage = "org.apache.kafka.connect.transforms."

  /// The names of the classes that are supported, in alphabetical order.
  static var supported: [String] {
    debezium.keys.map { debeziumPackage + $0 }.sorted() + kafka.keys.map { kafkaPackage + $0 }.sorted()
  }

  /// A transform by its class.
  static func make(_ type: String, _ options: inout TransformOptions) throws(TransformError) -> any Transform {
    if type.hasPrefix(debeziumPackage), let make = debezium[String(type.dropFirst(debeziumPackage.count))] {
      return try make(&options)
    }
    if type.hasPrefix(kafkaPackage), let make = kafka[String(type.dropFirst(kafkaPackage.count))] {
      return try make(&options)
    }
    throw TransformError(.unsupported, "no transform '\(type)'; supported: \(supported.joined(separator: ", "))")
  }
}
