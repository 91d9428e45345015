public import WAL

/// One change, borrowed from the message it arrived in.
public struct Change: ~Escapable {
  /// What happened to the row.
  public enum Operation: UInt8, BitwiseCopyable, Sendable {
    case insert, update, delete, truncate, snapshot
  }

  /// What happened.
  public let operation: Operation
  /// Its place in the order of all changes.
  public let position: Position
  /// Where the row's record stands in the log. Rows of one statement may share it.
  public let lsn: LSN
  /// The table.
  public let plan: RelationPlan
  /// The options of a TRUNCATE.
  public let truncate: Truncate.Options
  /// Where the row stands in the snapshot that it was read by.
  public let marker: SnapshotMarker
  /// What `old` holds.
  public let oldRow: OldRow
  /// The row before the change.
  public let old: Span<Cell>
  /// The row after the change.
  public let new: Span<Cell>
  /// The bytes that the cells point into.
  public let bytes: RawSpan

  /// A change of a row.
  @_lifetime(copy bytes, copy old, copy new)
  public init(
    _ operation: Operation, at position: Position, lsn: LSN, plan: RelationPlan, oldRow: OldRow, old: Span<Cell>,
    new: Span<Cell>, bytes: RawSpan, truncate: Truncate.Options = [], marker: SnapshotMarker = .none
  ) {
    self.operation = operation
    self.position = position
    self.lsn = lsn
    self.plan = plan
    self.oldRow = oldRow
    self.old = old
    self.new = new
    self.bytes = bytes
    self.truncate = truncate
    self.marker = marker
  }
}
