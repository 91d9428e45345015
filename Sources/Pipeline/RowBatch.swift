/// Rows of a COPY, one after the other in one arena.
public struct RowBatch: Sendable {
  /// A batch is full at so many bytes; the last row may exceed it.
  public static let targetBytes = 256 << 10

  private var arena: [UInt8] = []
  private var ends: [Int] = []

  /// No rows.
  public init() { arena.reserveCapacity(RowBatch.targetBytes + (16 << 10)) }

  /// Bytes of all rows.
  public var byteCount: Int { arena.count }
  /// How many rows there are.
  public var count: Int { ends.count }

  /// Forgets the rows; an arena that had grown is given back.
  public mutating func removeAll() {
    arena.removeAll(keepingCapacity: arena.capacity <= 4 * RowBatch.targetBytes)
    ends.removeAll(keepingCapacity: true)
  }

  /// Adds a row, a line of COPY's text format.
  public mutating func append(_ row: RawSpan) {
    row.withUnsafeBytes { arena.append(contentsOf: $0) }
    ends.append(arena.count)
  }

  /// Lends the row at `index`, which must be below `count`.
  public func withRow<R, E: Error>(_ index: Int, _ body: (RawSpan) throws(E) -> R) throws(E) -> R {
    let start = index == 0 ? 0 : ends[index - 1]
    return try body(arena.span.bytes.extracting(start..<ends[index]))
  }
}
