internal import PGReplication
internal import WAL

/// The notifications of a snapshot that the stream waits for, at the start or by a signal.
struct EventSnapshotNotifications: Sendable {
  private let read: String
  private let captured: String

  /// For a snapshot whose tables are known.
  init(_ snapshot: EventSnapshot) {
    self.init(read: snapshot.tables.map(\.name), captured: snapshot.captured)
  }

  init(read: [TableName], captured: [TableName]) {
    self.read = HashedOrder.set(read.map(\.description)).joined(separator: ",")
    self.captured = captured.map(\.description).joined(separator: ",")
  }

  /// There is nothing to read: the first, and only one.
  static var skipped: SnapshotNotification { make(.skipped, []) }
  /// It begins: before the tables are looked up.
  static var started: SnapshotNotification { make(.started, []) }
  /// It was read to its end: after the last row.
  static var completed: SnapshotNotification { make(.completed, []) }
  /// It ended early.
  static var aborted: SnapshotNotification { make(.aborted, []) }

  /// A table comes next: before its first row, and before the last row of the table before, which is held back.
  func inProgress(_ table: TableName) -> SnapshotNotification {
    EventSnapshotNotifications.make(
      .inProgress, [.init("current_collection_in_progress", table.description), .init("data_collections", read)])
  }

  /// A table was read: before its last row, which is held back.
  func scanned(_ table: TableName, rows: Int) -> SnapshotNotification {
    EventSnapshotNotifications.make(
      .tableScanCompleted,
      [
        .init("scanned_collection", table.description), .init("total_rows_scanned", String(rows)),
        .init("status", SnapshotNotification.ScanStatus.succeeded.rawValue), .init("data_collections", captured),
      ])
  }

  /// A table could not be read.
  func failed(_ table: TableName) -> SnapshotNotification {
    EventSnapshotNotifications.make(
      .tableScanCompleted,
      [
        .init("scanned_collection", table.description),
        .init("status", SnapshotNotification.ScanStatus.sqlException.rawValue),
      ])
  }

  private static func make(
    _ kind: SnapshotNotification.Kind, _ details: [SnapshotNotification.Detail]
  ) -> SnapshotNotification {
    SnapshotNotification(
      id: RandomIdentifier.make(), aggregate: .initial, kind: kind, details: details, time: MonotonicClock.wall())
  }
}
