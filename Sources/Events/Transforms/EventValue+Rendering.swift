public import Decoder

extension EventValue {
  /// Adds what Kafka's `JsonConverter` writes: the payload, or `{"schema":…,"payload":…}`.
  ///
  /// - Parameters:
  ///   - withSchema: `schemas.enable`.
  ///   - replacingNulls: `replace.null.with.default`: a null whose schema has a default becomes the default.
  public func append(to buffer: inout OutputBuffer, withSchema: Bool, replacingNulls: Bool = true) {
    if withSchema {
      buffer.append(literal: "{\"schema\":")
      if let schema { schema.append(to: &buffer) } else { buffer.append(literal: "null") }
      buffer.append(literal: ",\"payload\":")
    }
    payload.append(schema, to: &buffer, replacingNulls: replacingNulls)
    if withSchema { buffer.append(UInt8(ascii: "}")) }
  }
}

extension EventValue.Payload {
  /// Adds the JSON text. As deep as the schema is.
  fileprivate func append(_ schema: ConnectSchema?, to buffer: inout OutputBuffer, replacingNulls: Bool) {
    switch self {
    case .null:
      if replacingNulls, let text = schema?.defaultText {
        buffer.append(text.span)
      } else {
        buffer.append(literal: "null")
      }
    case .text(let text): buffer.append(text.span)
    case .structure(let members):
      buffer.append(UInt8(ascii: "{"))
      for (place, member) in members.enumerated() {
        guard let field = schema?.fields[place] else { break }
        if place > 0 { buffer.append(UInt8(ascii: ",")) }
        buffer.appendJSONString(field.name)
        buffer.append(UInt8(ascii: ":"))
        member.append(field.schema, to: &buffer, replacingNulls: replacingNulls)
      }
      buffer.append(UInt8(ascii: "}"))
    }
  }
}
