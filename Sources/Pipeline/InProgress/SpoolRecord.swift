internal import Decoder
internal import PGReplication
internal import WAL

/// One frame in the spool: its length, the part of the transaction that it belongs to, and the frame itself without
/// that part's number, as the stream sends the frames of a transaction that has committed.
enum SpoolRecord {
  /// The part of a frame that holds whatever is rolled back.
  static let always: UInt32 = 0
  /// Bytes before the frame: its length and its part.
  static let headerBytes = 8

  /// Adds a frame: `tag`, then `rest`.
  static func write(_ tag: MessageTag, _ rest: RawSpan, part: UInt32, at lsn: LSN, to buffer: inout OutputBuffer) {
    let length = Frame.headerBytes + 1 + rest.byteCount
    buffer.reserve(headerBytes + length)
    buffer.appendBigEndian(UInt32(truncatingIfNeeded: length))
    buffer.appendBigEndian(part)
    frame(at: lsn, to: &buffer)
    buffer.append(tag.rawValue)
    buffer.append(rest)
  }

  /// The frame that begins the transaction.
  static func begin(_ spooled: SpooledTransaction, to buffer: inout OutputBuffer) {
    frame(at: spooled.firstLSN, to: &buffer)
    buffer.append(MessageTag.begin.rawValue)
    buffer.appendBigEndian(spooled.commit.commitLSN.rawValue)
    buffer.appendBigEndian(spooled.commit.commitTime.microseconds)
    buffer.appendBigEndian(spooled.transaction.rawValue)
  }

  /// The frame that ends it.
  static func commit(_ spooled: SpooledTransaction, to buffer: inout OutputBuffer) {
    frame(at: spooled.commitFrame, to: &buffer)
    buffer.append(MessageTag.commit.rawValue)
    buffer.append(0)
    buffer.appendBigEndian(spooled.commit.commitLSN.rawValue)
    buffer.appendBigEndian(spooled.commit.endLSN.rawValue)
    buffer.appendBigEndian(spooled.commit.commitTime.microseconds)
  }

  /// An XLogData message's header; end of log and clock mean nothing afterwards.
  private static func frame(at lsn: LSN, to buffer: inout OutputBuffer) {
    buffer.append(UInt8(ascii: "w"))
    buffer.appendBigEndian(lsn.rawValue)
    buffer.appendBigEndian(0 as UInt64)
    buffer.appendBigEndian(0 as UInt64)
  }
}
