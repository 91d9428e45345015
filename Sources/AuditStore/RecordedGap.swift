internal import PGReplication
public import WAL

/// A stretch of a source's log that was never read.
public struct RecordedGap: Sendable, Hashable {
  /// `source_id`.
  public let sourceID: Int32
  /// Where it begins.
  public let from: LSN
  /// Where it ends.
  public let to: LSN
  /// Why it was not read.
  public let reason: String
  /// When it was recorded, in UTC.
  public let recordedAt: String

  init(_ rows: Rows, _ row: Int) {
    sourceID = rows[row, "source_id"].flatMap { Int32($0) } ?? 0
    from = rows[row, "from_lsn"].flatMap { LSN($0) } ?? .zero
    to = rows[row, "to_lsn"].flatMap { LSN($0) } ?? .zero
    reason = rows[row, "reason"] ?? ""
    recordedAt = rows[row, "recorded_at"] ?? ""
  }
}
