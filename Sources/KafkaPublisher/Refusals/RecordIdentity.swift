internal import Decoder
internal import Pipeline
internal import WAL

/// Which record it is, also when the source is read again.
enum RecordIdentity: Hashable {
  /// One of the stream's.
  case streamed(RecordPlace)
  /// A snapshot's row: taken anew, it has another position.
  case row(topic: String, key: [UInt8], ordinal: UInt64)

  init(_ record: EncodedRecord, _ topic: String, _ key: UnsafeRawBufferPointer?) {
    if record.origin.operation == .snapshot {
      // Without a key its place among the rows has to do.
      self = .row(
        topic: topic, key: key.map { Array($0) } ?? [], ordinal: key == nil ? record.place.position.ordinal : 0)
    } else {
      self = .streamed(record.place)
    }
  }
}
