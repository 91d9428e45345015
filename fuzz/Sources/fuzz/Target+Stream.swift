internal import AuditStore
internal import Decoder
internal import Pipeline

extension Target {
  /// Messages of the output plugin as a session would meet them: decoded, and every change rendered as an audit row.
  static func stream(_ input: UnsafeRawBufferPointer) {
    var pass = Pass()
    var encoder: any ChangeEncoder & ~Copyable = AuditEncoder(sourceID: 1)
    var spare = EncodedBatch(capacity: 4096)
    var place = 0
    while place + 2 <= input.count {
      let length = min(Int(input[place]) << 8 | Int(input[place + 1]), input.count - place - 2)
      // A copy of its own, so that a read beyond the message is seen.
      let message = [UInt8](input[place + 2..<place + 2 + length])
      place += 2 + length
      do { try pass.message(message.span.bytes, into: &encoder) } catch is DecodeError { continue } catch {
        fatalError("not an error of the decoder: \(error)")
      }
    }
    spare = encoder.exchange(for: spare)
  }
}
