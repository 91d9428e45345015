internal import WAL

/// Reads one message of `pgoutput` from borrowed bytes, each read checked against the end.
///
/// Source: PostgreSQL documentation, 55.9 "Logical Replication Message Formats", protocol versions 1 to 4.
public struct MessageReader: ~Escapable {
  private let bytes: RawSpan
  /// Whether the message stands between Stream Start and Stream Stop, where changes carry their transaction.
  private let streamed: Bool
  private(set) var offset = 0

  /// A reader over exactly one message.
  /// - Parameter streamed: whether the message stands inside a streamed block of an in-progress transaction.
  @_lifetime(copy bytes)
  public init(_ bytes: RawSpan, streamed: Bool = false) {
    self.bytes = bytes
    self.streamed = streamed
  }

  /// Reads the whole message; the tuples of a change go to `tuples`, whose cells point into the bytes.
  public mutating func message(into tuples: inout Tuples) throws(DecodeError) -> Message {
    tuples.clear()
    let tag = try uint8("the message's tag")
    let message = try body(tag, into: &tuples)
    guard offset == bytes.byteCount else { throw error(.trailingBytes(count: bytes.byteCount - offset)) }
    return message
  }

  private mutating func body(_ tag: UInt8, into tuples: inout Tuples) throws(DecodeError) -> Message {
    guard let kind = MessageTag(rawValue: tag) else { throw error(.unknownMessage(tag: tag), at: 0) }
    switch kind {
    case .insert: return .insert(try insert(into: &tuples))
    case .update: return .update(try update(into: &tuples))
    case .delete: return .delete(try delete(into: &tuples))
    case .begin: return .begin(try begin())
    case .commit: return .commit(try commit())
    case .origin: return .origin(try origin())
    case .relation: return .relation(try relation())
    case .type: return .type(try type())
    case .truncate: return .truncate(try truncate())
    case .logicalMessage: return .logicalMessage(try logicalMessage())
    case .streamStart: return .streamStart(try streamStart())
    case .streamStop: return .streamStop
    case .streamCommit: return .streamCommit(try streamCommit())
    case .streamAbort: return .streamAbort(try streamAbort())
    case .beginPrepare: return .beginPrepare(try beginPrepare())
    case .prepare: return .prepare(try prepare())
    case .commitPrepared: return .commitPrepared(try commitPrepared())
    case .rollbackPrepared: return .rollbackPrepared(try rollbackPrepared())
    case .streamPrepare: return .streamPrepare(try prepare())
    }
  }

  // MARK: Fields

  mutating func uint8(_ field: StaticString) throws(DecodeError) -> UInt8 { try integer(field) }
  mutating func uint16(_ field: StaticString) throws(DecodeError) -> UInt16 { try integer(field) }
  mutating func uint32(_ field: StaticString) throws(DecodeError) -> UInt32 { try integer(field) }
  mutating func uint64(_ field: StaticString) throws(DecodeError) -> UInt64 { try integer(field) }

  @inline(__always)
  private mutating func integer<T: FixedWidthInteger & BitwiseCopyable>(
    _ field: StaticString
  ) throws(DecodeError) -> T {
    let size = MemoryLayout<T>.size
    guard bytes.byteCount &- offset >= size else { throw error(.truncated(field: "\(field)")) }
    defer { offset &+= size }
    // The guard above proves the range.
    return T(bigEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: T.self))
  }

  mutating func lsn(_ field: StaticString) throws(DecodeError) -> LSN { LSN(try uint64(field)) }

  mutating func time(_ field: StaticString) throws(DecodeError) -> PostgresTime {
    PostgresTime(microseconds: Int64(bitPattern: try uint64(field)))
  }

  mutating func transactionID() throws(DecodeError) -> TransactionID { TransactionID(try uint32("the transaction")) }

  /// The transaction of a change, which only streamed changes carry.
  mutating func streamedTransaction() throws(DecodeError) -> TransactionID? {
    streamed ? try transactionID() : nil
  }

  /// A flags byte that protocol 1 to 4 leave unused.
  mutating func unusedFlags() throws(DecodeError) {
    let flags = try uint8("the flags")
    guard flags == 0 else { throw error(.unknownTag(flags, field: "flags"), at: offset - 1) }
  }

  /// A text that ends with a zero byte.
  mutating func string(_ field: StaticString) throws(DecodeError) -> String {
    let start = offset
    while true {
      guard offset < bytes.byteCount else { throw error(.truncated(field: "\(field)"), at: start) }
      let byte = try uint8(field)
      if byte == 0 { break }
    }
    let text = unsafe bytes.extracting(start..<(offset - 1)).withUnsafeBytes {
      unsafe String(validating: $0, as: UTF8.self)
    }
    guard let text else { throw error(.invalidText(field: "\(field)"), at: start) }
    return text
  }

  mutating func byteArray(count: Int, _ field: StaticString) throws(DecodeError) -> [UInt8] {
    let start = offset
    try skip(count, field)
    return unsafe bytes.extracting(start..<offset).withUnsafeBytes { unsafe Array($0) }
  }

  /// A length of 32 bits, which may not be negative.
  mutating func length(_ field: StaticString) throws(DecodeError) -> Int {
    let value = Int(Int32(bitPattern: try uint32(field)))
    guard value >= 0 else { throw error(.invalidLength(value, field: "\(field)"), at: offset - 4) }
    return value
  }

  mutating func skip(_ count: Int, _ field: StaticString) throws(DecodeError) {
    guard count >= 0 else { throw error(.invalidLength(count, field: "\(field)")) }
    guard bytes.byteCount &- offset >= count else { throw error(.truncated(field: "\(field)")) }
    offset &+= count
  }

  /// Bytes not read yet.
  var remaining: Int { bytes.byteCount - offset }

  @inline(never)
  func error(_ reason: DecodeError.Reason, at place: Int? = nil) -> DecodeError {
    DecodeError(reason, at: place ?? offset, in: bytes.byteCount > 0 ? bytes.byte(0) : nil)
  }
}
