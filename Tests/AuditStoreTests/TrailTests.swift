import Decoder
import PGReplication
import Pipeline
import ServerKit
import Testing
import WAL

@testable import AuditStore

@Suite struct TrailTests {
  /// Six changes of two tables by two users, and one that was set aside.
  private func filled() async throws -> AuditDatabase {
    let database = try await AuditServer.database()
    let writer = try await database.writer()
    var encoder = AuditEncoder(sourceID: try #require(await writer.sourceID))
    let people = Sample.people()
    let roles = Sample.people(name: "roles")
    encoder.begin(Sample.begin(100, transaction: 11), at: .zero)
    encoder.message(Sample.context(#"{"user":"alice"}"#), at: .zero)
    encoder.insert(1, at: 100, 0, people)
    encoder.insert(2, at: 100, 1, people)
    encoder.insert(1, at: 100, 2, roles)
    encoder.begin(Sample.begin(200, transaction: 12), at: .zero)
    encoder.message(Sample.context(#"{"user":"bob"}"#), at: .zero)
    encoder.change(.update, at: 200, 0, people, new: [.text("1"), .text("Eve"), .null, .null])
    encoder.change(.delete, at: 200, 1, people, old: [.text("1"), .null, .null, .null], oldRow: .identity)
    encoder.change(.truncate, at: 200, 2, roles)
    encoder.insert(9, at: 200, 3, people, note: #"["\u0000", "\\u0000"]"#)
    _ = try await writer.write(encoder.take())
    try await writer.commit(through: LSN(220), batch: "b")
    return database
  }

  private func positions(_ trail: borrowing Trail, _ change: (inout TrailFilter) -> Void) throws -> [String] {
    var filter = TrailFilter()
    filter.newestFirst = false
    change(&filter)
    return try trail.changes(filter).map { "\($0.commitLSN)#\($0.ordinal)" }
  }

  @Test func `each filter lets through what it says`() async throws {
    let trail = try Trail(try await filled().settings())
    #expect(try positions(trail) { _ in } == ["0/64#0", "0/64#1", "0/64#2", "0/C8#0", "0/C8#1", "0/C8#2"])
    #expect(
      try positions(trail) {
        $0.newestFirst = true; $0.limit = 2
      } == ["0/C8#2", "0/C8#1"])
    #expect(
      try positions(trail) {
        $0.table = "roles"; $0.schema = "public"
      } == ["0/64#2", "0/C8#2"])
    #expect(try positions(trail) { $0.schema = "other" }.isEmpty)
    #expect(try positions(trail) { $0.operations = ["update", "DELETE"] } == ["0/C8#0", "0/C8#1"])
    #expect(
      try positions(trail) {
        $0.user = "alice"; $0.table = "people"
      } == ["0/64#0", "0/64#1"])
    #expect(
      try positions(trail) {
        $0.transaction = 12; $0.operations = ["TRUNCATE"]
      } == ["0/C8#2"])
    #expect(try positions(trail) { $0.key = #"{ "id" : 2 }"# } == ["0/64#1"])
    #expect(
      try positions(trail) {
        $0.from = "2025-12-25 17:46:40.123456Z"; $0.to = "2026-01-01"
      }.count == 6)
    #expect(try positions(trail) { $0.to = "2025-12-25 17:46:40.123456Z" }.isEmpty)
    #expect(try positions(trail) { $0.table = "x'; DROP TABLE cdc.audit_log --" }.isEmpty)
  }

  @Test func `a filter that the server cannot read is told as such`() async throws {
    let trail = try Trail(try await filled().settings())
    let failure = #expect(throws: Failure.self) { try positions(trail) { $0.from = "soonish" } }
    #expect(failure?.kind == .serverError)
    #expect(failure?.what.contains("soonish") == true)
  }

  @Test func `one row's history is in the order of the log and found by the index`() async throws {
    let database = try await filled()
    let trail = try Trail(database.settings())
    let history = try trail.history(schema: "public", table: "people", key: #"{"id": 1}"#)
    #expect(history.map(\.operation) == ["INSERT", "UPDATE", "DELETE"])
    let plan = try await database.sql(
      """
      SET enable_seqscan = off; EXPLAIN (COSTS OFF) SELECT * FROM cdc.audit_log
      WHERE jsonb_hash_extended(row_key, 0) = jsonb_hash_extended('{"id": 1}', 0) AND row_key = '{"id": 1}'
      """)
    #expect(plan.contains("jsonb_hash_extended_idx"), "\(plan)")
  }

  @Test func `statistics count by table and operation`() async throws {
    let trail = try Trail(try await filled().settings())
    let statistics = try trail.statistics(days: 36_500)
    #expect(
      statistics.map { "\($0.table) \($0.operation) \($0.changes) \($0.transactions)" } == [
        "people DELETE 1 1", "people INSERT 2 1", "people UPDATE 1 1", "roles INSERT 1 1", "roles TRUNCATE 1 1",
      ])
    #expect(try trail.statistics(days: 0).isEmpty)
  }

  @Test func `a set-aside change is listed, retried, and stored with its NUL replaced`() async throws {
    let database = try await filled()
    let trail = try Trail(database.settings())
    #expect(try trail.errors().map(\.position) == ["0/C8#3"])
    #expect(try trail.retryAllErrors() == (stored: 0, refused: 1))
    let error = try #require(try trail.errors().first)
    #expect(error.attempts == 1 && error.code == "22P05" && error.status == "open")
    #expect(try trail.retry(error: error.id, replacingNUL: true) == true)
    #expect(try trail.errors().isEmpty)
    #expect(try trail.errors(status: "retried").count == 1)
    var filter = TrailFilter()
    filter.key = #"{"id": 9}"#
    let row = try #require(try trail.changes(filter).first)
    #expect(row.newData == #"{"id": 9, "done": true, "name": "Ada", "note": ["\#u{FFFD}", "\\u0000"]}"#)
    #expect(row.sourceMetadata == #"{"replaced_nul": true, "retried_error": 1}"#)
    #expect((row.user, row.commitLSN, row.ordinal, row.transaction) == ("bob", "0/C8", 3, "12"))
    #expect(row.oldData == nil && row.changedColumns == nil && row.context == #"{"user": "bob"}"#)
    #expect(try trail.retry(error: error.id) == nil)
  }

  @Test func `a set-aside change is resolved with a note`() async throws {
    let trail = try Trail(try await filled().settings())
    #expect(try trail.resolve(error: 1, note: "test data") == true)
    #expect(try trail.resolve(error: 1, note: "again") == false)
    let error = try #require(try trail.errors(status: nil).first)
    #expect((error.status, error.note) == ("resolved", "test data"))
    #expect(error.resolvedAt != nil)
  }

  @Test func `offsets say who holds what`() async throws {
    let trail = try Trail(try await filled().settings())
    let offset = try #require(try trail.offsets().first)
    #expect((offset.slot, offset.database, offset.position, offset.epoch) == ("audit", "shop", LSN(220), 1))
    #expect(offset.holder?.contains(":") == true)
    #expect(offset.system == String(Sample.source.system))
  }

  @Test func `a trail that does not exist is told as such`() async throws {
    let database = try await AuditServer.database()
    let failure = #expect(throws: Failure.self) { _ = try Trail(database.settings()) }
    #expect(failure?.kind == .auditSchemaMissing)
  }

  @Test func `every query of the documentation runs`() async throws {
    let database = try await filled()
    try await database.sql("CREATE TABLE people (id int, name text, note json, done boolean)")
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let page = try await ChildProcess.run("cat", ["/\(root)/docs/audit-schema.md"]).output
    let queries = page.split(separator: "```sql\n").dropFirst().compactMap { $0.split(separator: "```").first }
    #expect(queries.count >= 8)
    for query in queries {
      let answer = try await database.sql(String(query))
      if !query.contains("unnest") && !query.contains("30 days") && !query.contains("populate") {
        #expect(!answer.isEmpty, "\(query)")
      }
    }
  }
}
