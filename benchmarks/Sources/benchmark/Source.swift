internal import PGReplication
internal import ServerKit
internal import WAL

/// The server whose changes are read, with the workload's tables, their publication and a template slot.
struct Source: Sendable {
  static let publication = "bench"
  /// What every topic's name begins with.
  static let topicPrefix = "bench"
  private static let template = "template_slot"
  let server: PostgresServer

  /// Starts a server with the tables.
  /// - Parameter durable: whether `fsync` and `full_page_writes` are on, as in production.
  static func start(durable: Bool) async throws -> Source {
    let server = try await PostgresServer.start(.init(label: "source", settings: Servers.settings(durable: durable)))
    let tables = Workload.Row.allCases.map { "\($0.definition);" }.joined(separator: "\n")
    try await server.sql("\(tables)\nCREATE PUBLICATION \(publication) FOR ALL TABLES;")
    return Source(server: server)
  }

  /// Writes a workload behind a new template slot.
  /// - Returns: the position that its last row but one ends before: whoever is past it has read the workload.
  func write(_ workload: Workload) async throws -> LSN {
    try await server.sql(
      """
      SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '\(Source.template)';
      TRUNCATE \(workload.row.table);
      CHECKPOINT;
      SELECT pg_create_logical_replication_slot('\(Source.template)', 'pgoutput');
      """)
    try await server.sql(workload.sql, within: .seconds(900))
    let end = try await server.sql("SELECT pg_current_wal_insert_lsn()")
    try await server.sql(workload.extraRow(1) + "CHECKPOINT;")
    guard let end = LSN(end) else { throw BenchError("the source's position cannot be read: \(end)") }
    return end
  }

  /// Runs `body` with a fresh slot that stands where the template stands.
  func withSlot<R>(_ body: (String) async throws -> R) async throws -> R {
    let name = "run_\(UInt32.random(in: 0 ... .max))"
    try await server.sql("SELECT pg_copy_logical_replication_slot('\(Source.template)', '\(name)')")
    let result = try await body(name)
    try await drop(name)
    return result
  }

  /// Waits until nobody reads the slot.
  func waitUntilFree(_ slot: String) async throws {
    let query = "SELECT count(*) FROM pg_replication_slots WHERE slot_name = '\(slot)' AND active"
    for _ in 0..<500 {
      if try await server.sql(query) == "0" { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw BenchError("slot \(slot) is still read after ten seconds")
  }

  /// The settings of the stream of events that all sides have in common: Debezium's names.
  func eventSettings(_ slot: String, schemas: Bool) -> [String] {
    [
      "topic.prefix=\(Source.topicPrefix)", "database.hostname=\(Servers.host)", "database.port=\(server.port)",
      "database.user=postgres", "database.password=none", "database.dbname=postgres", "plugin.name=pgoutput",
      "slot.name=\(slot)", "publication.name=\(Source.publication)", "publication.autocreate.mode=disabled",
      "snapshot.mode=no_data", "key.converter.schemas.enable=\(schemas)", "value.converter.schemas.enable=\(schemas)",
    ]
  }

  private func drop(_ slot: String) async throws {
    try await server.sql(
      "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '\(slot)' AND active")
    try await waitUntilFree(slot)
    try await server.sql("SELECT pg_drop_replication_slot('\(slot)')")
  }
}

/// What the two servers have in common.
enum Servers {
  /// Settings of both. Memory and checkpoints are sized so that none falls into a run; vacuum would, at random.
  static func settings(durable: Bool) -> [(String, String)] {
    let switched = durable ? "on" : "off"
    return [
      ("fsync", switched), ("full_page_writes", switched), ("shared_buffers", "256MB"), ("max_wal_size", "8GB"),
      ("checkpoint_timeout", "1h"), ("autovacuum", "off"), ("track_commit_timestamp", "on"),
    ]
  }

  /// TCP, as between machines, for both sides of each pair.
  static let host = "127.0.0.1"

  /// The connection that everyone uses.
  static func conninfo(_ server: PostgresServer) -> Conninfo {
    Conninfo([
      "host": host, "port": String(server.port), "user": "postgres", "dbname": "postgres",
    ])
  }
}
