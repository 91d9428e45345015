internal import Decoder
internal import WAL

/// The positions of rendered rows, read back from their bytes. Only for batches with changes that were set aside.
struct RowPositions {
  private var positions: [Position] = []

  /// Reads rows of binary COPY as `AuditEncoder` renders them; stops at anything else.
  init(_ bytes: RawSpan) {
    var place = 0
    while let position = Self.row(bytes, &place) { positions.append(position) }
  }

  /// How many rows stand before a change. Rows are in the order of their positions.
  func count(before position: Position) -> Int { positions.partitioningIndex { $0 >= position } }

  private static func row(_ bytes: RawSpan, _ place: inout Int) -> Position? {
    guard place + 2 <= bytes.byteCount else { return nil }
    place += 2
    var commit: UInt64?
    var ordinal: UInt64?
    for column in 0..<Int(AuditColumns.count) {
      guard let length = integer(bytes, place, Int32.self), length >= -1 else { return nil }
      place += 4
      if column == AuditColumns.commitLSN { commit = integer(bytes, place, UInt64.self) }
      if column == AuditColumns.ordinal { ordinal = integer(bytes, place, UInt64.self) }
      place += max(0, Int(length))
    }
    guard let commit, let ordinal, place <= bytes.byteCount else { return nil }
    return Position(commit: LSN(commit), ordinal: ordinal)
  }

  private static func integer<T: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: RawSpan, _ place: Int, _ type: T.Type
  ) -> T? {
    guard place >= 0, bytes.byteCount - place >= MemoryLayout<T>.size else { return nil }
    return T(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: place, as: type))
  }
}

extension Array {
  /// The first place from which on `belongs` holds, by bisection.
  fileprivate func partitioningIndex(where belongs: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = low + (high - low) / 2
      if belongs(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
