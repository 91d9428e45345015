public import PGReplication

/// What a snapshot reads whose rows become Debezium's events: all captured tables, not only published ones.
///
/// Source: Debezium documentation, PostgreSQL connector, the properties named at each.
public struct EventSnapshotSettings: Sendable {
  /// `snapshot.isolation.mode`.
  public enum Isolation: String, Sendable {
    case serializable
    case repeatableRead = "repeatable_read"
    case readCommitted = "read_committed"
    case readUncommitted = "read_uncommitted"

    /// The statement that begins a transaction of a snapshot that has no slot's snapshot to share.
    public var begin: String {
      switch self {
      case .serializable: "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE"
      case .repeatableRead: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
      case .readCommitted: "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"
      case .readUncommitted: "BEGIN ISOLATION LEVEL READ UNCOMMITTED READ ONLY"
      }
    }
  }

  /// The patterns of `table.include.list` in their order, each asked with `schema.table`; empty for the order of names.
  public var order: [@Sendable (_ table: String) -> Bool] = []
  /// `snapshot.include.collection.list`: which captured tables are read.
  public var includes: @Sendable (_ schema: String, _ table: String) -> Bool = { _, _ in true }
  /// `snapshot.select.statement.overrides`: queries in place of whole tables.
  public var queries: [TableName: String] = [:]
  /// `signal.data.collection`, which is captured and never read.
  public var signalTable: TableName?
  /// `snapshot.locking.mode` is `shared`.
  public var locksTables = false
  /// `snapshot.lock.timeout.ms`.
  public var lockLimit: Duration = .seconds(10)
  /// `snapshot.isolation.mode`.
  public var isolation = Isolation.serializable

  /// Debezium's defaults. `snapshot.tables.order.by.row.count` is not here: with this connector it orders nothing, as it
  /// never counts rows.
  public init() {}
}
