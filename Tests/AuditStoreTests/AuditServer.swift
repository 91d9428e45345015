import AuditStore
import PGReplication
import Pipeline
import ServerKit
import Synchronization
import WAL

/// One server for the whole target, and a database of its own for each test.
enum AuditServer {
  private static let starting = Task { try await PostgresServer.start(.init(label: "audit")) }
  private static let numbers = Atomic<Int>(0)

  static var shared: PostgresServer { get async throws { try await starting.value } }

  static func database() async throws -> AuditDatabase {
    let server = try await shared
    let name = "audit_\(numbers.add(1, ordering: .relaxed).newValue)"
    try await server.sql("CREATE DATABASE \(name)")
    return AuditDatabase(server: server, name: name)
  }
}

/// A test's own database.
struct AuditDatabase {
  let server: PostgresServer
  let name: String

  func settings(user: String = "postgres", schema: String = "cdc") -> AuditSettings {
    let pairs = server.conninfo(database: name, user: user)
    var settings = AuditSettings(conninfo: Conninfo(Dictionary(pairs, uniquingKeysWith: { first, _ in first })))
    settings.schema = schema
    return settings
  }

  func connection() throws -> Connection { try Connection(settings().conninfo) }

  func migrate(schema: String = "cdc") throws {
    try MigrationRunner(schema: schema).apply(try connection())
  }

  @discardableResult
  func sql(_ statements: String, user: String = "postgres") async throws -> String {
    try await server.sql(statements, database: name, user: user)
  }

  /// A writer that is open and holds the epoch.
  func writer(_ settings: AuditSettings? = nil) async throws -> AuditWriter {
    let writer = AuditWriter(settings ?? self.settings())
    _ = try await writer.open(Sample.source)
    _ = try await writer.claim()
    return writer
  }
}
