import Decoder

/// What `MessageReader` made of some bytes, copied out so that it can be compared.
struct DecodedMessage {
  let message: Message
  let oldRow: OldRow
  let old: [SentValue]
  let new: [SentValue]

  init(_ bytes: [UInt8], streamed: Bool = false) throws(DecodeError) {
    var tuples = Tuples()
    var reader = MessageReader(bytes.span.bytes, streamed: streamed)
    message = try reader.message(into: &tuples)
    oldRow = tuples.oldRow
    old = DecodedMessage.values(tuples.old, bytes)
    new = DecodedMessage.values(tuples.new, bytes)
  }

  private static func values(_ cells: [Cell], _ bytes: [UInt8]) -> [SentValue] {
    cells.map { cell in
      switch cell.kind {
      case .null: .null
      case .unchangedToast: .unchangedToast
      case .text:
        String(validating: bytes[cell.range], as: UTF8.self).map { .text($0) } ?? .bytes(Array(bytes[cell.range]))
      case .binary: .binary(Array(bytes[cell.range]))
      }
    }
  }
}
