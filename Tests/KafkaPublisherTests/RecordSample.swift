import Decoder
import Pipeline
import WAL

@testable import Events

/// Records made by hand.
enum RecordSample {
  static let key = ConnectSchema(.structure, name: "srv.public.t.Key", fields: [.init("id", ConnectSchema(.int32))])
  static let shape = EventShape(
    topic: "srv.public.t", keySchema: key, valueSchema: key, table: (schema: "public", name: "t"))

  /// A record of a change.
  static func record(
    _ operation: Change.Operation = .insert, commit: UInt64 = 0x10_0000_0020, ordinal: UInt64 = 7, part: Int = 2,
    partition: Int32? = nil
  ) -> EncodedRecord {
    let position = Position(commit: LSN(commit), ordinal: ordinal)
    var origin = RecordOrigin()
    (origin.position, origin.lsn, origin.operation) = (position, LSN(0x18), operation)
    return EncodedRecord(
      shape: 0, partition: partition, key: 0..<8, value: nil, headers: 0..<2, place: RecordPlace(position, part: part),
      origin: origin)
  }
}
