@testable internal import AvroConverter
internal import Decoder
internal import Events

extension Edge {
  private static let event: ConnectSchema = {
    let kinds: [ConnectSchema.Kind] = [.boolean, .int8, .int16, .int32, .int64, .float, .double, .string, .bytes]
    var fields = kinds.map { ConnectSchema.Field($0.rawValue, ConnectSchema($0)) }
    fields += kinds.map { ConnectSchema.Field("optional_\($0.rawValue)", ConnectSchema($0, optional: true)) }
    fields += [
      .init("list", ConnectSchema(.array, optional: true, values: ConnectSchema(.string, optional: true))),
      .init("map", ConnectSchema(.map, optional: true, keys: ConnectSchema(.string), values: ConnectSchema(.string))),
      .init("part", ConnectSchema(.structure, optional: true, name: "p", fields: [.init("a", ConnectSchema(.int32))])),
    ]
    return ConnectSchema(.structure, name: "e", fields: fields)
  }()
  private static let settings = AvroSettings(urls: [])
  private static let own: AvroType = {
    do { return try AvroSchema(event, settings).type } catch { fatalError("\(error)") }
  }()
  private static let payload = Array(
    (#"{"boolean":true,"int8":1,"int16":2,"int32":3,"int64":4,"float":1.5,"double":2.5,"string":"a","bytes":"AAAA","#
      + #""optional_boolean":null,"optional_int8":1,"optional_int16":2,"optional_int32":3,"optional_int64":4,"#
      + #""optional_float":1.5,"optional_double":2.5,"optional_string":"a","optional_bytes":"AAAA","#
      + #""list":["a",null],"map":{"a":"b"},"part":{"a":1}}"#).utf8)
  private static let plain: AvroWriter = {
    do { return try AvroWriter(id: 1, subject: "s", event, own: own, written: own, settings) } catch {
      fatalError("\(error)")
    }
  }()

  /// One byte that says what it is, then a schema of the registry's or a payload.
  static func avro(_ input: UnsafeRawBufferPointer) {
    guard let first = input.first else { return }
    let bytes = [UInt8](input[1...])
    if first & 1 == 0 {
      guard let registered = try? AvroType(parsing: String(decoding: bytes, as: UTF8.self)) else { return }
      _ = AvroResolution.obstacles(reader: registered, writer: own)
      guard let writer = try? AvroWriter(id: 1, subject: "s", event, own: own, written: registered, settings) else {
        return
      }
      write(payload, writer)
    } else {
      write(bytes, plain)
    }
  }

  /// A payload is written whole, or not at all.
  private static func write(_ payload: [UInt8], _ writer: AvroWriter) {
    var buffer = OutputBuffer(capacity: 16)
    buffer.append(literal: "before")
    do { try writer.append(payload.span.bytes, to: &buffer) } catch {
      guard buffer.count == 6 else { fatalError("a payload that was refused left \(buffer.count - 6) bytes") }
    }
  }
}
