/// A column's value in a tuple: where its bytes stand in the message.
///
/// Source: PostgreSQL documentation, 55.9 "Logical Replication Message Formats", TupleData.
public struct Cell: BitwiseCopyable, Sendable {
  /// How the value was sent.
  public enum Kind: UInt8, BitwiseCopyable, Sendable {
    /// SQL NULL; in the key of an old row also: not sent.
    case null = 0x6E  // n
    /// A value stored out of line that the statement did not touch: not sent.
    case unchangedToast = 0x75  // u
    /// The type's text form.
    case text = 0x74  // t
    /// The type's binary form.
    case binary = 0x62  // b
  }

  /// How the value was sent.
  public let kind: Kind
  /// Where the value begins, in bytes from the message's tag.
  public let offset: UInt32
  /// How many bytes it has.
  public let count: UInt32

  /// A cell by its fields.
  public init(kind: Kind, offset: UInt32 = 0, count: UInt32 = 0) {
    self.kind = kind
    self.offset = offset
    self.count = count
  }

  /// The bytes' place in the message.
  public var range: Range<Int> { Int(offset)..<(Int(offset) + Int(count)) }
}

/// What PostgreSQL sent of the row before an update or delete.
public enum OldRow: UInt8, BitwiseCopyable, Sendable {
  /// Nothing: an update that left the replica identity as it was.
  case absent = 0x00
  /// The columns of the replica identity; the others are shown as null but were not sent.
  case identity = 0x4B  // K
  /// The whole row, under REPLICA IDENTITY FULL.
  case full = 0x4F  // O
}

/// The rows of one change, kept and reused from message to message so that none is allocated.
public struct Tuples: ~Copyable {
  /// The row before the change, as far as it was sent.
  public internal(set) var old: [Cell] = []
  /// What `old` holds.
  public internal(set) var oldRow: OldRow = .absent
  /// The row after the change.
  public internal(set) var new: [Cell] = []
  /// Whether a value came in its type's binary form, which cannot be rendered: the stream's option `binary` is on.
  public internal(set) var holdsBinary = false

  /// Empty rows with room for most tables.
  public init() {
    old.reserveCapacity(64)
    new.reserveCapacity(64)
  }

  mutating func clear() {
    if !old.isEmpty { old.removeAll(keepingCapacity: true) }
    if !new.isEmpty { new.removeAll(keepingCapacity: true) }
    oldRow = .absent
    holdsBinary = false
  }
}

extension MessageReader {
  /// Reads a tuple; whether it holds a binary value.
  mutating func tuple(into cells: inout [Cell]) throws(DecodeError) -> Bool {
    var holdsBinary = false
    let count = Int(try uint16("the number of columns"))
    for _ in 0..<count {
      let tag = try uint8("a column's tag")
      guard let kind = Cell.Kind(rawValue: tag) else {
        throw error(.unknownTag(tag, field: "column tag"), at: offset - 1)
      }
      switch kind {
      case .null, .unchangedToast: cells.append(Cell(kind: kind))
      case .text, .binary:
        if kind == .binary { holdsBinary = true }
        let length = try length("a column's length")
        cells.append(Cell(kind: kind, offset: UInt32(truncatingIfNeeded: offset), count: UInt32(length)))
        try skip(length, "a column's value")
      }
    }
    return holdsBinary
  }
}
