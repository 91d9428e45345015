/// A row of `COPY … TO STDOUT` in text format, taken apart into the cells of a tuple.
///
/// Source: PostgreSQL documentation, COPY, "Text Format".
public struct CopyRow: ~Copyable {
  /// The values, one after the other, without the format's escapes.
  public private(set) var bytes: [UInt8] = []
  /// Where each value stands in `bytes`.
  public private(set) var cells: [Cell] = []

  /// An empty row; the room is reused from row to row.
  public init() {}

  /// Takes the next row apart.
  /// - Parameter columns: how many columns were asked for.
  public mutating func read(_ line: RawSpan, columns: Int) throws(DecodeError) {
    bytes.removeAll(keepingCapacity: true)
    cells.removeAll(keepingCapacity: true)
    var end = line.byteCount
    if end > 0, line.byte(end - 1) == UInt8(ascii: "\n") { end -= 1 }
    bytes.reserveCapacity(end)
    var position = 0
    // A table without columns has rows all the same.
    if columns > 0 || end > 0 {
      while try column(line, &position, end) {}
    }
    guard cells.count == columns else {
      throw DecodeError(.columnCount(found: cells.count, expected: columns), at: position, in: nil)
    }
  }

  /// Reads one column; whether another follows.
  private mutating func column(_ line: RawSpan, _ position: inout Int, _ end: Int) throws(DecodeError) -> Bool {
    let first = position
    let start = bytes.count
    while position < end {
      // A run without tab or backslash is copied whole.
      var run = position
      while run < end, line.byte(run) != UInt8(ascii: "\t"), line.byte(run) != UInt8(ascii: "\\") { run += 1 }
      if run > position {
        unsafe line.extracting(position..<run).withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
        position = run
      }
      guard position < end else { break }
      if line.byte(position) == UInt8(ascii: "\t") {
        position += 1
        finish(start)
        return true
      }
      guard position + 1 < end else { throw DecodeError(.truncated(field: "an escape"), at: position, in: nil) }
      let escaped = line.byte(position + 1)
      if escaped == UInt8(ascii: "N"), position == first {
        position += 2
        return try null(line, &position, end)
      }
      bytes.append(CopyRow.unescape(escaped))
      position += 2
    }
    finish(start)
    return false
  }

  private mutating func finish(_ start: Int) {
    cells.append(
      Cell(kind: .text, offset: UInt32(clamping: start), count: UInt32(clamping: bytes.count - start)))
  }

  private mutating func null(_ line: RawSpan, _ position: inout Int, _ end: Int) throws(DecodeError) -> Bool {
    cells.append(Cell(kind: .null))
    guard position < end else { return false }
    guard line.byte(position) == UInt8(ascii: "\t") else {
      throw DecodeError(.unknownTag(line.byte(position), field: "byte after NULL"), at: position, in: nil)
    }
    position += 1
    return true
  }

  /// The byte that stands for an escape; what PostgreSQL escapes as itself is itself.
  private static func unescape(_ escaped: UInt8) -> UInt8 {
    switch escaped {
    case UInt8(ascii: "b"): 8
    case UInt8(ascii: "f"): 12
    case UInt8(ascii: "n"): 10
    case UInt8(ascii: "r"): 13
    case UInt8(ascii: "t"): 9
    case UInt8(ascii: "v"): 11
    default: escaped
    }
  }
}
