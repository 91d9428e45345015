@testable import AuditStore
import Decoder
import PGReplication
import Pipeline
import Testing
import WAL

@Suite struct WriterTests {
  private func encoder(_ writer: AuditWriter) async throws -> AuditEncoder {
    AuditEncoder(sourceID: try #require(await writer.sourceID))
  }

  @Test func `rows and offset become visible together`() async throws {
    let database = try await AuditServer.database()
    let writer = AuditWriter(database.settings())
    #expect(try await writer.open(Sample.source) == nil)
    #expect(try await writer.claim() == nil)
    var encoder = try await encoder(writer)
    let plan = Sample.people()
    for commit in [UInt64(100), 200] {
      encoder.begin(Sample.begin(commit), at: .zero)
      encoder.insert(1, at: commit, 0, plan)
    }
    _ = try await writer.write(encoder.take())
    let look = "SELECT count(*), (SELECT position FROM cdc.replication_offset) FROM cdc.audit_log"
    #expect(try await database.sql(look) == "0|")
    try await writer.commit(through: LSN(220), batch: "b-1")
    #expect(try await database.sql(look) == "2|0/DC")
    // With nothing accepted, the offset alone moves.
    try await writer.commit(through: LSN(300), batch: "b-2")
    #expect(try await database.sql(look) == "2|0/12C")
    await writer.close()

    let next = AuditWriter(database.settings())
    #expect(try await next.open(Sample.source) == StoredOffset(position: LSN(300), timeline: 1, epoch: 1))
    #expect(try await next.claim() == StoredOffset(position: LSN(300), timeline: 1, epoch: 2))
  }

  @Test func `what was not committed is gone after close`() async throws {
    let database = try await AuditServer.database()
    let writer = try await database.writer()
    var encoder = try await encoder(writer)
    encoder.begin(Sample.begin(100), at: .zero)
    encoder.insert(1, at: 100, 0, Sample.people())
    _ = try await writer.write(encoder.take())
    await writer.close()
    #expect(try await writer.open(Sample.source) == nil)
    #expect(try await database.sql("SELECT count(*) FROM cdc.audit_log") == "0")
    await #expect(throws: Failure.self) { try await writer.commit(through: LSN(120), batch: "early") }
  }

  @Test func `an instance that was taken over can commit nothing more`() async throws {
    let database = try await AuditServer.database()
    let old = try await database.writer()
    var encoder = try await encoder(old)
    encoder.begin(Sample.begin(100), at: .zero)
    encoder.insert(1, at: 100, 0, Sample.people())
    _ = try await old.write(encoder.take())
    // As another role takes it, which may not end this session.
    try await database.sql("UPDATE cdc.replication_offset SET epoch = epoch + 1")
    let failure = await #expect(throws: Failure.self) { try await old.commit(through: LSN(120), batch: "late") }
    #expect(failure?.kind == .fenced, "\(String(describing: failure))")
    #expect(try await database.sql("SELECT count(*) FROM cdc.audit_log") == "0")
    let new = try await database.writer()
    encoder.begin(Sample.begin(100), at: .zero)
    encoder.insert(1, at: 100, 0, Sample.people())
    _ = try await new.write(encoder.take())
    try await new.commit(through: LSN(120), batch: "b")
    #expect(try await database.sql("SELECT count(*) FROM cdc.audit_log") == "1")
  }

  @Test func `a session that hangs with an open COPY is ended by the next one, and its rows are gone`() async throws {
    let database = try await AuditServer.database()
    let old = try await database.writer()
    var encoder = try await encoder(old)
    encoder.begin(Sample.begin(100), at: .zero)
    encoder.insert(1, at: 100, 0, Sample.people())
    _ = try await old.write(encoder.take())
    let new = try await database.writer()
    encoder.begin(Sample.begin(100), at: .zero)
    encoder.insert(1, at: 100, 0, Sample.people())
    _ = try await new.write(encoder.take())
    try await new.commit(through: LSN(120), batch: "b")
    let failure = await #expect(throws: Failure.self) { try await old.commit(through: LSN(120), batch: "late") }
    #expect(failure?.kind == .auditUnreachable, "\(String(describing: failure))")
    #expect(try await database.sql("SELECT count(*) FROM cdc.audit_log") == "1")
  }

  @Test func `a lost connection is told as such, and the next session goes on from the offset`() async throws {
    let database = try await AuditServer.database()
    let writer = try await database.writer()
    try await writer.commit(through: LSN(50), batch: "b")
    let pid = try #require(await writer.backendPID)
    try await database.sql("SELECT pg_terminate_backend(\(pid), 5000)")
    let failure = await #expect(throws: Failure.self) { try await writer.commit(through: LSN(60), batch: "b") }
    #expect(failure?.kind == .auditUnreachable)
    #expect(failure?.kind.isTransient == true)
    #expect(try await writer.open(Sample.source)?.position == LSN(50))
  }

  @Test func `a server that is down is unreachable, a missing database is missing`() async throws {
    let settings = AuditSettings(conninfo: Conninfo(["host": "127.0.0.1", "port": "1", "user": "x", "dbname": "x"]))
    let failure = await #expect(throws: Failure.self) { try await AuditWriter(settings).open(Sample.source) }
    #expect(failure?.kind == .auditUnreachable)
    let missing = AuditDatabase(server: try await AuditServer.shared, name: "never_made")
    let second = await #expect(throws: Failure.self) { try await missing.writer() }
    #expect(second?.kind == .databaseMissing)
  }

  @Test func `a lock that is held makes the database busy, not broken`() async throws {
    let database = try await AuditServer.database()
    try database.migrate()
    var settings = database.settings()
    settings.lockTimeout = .milliseconds(100)
    let writer = try await database.writer(settings)
    let blocker = try database.connection()
    try blocker.execute("BEGIN; LOCK TABLE cdc.replication_offset IN ACCESS EXCLUSIVE MODE")
    let failure = await #expect(throws: Failure.self) { try await writer.commit(through: LSN(60), batch: "b") }
    #expect(failure?.kind == .auditBusy)
  }

  @Test func `an offset of another server or database under the slot's name is refused with the way out`() async throws
  {
    let database = try await AuditServer.database()
    let writer = try await database.writer()
    try await writer.commit(through: LSN(50), batch: "b")
    let others = [
      SourceIdentity(system: 42, timeline: 1, database: "shop", slot: "audit"),
      SourceIdentity(system: Sample.source.system, timeline: 1, database: "shop2", slot: "audit"),
    ]
    for other in others {
      let failure = await #expect(throws: Failure.self) { try await AuditWriter(database.settings()).open(other) }
      #expect(failure?.kind == .foreignOffset)
      #expect(failure?.advice.contains("UPDATE \"cdc\".replication_offset") == true)
    }
    let unrelated = SourceIdentity(system: 42, timeline: 1, database: "other", slot: "audit")
    #expect(try await AuditWriter(database.settings()).open(unrelated) == nil)
    try await database.sql(
      "UPDATE cdc.replication_offset SET slot_name = slot_name || ' (retired)' WHERE source_id = 1")
    #expect(try await AuditWriter(database.settings()).open(others[0]) == nil)
  }

  @Test func `a gap is recorded with the next commit`() async throws {
    let database = try await AuditServer.database()
    let writer = try await database.writer()
    try await writer.recordGap(from: LSN(10), to: LSN(20), reason: "the slot was lost")
    #expect(try Trail(database.settings()).gaps().isEmpty)
    try await writer.commit(through: LSN(50), batch: "b")
    try await writer.commit(through: LSN(60), batch: "b")
    let gaps = try Trail(database.settings()).gaps()
    #expect(gaps.map(\.reason) == ["the slot was lost"])
    #expect(gaps.map(\.to) == [LSN(20)])
  }

  @Test func `a transaction of many batches is one COPY and one commit`() async throws {
    let database = try await AuditServer.database()
    let writer = try await database.writer()
    var encoder = try await encoder(writer)
    let plan = Sample.people()
    encoder.begin(Sample.begin(1000), at: .zero)
    var spare = EncodedBatch()
    for index in 0..<20_000 {
      encoder.insert(index, at: 1000, UInt64(index), plan, name: String(repeating: "x", count: 100))
      if index % 1000 == 999 {
        let full = encoder.exchange(for: spare)
        spare = try await writer.write(full)
        #expect(spare.changes == 0 && spare.bytes.count == 0)
      }
    }
    try await writer.commit(through: LSN(1100), batch: "big")
    let text = try await database.sql("SELECT count(*), count(DISTINCT xmin::text), max(ordinal) FROM cdc.audit_log")
    #expect(text == "20000|1|19999")
  }

  @Test func `a correlation id cannot leave its comment`() {
    #expect(AuditWriter.comment("b-7f.3:1") == "/* batch b-7f.3:1 */ ")
    #expect(AuditWriter.comment("x */ DROP TABLE y; /*").contains("DROPTABLE"))
    #expect(AuditWriter.comment("*/ ;'é") == "")
  }

  @Test func `partitions are made ahead, and rows of a full default partition stay there`() async throws {
    let database = try await AuditServer.database()
    try database.migrate()
    #expect(try await database.sql("SELECT cdc.ensure_partitions('month', 2)") == "3")
    #expect(try await database.sql("SELECT cdc.ensure_partitions('month', 3)") == "1")
    // Days lie inside the months that are there.
    #expect(try await database.sql("SELECT cdc.ensure_partitions('day', 3)") == "0")
    await #expect(throws: (any Error).self) { try await database.sql("SELECT cdc.ensure_partitions('hour', 3)") }
    let far = """
      INSERT INTO cdc.audit_log (source_id, source_schema, source_table, operation_type, change_timestamp, commit_lsn, lsn,
        ordinal) VALUES (1, 'a', 'b', 'INSERT', now() + interval '5 months', '0/1', '0/1', 0)
      """
    try await database.sql(far)
    let made = try await database.sql("SELECT cdc.ensure_partitions('month', 6)")
    #expect(made == "2", "4 and 6 months ahead; 5 is skipped as the default partition holds a row of it")
    #expect(try await database.sql("SELECT count(*) FROM cdc.audit_log_default") == "1")
  }

  @Test func `partitions are asked for by several at once`() async throws {
    let database = try await AuditServer.database()
    try database.migrate()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<5 { group.addTask { try await database.sql("SELECT cdc.ensure_partitions('day', 10)") } }
      try await group.waitForAll()
    }
    #expect(
      try await database.sql("SELECT count(*) FROM pg_inherits WHERE inhparent = 'cdc.audit_log'::regclass") == "12")
  }

  @Test func `an interrupt ends a call that waits, and the next session is free of it`() async throws {
    let database = try await AuditServer.database()
    let writer = try await database.writer()
    let blocker = try database.connection()
    try blocker.execute("BEGIN; LOCK TABLE cdc.replication_offset IN ACCESS EXCLUSIVE MODE")
    let commit = Task { try await writer.commit(through: LSN(60), batch: "b") }
    writer.interruptNow()
    let failure = await #expect(throws: Failure.self) { try await commit.value }
    #expect(failure?.kind == .auditUnreachable)
    try blocker.execute("ROLLBACK")
    #expect(try await writer.open(Sample.source) == nil)
    _ = try await writer.claim()
    try await writer.commit(through: LSN(60), batch: "b")
  }

  @Test func `rows go to the default partition when no partition can be made`() async throws {
    let database = try await AuditServer.database()
    try database.migrate()
    try await database.sql("DROP FUNCTION cdc.ensure_partitions(text, integer)")
    let writer = try await database.writer()
    #expect(await writer.partitionFailure != nil)
    var encoder = try await encoder(writer)
    encoder.begin(Sample.begin(100), at: .zero)
    encoder.insert(1, at: 100, 0, Sample.people())
    _ = try await writer.write(encoder.take())
    try await writer.commit(through: LSN(120), batch: "b")
    #expect(try await database.sql("SELECT count(*) FROM cdc.audit_log_default") == "1")
  }

  @Test func `an encoder of the writer renders for its source`() async throws {
    let database = try await AuditServer.database()
    let first = try await database.writer()
    await first.close()
    let writer = AuditWriter(database.settings())
    _ = try await writer.open(SourceIdentity(system: 9, timeline: 1, database: "other", slot: "other"))
    _ = try await writer.claim()
    var encoder = try await writer.makeEncoder()
    encoder.begin(Sample.begin(100), at: .zero)
    let plan = Sample.people()
    let cells = [Cell(kind: .null), Cell(kind: .null), Cell(kind: .null), Cell(kind: .null)]
    let none: [Cell] = []
    let bytes: [UInt8] = []
    encoder.encode(
      Change(
        .insert, at: Position(commit: LSN(100), ordinal: 0), lsn: LSN(90), plan: plan, oldRow: .absent, old: none.span,
        new: cells.span, bytes: bytes.span.bytes))
    _ = try await writer.write(encoder.exchange(for: EncodedBatch()))
    try await writer.commit(through: LSN(120), batch: "b")
    #expect(try await database.sql("SELECT source_id FROM cdc.audit_log") == "2")
  }
}
