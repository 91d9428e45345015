import Decoder
import PGReplication
import Synchronization
import Testing
import WAL

@testable import Pipeline

/// What happened to both sinks, in one order.
private final class Story: Sendable {
  private let lines = Mutex<[String]>([])
  func add(_ line: String) { lines.withLock { $0.append(line) } }
  var all: [String] { lines.withLock { $0 } }
}

/// The first sink: takes everything.
private actor TrailWriter: SinkWriter {
  private let story: Story
  private let stored: StoredOffset?

  init(_ story: Story, at position: UInt64?) {
    self.story = story
    stored = position.map { StoredOffset(position: LSN($0), timeline: 1, epoch: 0) }
  }

  func open(_ source: SourceIdentity) -> StoredOffset? { stored }
  func makeEncoder() -> any ChangeEncoder & ~Copyable { RecordingEncoder(EncoderLog()) }
  func claim() -> StoredOffset? { stored }
  func write(_ batch: consuming sending EncodedBatch) -> sending EncodedBatch {
    story.add(batch.quarantined.isEmpty ? "trail write" : "trail sets \(batch.quarantined[0].reason) aside")
    batch.quarantined.removeAll()
    return batch
  }
  @discardableResult
  func commit(through end: LSN, batch: String) -> LSN {
    story.add("trail commit \(end)")
    return end
  }
  func recordGap(from: LSN, to: LSN, reason: String) { story.add("trail gap \(from) \(to)") }
  func close() {}
}

/// The second sink: fails where it is told to.
private actor Publisher: PublishingWriter {
  /// Where it may fail.
  enum Place: Sendable, CaseIterable { case open, claim, write, settle, commit, nowhere }

  private let story: Story
  private let stored: StoredOffset?
  private var refused: [QuarantinedChange] = []
  private var failure: (place: Place, kind: Failure.Kind)
  private var isThereNow = false

  init(_ story: Story, at position: UInt64?, failing place: Place = .nowhere, _ kind: Failure.Kind = .kafkaUnreachable)
  {
    self.story = story
    stored = position.map { StoredOffset(position: LSN($0), timeline: 1, epoch: 0) }
    failure = (place, kind)
  }

  func fail(_ place: Place, _ kind: Failure.Kind = .kafkaUnreachable) { failure = (place, kind) }
  func answer() { isThereNow = true }
  func refuse(_ change: QuarantinedChange) { refused.append(change) }

  private func reach(_ place: Place) throws {
    if place == failure.place { throw Failure(failure.kind, "no", at: "brokers") }
  }

  func open(_ source: SourceIdentity) throws -> StoredOffset? {
    story.add("open")
    try reach(.open)
    return stored
  }
  func makeEncoder() -> any ChangeEncoder & ~Copyable { RecordingEncoder(EncoderLog()) }
  func claim() throws -> StoredOffset? {
    try reach(.claim)
    return stored
  }
  func write(_ batch: consuming sending EncodedBatch) throws -> sending EncodedBatch {
    story.add("write")
    try reach(.write)
    return batch
  }
  func settle() throws -> [QuarantinedChange] {
    story.add("settle")
    try reach(.settle)
    defer { refused.removeAll() }
    return refused
  }
  @discardableResult
  func commit(through end: LSN, batch: String) throws -> LSN {
    story.add("commit \(end)")
    try reach(.commit)
    return end
  }
  func recordGap(from: LSN, to: LSN, reason: String) { story.add("gap \(from) \(to)") }
  func isThere() -> Bool {
    story.add("asked")
    return isThereNow
  }
  func close() {}
}

/// A second sink that is away: the first goes on, the source is told nothing, and nothing is left out.
@Suite struct AbsenceTests {
  private let source = SourceIdentity(system: 1, timeline: 1, database: "d", slot: "s")

  private static let change = QuarantinedChange(
    position: Position(commit: LSN(0x20), ordinal: 0), lsn: LSN(0x20), transaction: nil,
    commitTime: PostgresTime(microseconds: 0), schema: "public", table: "t", operation: .insert, payload: "{}",
    reason: "what was refused", code: "MSG_SIZE_TOO_LARGE", sink: .kafka)

  private func slot(at position: UInt64) -> SlotState {
    SlotState(name: "s", plugin: "pgoutput", database: "d", confirmedFlushLSN: LSN(position))
  }

  /// A session as the loop runs it: open, claim, one batch, one commit.
  @discardableResult
  private func session(_ fork: ForkedWriter, through end: UInt64) async throws -> (offset: StoredOffset?, told: LSN) {
    _ = try await fork.open(source)
    var encoder = try await fork.makeEncoder()
    let offset = try await fork.claim()
    encoder.begin(
      Begin(commitLSN: LSN(end - 8), commitTime: PostgresTime(microseconds: 0), transaction: TransactionID(7)),
      at: .zero)
    _ = try await fork.write(encoder.exchange(for: EncodedBatch()))
    return (offset, try await fork.commit(through: LSN(end), batch: "b"))
  }

  @Test(arguments: [
    Failure.Kind.kafkaUnreachable, .kafkaFailed, .registryUnreachable, .registryRefused,
  ])
  func `one that cannot be opened is gone on without, and the source is told nothing`(_ kind: Failure.Kind) async throws
  {
    let (story, changes) = (Story(), Story())
    let absence = Absence(maxLag: nil) { changes.add("\($0)") }
    let fork = ForkedWriter(
      TrailWriter(story, at: 0x10), Publisher(story, at: 0x10, failing: .open, kind), absence: absence)
    let (offset, told) = try await session(fork, through: 0x28)
    #expect(offset?.position == LSN(0x10) && offset?.confirmable == .zero)
    #expect(told == .zero)
    #expect(absence.isAway && changes.all == ["away(\"no\")"])
    #expect(story.all == ["open", "trail write", "trail commit 0/28"])
  }

  @Test(arguments: [Failure.Kind.fenced, .eventRefused, .foreignOffset, .unexpected])
  func `what is no absence ends the session`(_ kind: Failure.Kind) async throws {
    for place in [Publisher.Place.open, .claim, .write, .settle, .commit] {
      let story = Story()
      let absence = Absence(maxLag: nil)
      let fork = ForkedWriter(
        TrailWriter(story, at: 0x10), Publisher(story, at: 0x10, failing: place, kind), absence: absence)
      let failure = await #expect(throws: Failure.self, "\(place)") { try await session(fork, through: 0x28) }
      #expect(failure?.kind == kind && !absence.isAway, "\(place)")
    }
  }

  @Test func `a first start needs both`() async throws {
    let story = Story()
    let fork = ForkedWriter(
      TrailWriter(story, at: nil), Publisher(story, at: nil, failing: .open), absence: Absence(maxLag: nil))
    let failure = await #expect(throws: Failure.self) { try await fork.open(source) }
    #expect(failure?.kind == .kafkaUnreachable)
  }

  @Test(arguments: [Publisher.Place.claim, .write, .settle, .commit])
  private func `one that goes away meanwhile is left by the next session`(_ place: Publisher.Place) async throws {
    let story = Story()
    let absence = Absence(maxLag: nil)
    let publisher = Publisher(story, at: 0x10, failing: place)
    let fork = ForkedWriter(TrailWriter(story, at: 0x10), publisher, absence: absence)
    await #expect(throws: SessionRestart.self) { try await session(fork, through: 0x28) }
    #expect(absence.isAway)
    let isCommitted = story.all.contains("trail commit 0/28")
    #expect(isCommitted == (place == .commit), "the trail may only be ahead, once all is delivered")
    // The next one, of another writer as the loop makes it.
    let alone = Story()
    let next = ForkedWriter(TrailWriter(alone, at: 0x10), Publisher(alone, at: 0x10), absence: absence)
    let (offset, told) = try await session(next, through: 0x28)
    #expect(offset?.confirmable == .zero && told == .zero)
    #expect(alone.all == ["trail write", "trail commit 0/28"])
  }

  @Test func `one that is back restarts the stream from its own position`() async throws {
    let (story, changes) = (Story(), Story())
    let absence = Absence(maxLag: nil) { changes.add("\($0)") }
    let publisher = Publisher(story, at: 0x10, failing: .open)
    let fork = ForkedWriter(TrailWriter(story, at: 0x30), publisher, absence: absence)
    try await session(fork, through: 0x38)
    // It is asked from time to time, without being waited for.
    try await fork.attend()
    await publisher.fail(.nowhere)
    await publisher.answer()
    let deadline = ContinuousClock.now + .seconds(60)
    var isBack = false
    while !isBack, ContinuousClock.now < deadline {
      do { try await fork.attend() } catch is SessionRestart { isBack = true }
      try await Task.sleep(for: .milliseconds(10))
    }
    #expect(isBack && !absence.isAway)
    #expect(try await fork.open(source)?.position == LSN(0x10), "the stream begins at the lower of both")
    #expect(try await fork.claim()?.confirmable == nil)
    #expect(changes.all == ["away(\"no\")", "back"])
  }

  @Test func `while it is there nobody asks`() async throws {
    let story = Story()
    let fork = ForkedWriter(TrailWriter(story, at: 0x10), Publisher(story, at: 0x10), absence: Absence(maxLag: nil))
    let (_, told) = try await session(fork, through: 0x28)
    try await fork.attend()
    #expect(told == LSN(0x28))
    #expect(story.all == ["open", "trail write", "write", "settle", "trail commit 0/28", "commit 0/28"])
  }

  @Test func `what it refused reaches the first before its own position passes`() async throws {
    let story = Story()
    let publisher = Publisher(story, at: 0x10)
    let fork = ForkedWriter(TrailWriter(story, at: 0x10), publisher, absence: Absence(maxLag: nil))
    await publisher.refuse(Self.change)
    try await session(fork, through: 0x28)
    #expect(
      story.all == [
        "open", "trail write", "write", "settle", "trail sets what was refused aside", "trail commit 0/28",
        "commit 0/28",
      ])
  }

  @Test func `with a limit it is given up, and the source is let go`() async throws {
    let (story, changes) = (Story(), Story())
    let absence = Absence(maxLag: 0x100) { changes.add("\($0)") }
    let fork = ForkedWriter(TrailWriter(story, at: 0x10), Publisher(story, at: 0x10, failing: .open), absence: absence)
    await fork.hear(of: slot(at: 0x10))
    #expect(try await session(fork, through: 0x110).told == .zero, "as much as is allowed is kept")
    #expect(!absence.isGivenUp)
    #expect(try await fork.commit(through: LSN(0x118), batch: "b") == LSN(0x118))
    #expect(absence.isGivenUp && absence.isAway)
    #expect(try await fork.commit(through: LSN(0x120), batch: "b") == LSN(0x120))
    #expect(changes.all == ["away(\"no\")", "givenUp"])
    #expect(
      story.all == [
        "open", "trail write", "trail commit 0/110", "trail gap 0/10 0/118", "trail commit 0/118", "trail commit 0/120",
      ])
    // Another session of the process knows of it.
    let next = ForkedWriter(TrailWriter(Story(), at: 0x120), Publisher(Story(), at: 0x10), absence: absence)
    #expect(try await next.open(source)?.confirmable == nil)
  }

  @Test func `without a limit it is never given up`() async throws {
    let absence = Absence(maxLag: nil)
    let fork = ForkedWriter(
      TrailWriter(Story(), at: 0x10), Publisher(Story(), at: 0x10, failing: .open), absence: absence)
    await fork.hear(of: slot(at: 0x10))
    #expect(try await session(fork, through: 0xffff_ffff_0000).told == .zero)
    #expect(!absence.isGivenUp)
  }

  @Test func `one that was given up goes on behind a gap that both record`() async throws {
    let story = Story()
    let fork = ForkedWriter(
      TrailWriter(story, at: 0x120), Publisher(story, at: 0x10), absence: Absence(maxLag: 0x100))
    await fork.hear(of: slot(at: 0x118))
    #expect(try await fork.open(source)?.position == LSN(0x120))
    #expect(try await fork.claim()?.position == LSN(0x120))
    #expect(
      story.all == [
        "open", "trail gap 0/10 0/120", "gap 0/10 0/120", "commit 0/120", "trail commit 0/120",
      ])
  }

  @Test func `what the source still has is no gap`() async throws {
    let story = Story()
    let fork = ForkedWriter(
      TrailWriter(story, at: 0x120), Publisher(story, at: 0x10), absence: Absence(maxLag: 0x100))
    await fork.hear(of: slot(at: 0x10))
    #expect(try await fork.open(source)?.position == LSN(0x10))
    #expect(try await fork.claim()?.position == LSN(0x10))
    #expect(story.all == ["open"])
  }

  @Test func `one that joins has its place from the beginning`() async throws {
    let story = Story()
    let fork = ForkedWriter(TrailWriter(story, at: 0x10), Publisher(story, at: nil), absence: Absence(maxLag: nil))
    #expect(try await fork.open(source)?.position == LSN(0x10))
    #expect(try await fork.claim()?.position == LSN(0x10))
    #expect(story.all == ["open", "commit 0/10"])
  }
}
