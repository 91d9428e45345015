internal import Decoder
@testable internal import Events
@testable internal import Pipeline

extension Target {
  private static let kinds = [
    "execute-snapshot", "stop-snapshot", "pause-snapshot", "log", "snapshot-window-open", "unknown",
  ]
  private static let structure = ConnectSchema(
    .structure, name: "s",
    fields: [
      .init("a", ConnectSchema(.int32)), .init("b", ConnectSchema(.string, optional: true)),
      .init("c", ConnectSchema(.structure, optional: true, fields: [.init("d", ConnectSchema(.double))])),
      .init("e", ConnectSchema(.array, optional: true, values: ConnectSchema(.string))),
    ])

  /// One byte that says what it is, then the text.
  static func documents(_ input: UnsafeRawBufferPointer) {
    guard let first = input.first else { return }
    let bytes = [UInt8](input[1...])
    switch first % 6 {
    case 0:
      // What is read is written, and read again, as the same.
      guard let document = try? SignalDocument(parsing: bytes) else { return }
      guard (try? SignalDocument(parsing: document.text.utf8)) == document else { fatalError("another document") }
    case 1:
      let text = String(decoding: bytes, as: UTF8.self)
      _ = SignalAction(Signal(id: text, type: kinds[Int(first) / 6 % kinds.count], data: text))
    case 2:
      _ = IncrementalState(bytes)
      _ = TableIdentifier(parsing: String(decoding: bytes, as: UTF8.self))
    case 3:
      guard let document = JSONDocument(bytes) else { return }
      let payload = JSONPayload(nulls: first & 0x40 == 0 ? .ignore : .optionalBytes, adjustment: .none)
      _ = try? payload.schema(document, key: nil)
    case 4:
      _ = ConnectSchema(parsing: bytes[...])
      _ = EventValue(parsing: bytes.span.bytes, schema: structure)
    default: _ = try? ExpressionParser.expression(String(decoding: bytes, as: UTF8.self))
    }
  }
}
