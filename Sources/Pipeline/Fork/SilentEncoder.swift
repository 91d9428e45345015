internal import Decoder
internal import WAL

/// Stands for the encoder of a sink that is away.
struct SilentEncoder: ~Copyable, ChangeEncoder {
  var changeCount: Int { 0 }
  var byteCount: Int { 0 }
  mutating func begin(_ transaction: Begin, at lsn: LSN) {}
  mutating func message(_ message: borrowing LogicalMessage, at lsn: LSN) {}
  mutating func encode(_ change: borrowing Change) {}
  mutating func exchange(for spare: consuming EncodedBatch) -> EncodedBatch { spare }
  mutating func setAside(_ refused: RefusedChange) {}
}
