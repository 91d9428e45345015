import Executors
import PGReplication
import ServerKit
import WAL

/// A database of a test's own on the one server that all tests of this target share.
struct Bench {
  let server: PostgresServer
  let database: String

  private static let shared = Task {
    try await PostgresServer.start(
      .init(
        label: "replication",
        settings: [("max_replication_slots", "100"), ("max_wal_senders", "100"), ("max_connections", "200")]))
  }

  static func set(_ statements: String = "") async throws -> Bench {
    let server = try await shared.value
    // The slot's name is the database's, so both are unique on the server.
    let database = "t\(UInt64.random(in: .min ... .max))"
    try await server.sql("CREATE DATABASE \(database)")
    let bench = Bench(server: server, database: database)
    if !statements.isEmpty { try await bench.sql(statements) }
    return bench
  }

  @discardableResult
  func sql(_ statements: String) async throws -> String { try await server.sql(statements, database: database) }

  var conninfo: Conninfo {
    Conninfo(Dictionary(uniqueKeysWithValues: server.conninfo(database: database)))
  }

  func connect() throws -> Connection { try Connection(conninfo) }

  /// Makes a publication for all tables and a slot, and returns the slot's name and start.
  func slot() async throws -> (name: String, start: LSN) {
    try await sql("CREATE PUBLICATION p FOR ALL TABLES")
    let session = try Connection(conninfo.replication)
    let slot = try session.createSlot(database, within: .seconds(60))
    return (slot.name, slot.consistentPoint)
  }

  /// Ends what may still hold the slot, and drops slot and database.
  func clear() async throws {
    try await server.sql(
      """
      SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '\(database)' AND active;
      SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '\(database)';
      SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = '\(database)';
      DROP DATABASE \(database) WITH (FORCE);
      """)
  }
}

extension Bench {
  /// Waits until a query gives `expected`, as some of the server's views lag behind.
  func wait(until expected: String, _ query: String, within limit: Duration = .seconds(30)) async throws -> Bool {
    let deadline = ContinuousClock.now + limit
    while try await sql(query) != expected {
      guard ContinuousClock.now < deadline else { return false }
      try await Task.sleep(for: .milliseconds(20))
    }
    return true
  }
}
