internal import Decoder

/// Wraps a key or value into a struct of one field.
///
/// Source: Apache Kafka documentation, Connect, `HoistField`.
struct HoistField: Transform {
  private let side: RecordSide
  private let field: String
  private var schemas = DerivedSchemas<ConnectSchema>()

  init(_ side: RecordSide, _ options: inout TransformOptions) throws(TransformError) {
    self.side = side
    field = try options.required("field")
  }

  mutating func apply(_ record: EventRecord) throws(TransformError) -> EventRecord? {
    var record = record
    let value = record[side]
    let name = field
    guard let schema = value?.schema else {
      var text = OutputBuffer(capacity: 64)
      text.append(UInt8(ascii: "{"))
      text.appendJSONString(name)
      text.append(UInt8(ascii: ":"))
      (value ?? EventValue(nil, .null)).append(to: &text, withSchema: false)
      text.append(UInt8(ascii: "}"))
      record[side] = EventValue(nil, .text(text.array))
      return record
    }
    let made = try schemas.derived(from: schema) { schema throws(TransformError) in
      ConnectSchema(.structure, fields: [.init(name, schema)])
    }
    record[side] = EventValue(made, .structure([value?.payload ?? .null]))
    return record
  }
}
