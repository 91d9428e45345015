internal import Decoder
internal import WAL

/// Turns a snapshot's rows into changes and tells of each where it stands. As nobody knows a last row before the next one
/// was asked for, the last row of each batch is held back.
struct SnapshotRows: ~Copyable {
  private let position: LSN
  private var row = CopyRow()
  private var held: (line: [UInt8], plan: RelationPlan)?
  private var isFirst = true
  private var isFirstInTable = true
  private var tables = 0
  /// Rows taken so far, the one held back included.
  private(set) var count = 0

  /// Rows as of `position`.
  init(at position: LSN) { self.position = position }

  /// A table's rows follow. The snapshot's first row is one of the first table, or there is none.
  mutating func beginTable() {
    tables += 1
    if tables > 1, count == 0 { isFirst = false }
  }

  /// Encodes all rows of a batch but the last, which is held back.
  mutating func take(
    _ rows: RowBatch, of plan: RelationPlan, into encoder: inout any ChangeEncoder & ~Copyable
  ) throws(DecodeError) {
    guard rows.count > 0 else { return }
    if let held {
      try encode(held.line.span.bytes, held.plan, held.plan === plan ? inside() : lastInTable(), into: &encoder)
    }
    for index in 0..<(rows.count - 1) {
      let marker = inside()
      try rows.withRow(index) { line throws(DecodeError) in try encode(line, plan, marker, into: &encoder) }
    }
    held = (rows.withRow(rows.count - 1) { line in line.withUnsafeBytes { Array($0) } }, plan)
    count += rows.count
  }

  /// Encodes the row that was held back: there is none after it.
  mutating func finish(into encoder: inout any ChangeEncoder & ~Copyable) throws(DecodeError) {
    guard let held else { return }
    self.held = nil
    try encode(held.line.span.bytes, held.plan, .last, into: &encoder)
  }

  private mutating func inside() -> SnapshotMarker {
    defer { (isFirst, isFirstInTable) = (false, false) }
    if isFirst { return .first }
    return isFirstInTable ? .firstInTable : .middle
  }

  /// The table's only row is its last as well, but for the snapshot's first.
  private mutating func lastInTable() -> SnapshotMarker {
    defer { (isFirst, isFirstInTable) = (false, true) }
    return isFirst ? .first : .lastInTable
  }

  private var encoded: UInt64 = 0

  private mutating func encode(
    _ line: RawSpan, _ plan: RelationPlan, _ marker: SnapshotMarker, into encoder: inout any ChangeEncoder & ~Copyable
  ) throws(DecodeError) {
    try row.read(line, columns: plan.columns.count)
    let none: [Cell] = []
    let (cells, bytes) = (row.cells, row.bytes)
    encoder.encode(
      Change(
        .snapshot, at: Position(commit: position, ordinal: encoded), lsn: position, plan: plan, oldRow: .absent,
        old: none.span, new: cells.span, bytes: bytes.span.bytes, marker: marker))
    encoded += 1
  }
}
