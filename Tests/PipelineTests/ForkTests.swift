import Decoder
import Synchronization
import Testing
import WAL

@testable import Pipeline

/// A sink that writes down what it is told.
private actor ListWriter: SinkWriter {
  let log = EncoderLog()
  private let stored: StoredOffset?
  private(set) var commits: [LSN] = []
  private var refusal: ChangeRefused?

  init(at position: UInt64?, refusing refusal: ChangeRefused? = nil) {
    stored = position.map { StoredOffset(position: LSN($0), timeline: 1, epoch: 0) }
    self.refusal = refusal
  }

  func open(_ source: SourceIdentity) -> StoredOffset? { stored }
  func makeEncoder() -> any ChangeEncoder & ~Copyable { RecordingEncoder(log) }
  func claim() -> StoredOffset? { stored }
  func write(_ batch: consuming sending EncodedBatch) throws -> sending EncodedBatch {
    if let refusal { throw refusal }
    return batch
  }
  @discardableResult
  func commit(through end: LSN, batch: String) -> LSN {
    commits.append(end)
    return end
  }
  func recordGap(from: LSN, to: LSN, reason: String) {}
  func close() {}
}

/// An encoder that refuses every change.
private struct RefusingEncoder: ~Copyable, ChangeEncoder {
  private var batch = EncodedBatch()
  var changeCount: Int { 0 }
  var byteCount: Int { 0 }
  mutating func begin(_ transaction: Begin, at lsn: LSN) {}
  mutating func message(_ message: borrowing LogicalMessage, at lsn: LSN) {}
  mutating func setAside(_ refused: RefusedChange) {}
  mutating func encode(_ change: borrowing Change) {
    batch.quarantined.append(
      QuarantinedChange(
        position: change.position, lsn: change.lsn, transaction: nil, commitTime: PostgresTime(microseconds: 0),
        schema: "topic", table: "t", operation: .insert, payload: "", reason: "no field", code: "event"))
  }
  mutating func exchange(for spare: consuming EncodedBatch) -> EncodedBatch {
    swap(&batch, &spare)
    return spare
  }
}

/// A sink whose encoder refuses everything.
private actor RefusingWriter: SinkWriter {
  func open(_ source: SourceIdentity) -> StoredOffset? { nil }
  func makeEncoder() -> any ChangeEncoder & ~Copyable { RefusingEncoder() }
  func claim() -> StoredOffset? { nil }
  func write(_ batch: consuming sending EncodedBatch) -> sending EncodedBatch { batch }
  func commit(through end: LSN, batch: String) -> LSN { end }
  func recordGap(from: LSN, to: LSN, reason: String) {}
  func close() {}
}

@Suite struct ForkTests {
  private let source = SourceIdentity(system: 1, timeline: 1, database: "d", slot: "s")
  private let plan = RelationPlan(
    Relation(
      oid: 1, schema: "public", name: "t", replicaIdentity: .primaryKey,
      columns: [.init(name: "id", type: 23, isIdentity: true)]), detail: .unknown, captures: { _ in true })

  private func transaction(_ commit: UInt64) -> Begin {
    Begin(commitLSN: LSN(commit), commitTime: PostgresTime(microseconds: 0), transaction: TransactionID(7))
  }

  private func encode(_ commit: UInt64, _ ordinal: UInt64, into encoder: inout any ChangeEncoder & ~Copyable) {
    let none: [Cell] = []
    let bytes: [UInt8] = [UInt8(ascii: "5")]
    let cells = [Cell(kind: .text, offset: 0, count: 1)]
    encoder.encode(
      Change(
        .insert, at: Position(commit: LSN(commit), ordinal: ordinal), lsn: LSN(commit), plan: plan, oldRow: .absent,
        old: none.span, new: cells.span, bytes: bytes.span.bytes))
  }

  @Test func `the stream begins at the lower offset, and a sink without one joins the other`() async throws {
    for (one, other, expected) in [(0x10, 0x20, 0x10), (0x20, 0x10, 0x10), (nil, 0x30, 0x30), (0x30, nil, 0x30)]
      as [(UInt64?, UInt64?, UInt64)]
    {
      let fork = ForkedWriter(ListWriter(at: one), ListWriter(at: other))
      #expect(try await fork.open(source)?.position == LSN(expected))
    }
    #expect(try await ForkedWriter(ListWriter(at: nil), ListWriter(at: nil)).open(source) == nil)
  }

  @Test func `a sink that is ahead is left out until the other has caught up`() async throws {
    let (behind, ahead) = (ListWriter(at: 0x10), ListWriter(at: 0x30))
    let fork = ForkedWriter(ahead, behind)
    _ = try await fork.open(source)
    var encoder = try await fork.makeEncoder()
    for commit in [0x20, 0x30] as [UInt64] {
      encoder.begin(transaction(commit), at: .zero)
      encode(commit, 0, into: &encoder)
    }
    #expect(encoder.changeCount == 3)
    _ = try await fork.write(encoder.exchange(for: EncodedBatch()))
    try await fork.commit(through: LSN(0x28), batch: "b")
    try await fork.commit(through: LSN(0x38), batch: "b")
    #expect(ahead.log.all.filter { $0.hasPrefix("begin") } == ["begin 0/30"])
    #expect(behind.log.all.filter { $0.hasPrefix("begin") } == ["begin 0/20", "begin 0/30"])
    #expect(await ahead.commits == [LSN(0x30), LSN(0x38)], "an offset went back")
    #expect(await behind.commits == [LSN(0x28), LSN(0x38)])
  }

  @Test func `behind a gap both begin anew, also where that lies before what they hold`() async throws {
    let (one, other) = (ListWriter(at: 0x90), ListWriter(at: 0x80))
    let fork = ForkedWriter(one, other)
    _ = try await fork.open(source)
    _ = try await fork.claim()
    try await fork.recordGap(from: LSN(0x80), to: LSN(0x20), reason: "another history")
    var encoder = try await fork.makeEncoder()
    encoder.begin(transaction(0x20), at: .zero)
    encode(0x20, 0, into: &encoder)
    _ = try await fork.write(encoder.exchange(for: EncodedBatch()))
    try await fork.commit(through: LSN(0x20), batch: "b")
    for sink in [one, other] {
      #expect(sink.log.all.contains("begin 0/20"))
      #expect(await sink.commits == [LSN(0x20)])
    }
  }

  @Test func `a refusal names the change among those of both`() async throws {
    let refusal = ChangeRefused(index: 1, reason: "no", code: "22P02")
    let fork = ForkedWriter(ListWriter(at: 0x25, refusing: refusal), ListWriter(at: 0x10))
    _ = try await fork.open(source)
    var encoder = try await fork.makeEncoder()
    // Two changes that the first holds already, then two that it does not.
    for commit in [0x20, 0x30] as [UInt64] {
      encoder.begin(transaction(commit), at: .zero)
      for ordinal in 0..<2 { encode(commit, UInt64(ordinal), into: &encoder) }
    }
    do {
      _ = try await fork.write(encoder.exchange(for: EncodedBatch()))
      Issue.record("nothing was refused")
    } catch let refused as ChangeRefused {
      #expect(refused.index == 3)
    }
  }

  @Test func `what the second sink refuses is never left out in silence`() async throws {
    let fork = ForkedWriter(ListWriter(at: 0x10), RefusingWriter())
    _ = try await fork.open(source)
    var encoder = try await fork.makeEncoder()
    encoder.begin(transaction(0x20), at: .zero)
    encode(0x20, 0, into: &encoder)
    do {
      _ = try await fork.write(encoder.exchange(for: EncodedBatch()))
      Issue.record("the refused event was left out")
    } catch let failure as Failure {
      #expect(failure.kind == .outputFailed && failure.what == "no field")
    }
  }

  @Test func `changes withheld in between are counted where they stand`() {
    let handoff = Handoff()
    for isForFirst in [true, false, false, true, false, true] { handoff.count(isForFirst: isForFirst) }
    #expect((0..<3).map { handoff.number(ofFirst: $0) } == [0, 3, 5])
    handoff.committed()
    #expect(handoff.number(ofFirst: 2) == 2)
  }

  @Test func `tables of the second sink, and snapshots that a signal asked for, stay away from the first`() async throws
  {
    let (trail, events) = (ListWriter(at: 0x10), ListWriter(at: 0x10))
    let fork = ForkedWriter(trail, events) { _, table in table != "t" }
    _ = try await fork.open(source)
    var encoder = try await fork.makeEncoder()
    encoder.relation(plan, .none)
    encoder.begin(transaction(0x20), at: .zero)
    encode(0x20, 0, into: &encoder)
    encoder.beginSnapshot(transaction(0x21), restarts: false)
    #expect(trail.log.all == ["begin 0/20"])
    #expect(events.log.all.count == 3)
  }
}
