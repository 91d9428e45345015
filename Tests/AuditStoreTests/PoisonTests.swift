import Decoder
import Pipeline
import Testing
import WAL

@testable import AuditStore

/// Values that jsonb refuses and nobody can tell beforehand: numbers beyond numeric.
@Suite struct PoisonTests {
  private static let poison = #"{"n":1e200000}"#

  /// Writes transactions of `(commit, notes)`, one batch each, and commits.
  private func write(
    _ writer: AuditWriter, _ encoder: inout AuditEncoder, _ transactions: [(UInt64, [String])]
  ) async throws {
    let plan = Sample.people()
    for (commit, notes) in transactions {
      encoder.begin(Sample.begin(commit), at: .zero)
      for (index, note) in notes.enumerated() {
        encoder.insert(index, at: commit, UInt64(index), plan, note: note)
      }
      _ = try await writer.write(encoder.take())
    }
    try await writer.commit(through: LSN(1 << 30), batch: "b")
  }

  @Test func `a refused row is named by its place, set aside, and the rest arrives`() async throws {
    let database = try await AuditServer.database()
    let writer = try await database.writer()
    var encoder = AuditEncoder(sourceID: try #require(await writer.sourceID))
    let nul = #"{"a":"\u0000"}"#
    // Places: 0, 1 | 2 (set aside at once), 3, 4 (poison), 5
    let transactions: [(UInt64, [String])] = [(100, ["{}", "[]"]), (200, [nul, "{}", Self.poison, "1"])]
    do {
      try await write(writer, &encoder, transactions)
      Issue.record("the poison row was taken")
    } catch let refused as ChangeRefused {
      #expect(refused.index == 4)
      #expect(refused.code == "22003")
      #expect(refused.reason.contains("new_data"), "\(refused.reason)")
      encoder = AuditEncoder(sourceID: encoder.sourceID)
      encoder.setAside(RefusedChange(commitLSN: LSN(200), index: 2, reason: refused.reason, code: refused.code))
    }
    #expect(try await database.sql("SELECT count(*) FROM cdc.audit_log") == "0")
    // As a new session does: the writer opens again, and a new encoder is told of what was refused.
    _ = try await writer.open(Sample.source)
    _ = try await writer.claim()
    try await write(writer, &encoder, transactions)
    #expect(
      try await database.sql(
        "SELECT string_agg(commit_lsn || '#' || ordinal, ' ' ORDER BY commit_lsn, ordinal) FROM cdc.audit_log")
        == "0/64#0 0/64#1 0/C8#1 0/C8#3")
    let errors = try Trail(database.settings()).errors()
    #expect(errors.map(\.position) == ["0/C8#0", "0/C8#2"])
    #expect(errors.map(\.code) == ["22P05", "22003"])
    #expect(errors[1].payload.contains("1e200000"))
    #expect(errors[1].changeTimestamp == "2025-12-25 17:46:40.123456+00")
  }

  @Test func `the place is right after the COPY was begun anew`() async throws {
    let database = try await AuditServer.database()
    let writer = try await database.writer()
    var encoder = AuditEncoder(sourceID: try #require(await writer.sourceID))
    let plan = Sample.people()
    encoder.begin(Sample.begin(100), at: .zero)
    let huge = #"{"a":"\u0000"# + String(repeating: "x", count: AuditWriter.quarantineBound) + #""}"#
    // Three times: two rows, a change set aside that ends the COPY, a row.
    var place: UInt64 = 0
    for _ in 0..<3 {
      for note in ["{}", "{}", huge, "{}"] {
        encoder.insert(Int(place), at: 100, place, plan, note: note)
        place += 1
      }
      _ = try await writer.write(encoder.take())
    }
    encoder.insert(12, at: 100, 12, plan, note: "{}")
    encoder.insert(13, at: 100, 13, plan, note: Self.poison)
    encoder.insert(14, at: 100, 14, plan, note: "{}")
    do {
      _ = try await writer.write(encoder.take())
      try await writer.commit(through: LSN(200), batch: "b")
      Issue.record("the poison row was taken")
    } catch let refused as ChangeRefused {
      #expect(refused.index == 13)
    }
  }

  @Test func `a row that is refused while others follow is named too`() async throws {
    let database = try await AuditServer.database()
    let writer = try await database.writer()
    var encoder = AuditEncoder(sourceID: try #require(await writer.sourceID))
    let plan = Sample.people()
    encoder.begin(Sample.begin(100), at: .zero)
    do {
      for index in 0..<50_000 {
        encoder.insert(index, at: 100, UInt64(index), plan, note: index == 777 ? Self.poison : "{}")
        if index % 500 == 499 { _ = try await writer.write(encoder.take()) }
      }
      try await writer.commit(through: LSN(200), batch: "b")
      Issue.record("the poison row was taken")
    } catch let refused as ChangeRefused {
      #expect(refused.index == 777)
    }
  }

  @Test func `a change that is stored already is an alarm, not a refusal`() async throws {
    let database = try await AuditServer.database()
    let writer = try await database.writer()
    var encoder = AuditEncoder(sourceID: try #require(await writer.sourceID))
    try await write(writer, &encoder, [(100, ["{}"])])
    let failure = await #expect(throws: Failure.self) { try await write(writer, &encoder, [(100, ["{}"])]) }
    #expect(failure?.kind == .unexpected)
    #expect(failure?.advice.contains("stored already") == true)
  }

  @Test(arguments: [
    ("JSON data, line 1: {\"a\":\"COPY audit_log, line 9\"}\nCOPY audit_log, line 3, column new_data", 2),
    ("COPY audit_log, Zeile 12, Spalte new_data", 11), ("COPY audit_log, line 1", 0),
  ])
  func `the server's own line tells the row`(_ context: String, _ row: Int) {
    let error = PGError.make("22P02", "invalid input: \"secret\"", context)
    #expect(CopyRefusal(error)?.row == row)
    #expect(CopyRefusal(error)?.reason.contains("secret") == false)
  }

  @Test(arguments: ["COPY people, line 3", "", "COPY audit_log, line 0"])
  func `an error of anything else is no refusal`(_ context: String) {
    #expect(CopyRefusal(PGError.make("22P02", "x", context)) == nil)
    #expect(CopyRefusal(PGError.make("53100", "x", "COPY audit_log, line 3")) == nil)
    #expect(CopyRefusal(PGError.make("23505", "x", "COPY audit_log, line 3")) == nil)
  }
}
