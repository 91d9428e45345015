import Decoder
import PGReplication
import ServerKit
import Testing

@testable import Pipeline

@Suite struct EventSnapshotTests {
  private let capture = Selection(
    table: { _, table in table != "outside" }, column: { _, table, column in table != "c" || column != "k" })

  private func bench() async throws -> SignalDatabaseTests.Bench {
    try await SignalDatabaseTests.Bench.set(
      """
      CREATE SCHEMA aux;
      CREATE TABLE c (v text, k int PRIMARY KEY, g int GENERATED ALWAYS AS (1) STORED);
      CREATE TABLE a (id int PRIMARY KEY, v text, w int);
      CREATE TABLE aux.b (id int PRIMARY KEY);
      CREATE TABLE "Z" (id int PRIMARY KEY);
      CREATE TABLE outside (id int);
      CREATE VIEW v AS SELECT * FROM a;
      CREATE MATERIALIZED VIEW mv AS SELECT * FROM a;
      CREATE UNLOGGED TABLE ul (id int PRIMARY KEY);
      CREATE TABLE p (id int) PARTITION BY RANGE (id);
      CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
      INSERT INTO c VALUES ('v', 1); INSERT INTO a VALUES (1, 'x', 10), (2, 'y', 20); INSERT INTO p VALUES (1);
      """)
  }

  private func rows(_ table: SnapshotTable, _ connection: borrowing Connection) throws -> [String] {
    var rows: [String] = []
    try connection.beginCopyOut(table.query)
    while try connection.nextCopyRow({ line in
      rows.append(line.withUnsafeBytes { String(decoding: $0.dropLast(), as: UTF8.self) })
    }) {}
    return rows
  }

  @Test func `captured tables are read by name, unlogged ones, roots and partitions too, views not`() async throws {
    let bench = try await bench()
    let connection = try Connection(bench.source.conninfo)
    var settings = EventSnapshotSettings()
    settings.signalTable = SignalDatabaseTests.signals
    let snapshot = try connection.eventSnapshot(settings, capture)
    #expect(
      snapshot.tables.map(\.name.description)
        == ["aux.b", "public.Z", "public.a", "public.c", "public.p", "public.p1", "public.ul"])
    #expect(snapshot.captured.map(\.name).contains("debezium_signal"))
    #expect(snapshot.locks == [])
    let table = try #require(snapshot.tables.first { $0.name.name == "c" })
    #expect(try rows(table, connection) == ["v\t\\N\t1"])
    #expect(table.plan.columns.map(\.isCaptured) == [true, false, true])
    try await bench.clear()
  }

  @Test func `the include list's order is the snapshot's, the signal table comes last`() async throws {
    let bench = try await bench()
    let connection = try Connection(bench.source.conninfo)
    var settings = EventSnapshotSettings()
    settings.signalTable = SignalDatabaseTests.signals
    settings.order = [{ $0.hasPrefix("public.p") }, { $0 == "public.a" }, { $0.hasPrefix("public.") }]
    settings.includes = { _, table in table != "ul" }
    settings.locksTables = true
    let captured = try connection.eventSnapshot(settings, capture).captured
    #expect(
      captured.map(\.description)
        == ["public.p", "public.p1", "public.a", "public.Z", "public.c", "public.debezium_signal"])
    settings.order.removeLast()
    let snapshot = try connection.eventSnapshot(settings, capture)
    #expect(snapshot.captured.map(\.name) == ["p", "p1", "a", "debezium_signal"])
    #expect(snapshot.tables.map(\.name.name) == ["p", "p1", "a"])
    #expect(snapshot.locks.first == "SET LOCAL lock_timeout = 10000")
    try connection.execute(EventSnapshotSettings.Isolation.serializable.begin)
    for lock in snapshot.locks { try connection.execute(lock) }
    try connection.execute("ROLLBACK")
    try await bench.clear()
  }

  @Test func `a query of one's own gives its columns by name, NULL for those it leaves out`() async throws {
    let bench = try await bench()
    let connection = try Connection(bench.source.conninfo)
    var settings = EventSnapshotSettings()
    let name = TableName(schema: "public", name: "a")
    settings.queries = [name: "select w, id from public.a order by id desc; "]
    var table = try #require(try connection.eventSnapshot(settings, capture).tables.first { $0.name == name })
    #expect(try rows(table, connection) == ["2\t\\N\t20", "1\t\\N\t10"])
    settings.queries = [name: "select * from public.a where id = 1"]
    table = try #require(try connection.eventSnapshot(settings, capture).tables.first { $0.name == name })
    #expect(try rows(table, connection) == ["1\tx\t10"])
    settings.queries = [name: "select *, 1 as extra from public.a"]
    #expect(throws: PostgresError.self) { _ = try connection.eventSnapshot(settings, capture) }
    try await bench.clear()
  }

  @Test func `a blocking snapshot reads what its signal names and is captured`() async throws {
    let bench = try await bench()
    let connection = try Connection(bench.source.conninfo)
    var settings = EventSnapshotSettings()
    settings.includes = { _, _ in false }
    let request = SnapshotRequest(
      id: "b", tables: ["public.outside", "public.[AC]"],
      conditions: [.init(tables: "public.a", filter: "select * from public.a where id > 1")])
    let snapshot = try connection.eventSnapshot(settings, capture, for: request)
    #expect(snapshot.tables.map(\.name.name) == ["a", "c"])
    #expect(try rows(snapshot.tables[0], connection) == ["2\ty\t20"])
    try await bench.clear()
  }

  @Test func `notifications name the tables as Debezium does`() {
    let names = ["c", "b", "a"].map { TableName(schema: "public", name: $0) }
    let notifications = EventSnapshotNotifications(read: names, captured: names + [SignalDatabaseTests.signals])
    func details(_ note: SnapshotNotification) -> [String: String] {
      Dictionary(note.details.map { ($0.name, $0.value) }) { first, _ in first }
    }
    #expect(
      details(notifications.inProgress(names[0]))
        == ["current_collection_in_progress": "public.c", "data_collections": "public.c,public.a,public.b"])
    #expect(
      details(notifications.scanned(names[0], rows: 3)) == [
        "scanned_collection": "public.c", "total_rows_scanned": "3", "status": "SUCCEEDED",
        "data_collections": "public.c,public.b,public.a,public.debezium_signal",
      ])
    #expect(details(notifications.failed(names[2])) == ["scanned_collection": "public.a", "status": "SQL_EXCEPTION"])
    #expect(EventSnapshotNotifications.started.kind == .started)
    #expect(EventSnapshotNotifications.completed.aggregate == .initial)
  }
}
