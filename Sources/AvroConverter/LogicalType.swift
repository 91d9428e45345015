internal import Events

/// What a type of Avro means beyond its form.
///
/// Source: Apache Avro specification, "Logical Types"; by Connect's names in `org.apache.kafka.connect.data`.
enum LogicalType {
  case decimal(precision: Int, scale: Int)
  case date, time, timestamp

  /// The precision of a decimal that tells none.
  private static let precision = 64

  /// What the schema's name stands for; nil for another name.
  init?(_ schema: ConnectSchema) throws(AvroError) {
    let form: ConnectSchema.Kind
    switch schema.name?.lowercased() {
    case "org.apache.kafka.connect.data.decimal": (self, form) = (try LogicalType.decimal(schema), .bytes)
    case "org.apache.kafka.connect.data.date": (self, form) = (.date, .int32)
    case "org.apache.kafka.connect.data.time": (self, form) = (.time, .int32)
    case "org.apache.kafka.connect.data.timestamp": (self, form) = (.timestamp, .int64)
    default: return nil
    }
    guard schema.kind == form else {
      throw AvroError(.schema, "a schema named \(schema.name ?? "") is no \(form.rawValue)")
    }
  }

  private static func decimal(_ schema: ConnectSchema) throws(AvroError) -> LogicalType {
    let given = schema.parameter("connect.decimal.precision")
    guard let scale = schema.parameter("scale").flatMap({ Int($0) }),
      let precision = given.map({ Int($0) }) ?? precision,
      precision > 0 || scale < 0 || scale > precision
    else { throw AvroError(.schema, "a decimal's schema tells no scale, or a precision that is no number above 0") }
    return .decimal(precision: precision, scale: scale)
  }

  /// The word for it in a schema.
  var word: String {
    switch self {
    case .decimal: "decimal"
    case .date: "date"
    case .time: "time-millis"
    case .timestamp: "timestamp-millis"
    }
  }
}
