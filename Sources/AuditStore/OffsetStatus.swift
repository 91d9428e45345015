internal import PGReplication
public import WAL

/// A source of the audit schema and how far it is, as `replication_offset` has it.
public struct OffsetStatus: Sendable, Hashable {
  /// `source_id`.
  public let sourceID: Int32
  /// `system_identifier`.
  public let system: String
  /// `timeline`.
  public let timeline: UInt32?
  /// `database_name`.
  public let database: String
  /// `slot_name`.
  public let slot: String
  /// `sink`.
  public let sink: String
  /// Everything before it is stored; nil before the first commit.
  public let position: LSN?
  /// `epoch`.
  public let epoch: Int64
  /// Host and process of the instance that took the epoch.
  public let holder: String?
  /// When it did, in UTC.
  public let heldSince: String?
  /// When the position last moved, in UTC.
  public let updatedAt: String

  /// All sources of a schema.
  static func read(_ names: AuditNames, on connection: borrowing Connection) throws(PostgresError) -> [OffsetStatus] {
    let rows = try connection.execute("SELECT * FROM \(names.offsets) ORDER BY source_id")
    return rows.rows.indices.map { OffsetStatus(rows, $0) }
  }

  init(_ rows: Rows, _ row: Int) {
    func text(_ column: String) -> String { rows[row, column] ?? "" }
    sourceID = Int32(text("source_id")) ?? 0
    system = text("system_identifier")
    timeline = rows[row, "timeline"].flatMap { UInt32($0) }
    database = text("database_name")
    slot = text("slot_name")
    sink = text("sink")
    position = rows[row, "position"].flatMap { LSN($0) }
    epoch = Int64(text("epoch")) ?? 0
    holder = rows[row, "holder"]
    heldSince = rows[row, "held_since"]
    updatedAt = text("updated_at")
  }
}
