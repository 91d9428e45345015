import Decoder
import Pipeline
import Testing
import WAL

@testable import Events

/// The file as the pipeline's sink.
@Suite struct FileSinkTests {
  private static let source = SourceIdentity(system: 7, timeline: 1, database: "shop", slot: "cdc")

  /// What sessions of one process share.
  private struct Process {
    let output: EventOutput
    let store: OffsetStore
    let progress = EventProgress()
    let uncommitted = UncommittedLines()
    var limit: Int?

    init(_ place: FilePlace, isDurable: Bool = true, limit: Int? = nil) {
      output = .file(place.path())
      store = OffsetStore(path: isDurable ? place.path("offset") : nil)
      self.limit = limit
    }

    init(output: EventOutput) {
      self.output = output
      store = OffsetStore(path: nil)
    }

    /// A session's sink, open and claimed, as the pipeline goes about it; and where the stream goes on.
    func session(_ source: SourceIdentity = source) async throws -> (EventFile, LSN?) {
      let sink = EventFile(
        EnvelopeSample.settings(), to: output, store: store, run: RunIdentity(), progress: progress,
        uncommitted: uncommitted, limit: limit)
      _ = try await sink.open(source)
      let position = try await sink.claim()?.position
      _ = try await sink.makeEncoder()
      return (sink, position)
    }
  }

  private func batch(_ lines: String, commit: UInt64 = 1) -> EncodedBatch {
    var batch = EncodedBatch()
    batch.bytes.append(utf8: lines)
    batch.changes = lines.utf8.count { $0 == UInt8(ascii: "\n") }
    batch.state = EncoderState(lastCommit: LSN(commit)).text
    return batch
  }

  @Test func `lines and offset are stored together, and a new process goes on there`() async throws {
    let place = try FilePlace()
    let (sink, begin) = try await Process(place).session()
    #expect(begin == nil)
    let emptied = try await sink.write(batch("1\n2\n"))
    #expect(emptied.bytes.count == 0)
    try await sink.commit(through: LSN(100), batch: "b")
    _ = try await sink.write(batch("3\n"))
    await sink.close()
    #expect(place.text() == "1\n2\n3\n")

    let next = Process(place)
    let (again, position) = try await next.session()
    #expect(position == LSN(100))
    #expect(place.text() == "1\n2\n", "what was not committed is taken back")
    _ = try await again.write(batch("3\n"))
    try await again.commit(through: LSN(200), batch: "b")
    #expect(place.text() == "1\n2\n3\n")
    #expect(next.progress.events == 1)
    #expect(try OffsetStore(path: place.path("offset")).load()?.position == LSN(200))
  }

  @Test(arguments: [true, false])
  func `what a snapshot wrote before it was broken off is taken back, too`(_ isNewProcess: Bool) async throws {
    let place = try FilePlace()
    try place.write("from long ago\n")
    let process = Process(place)
    let (sink, _) = try await process.session()
    _ = try await sink.write(batch("row 1\nrow 2\n"))
    await sink.close()
    let next = isNewProcess ? Process(place) : process
    let (again, position) = try await next.session()
    #expect(position == nil)
    #expect(place.text() == "from long ago\n")
    _ = try await again.write(batch("row 2\nrow 1\n"))
    try await again.commit(through: LSN(5), batch: "b")
    #expect(place.text() == "from long ago\nrow 2\nrow 1\n")
    #expect(next.progress.events == 2, "each event counts once, however often it was made")
  }

  @Test func `without an offset file a session goes on, and a new process begins anew behind the last line`()
    async throws
  {
    let place = try FilePlace()
    let process = Process(place, isDurable: false)
    let (sink, _) = try await process.session()
    _ = try await sink.write(batch("1\n"))
    try await sink.commit(through: LSN(100), batch: "b")
    _ = try await sink.write(batch("2\n"))
    await sink.close()
    let (again, position) = try await process.session()
    #expect(position == LSN(100) && place.text() == "1\n")
    await again.close()
    let (_, other) = try await Process(place, isDurable: false).session()
    #expect(other == nil && place.text() == "1\n")
    #expect(place.names == ["events.jsonl"])
  }

  @Test func `a sink that joins another one keeps the whole lines that are there`() async throws {
    let place = try FilePlace()
    let process = Process(place)
    let (sink, _) = try await process.session()
    _ = try await sink.write(batch("row 1\nrow 2\nro"))
    await sink.close()
    // The other sink stored the same snapshot, and this one is given its position.
    let joining = EventFile(
      EnvelopeSample.settings(), to: process.output, store: OffsetStore(path: place.path("offset")), run: RunIdentity(),
      progress: EventProgress(), uncommitted: UncommittedLines())
    #expect(try await joining.open(Self.source) == nil)
    #expect(try await joining.claim() == nil)
    try await joining.commit(through: LSN(70), batch: "join")
    _ = try await joining.makeEncoder()
    #expect(place.text() == "row 1\nrow 2\n")
    #expect(try OffsetStore(path: place.path("offset")).load()?.length == 12)
    await joining.close()
  }

  @Test func `the encoder's state comes back with the offset`() async throws {
    let place = try FilePlace()
    let (sink, _) = try await Process(place).session()
    _ = try await sink.write(batch("1\n", commit: 99))
    try await sink.commit(through: LSN(100), batch: "b")
    _ = try await sink.write(batch("2\n", commit: 199))
    await sink.close()
    let (again, _) = try await Process(place).session()
    let encoder = try await again.makeEncoder()
    var made = encoder
    #expect(EncoderState(made.exchange(for: EncodedBatch()).state).lastCommit == LSN(99))
    // An offset without anything new keeps the state.
    try await again.commit(through: LSN(300), batch: "b")
    #expect(try OffsetStore(path: place.path("offset")).load()?.state.lastCommit == LSN(99))
  }

  @Test func `another output begins without what the offset says of the first`() async throws {
    let place = try FilePlace()
    let (sink, _) = try await Process(place).session()
    _ = try await sink.write(batch("1\n"))
    try await sink.commit(through: LSN(100), batch: "b")
    await sink.close()
    try place.write("other\nlines\n", to: "other.jsonl")
    let store = OffsetStore(path: place.path("offset"))
    let other = EventFile(
      EnvelopeSample.settings(), to: .file(place.path("other.jsonl")), store: store, run: RunIdentity(),
      progress: EventProgress(), uncommitted: UncommittedLines())
    #expect(try await other.open(Self.source)?.position == LSN(100))
    _ = try await other.claim()
    _ = try await other.makeEncoder()
    #expect(place.text("other.jsonl") == "other\nlines\n" && place.text() == "1\n")
    await other.close()
  }

  @Test(arguments: [
    SourceIdentity(system: 8, timeline: 1, database: "shop", slot: "cdc"),
    SourceIdentity(system: 7, timeline: 1, database: "shelf", slot: "cdc"),
    SourceIdentity(system: 7, timeline: 1, database: "shop", slot: "other"),
  ])
  func `another source's offset is refused, and its output left alone`(_ foreign: SourceIdentity) async throws {
    let place = try FilePlace()
    let (sink, _) = try await Process(place).session()
    try await sink.commit(through: LSN(100), batch: "b")
    _ = try await sink.write(batch("not committed\n"))
    await sink.close()
    let failure = await #expect(throws: Failure.self) { _ = try await Process(place).session(foreign) }
    #expect(failure?.kind == .foreignOffset && failure?.advice.contains("offset.storage.file.filename") ?? false)
    #expect(place.text() == "not committed\n")
    // A new timeline is the pipeline's affair.
    let promoted = SourceIdentity(system: 7, timeline: 2, database: "shop", slot: "cdc")
    #expect(try await Process(place).session(promoted).1 == LSN(100))
  }

  @Test func `a second process waits for the slot without touching the first one's lines`() async throws {
    let place = try FilePlace()
    let (sink, _) = try await Process(place).session()
    _ = try await sink.write(batch("1\n"))
    let second = Process(place)
    let waiting = EventFile(
      EnvelopeSample.settings(), to: second.output, store: second.store, run: RunIdentity(),
      progress: second.progress, uncommitted: second.uncommitted)
    #expect(try await waiting.open(Self.source) == nil)
    #expect(place.text() == "1\n")
    _ = try await sink.write(batch("2\n"))
    try await sink.commit(through: LSN(100), batch: "b")
    let failure = await #expect(throws: Failure.self) { _ = try await waiting.claim() }
    #expect(failure?.what.contains("another process") ?? false)
    await sink.close()
    // The first one stored more than there was when the second one began.
    #expect(try await waiting.claim()?.position == LSN(100))
    _ = try await waiting.makeEncoder()
    #expect(place.text() == "1\n2\n")
    await waiting.close()
  }

  @Test(arguments: 1...6)
  func `so many lines as are wanted are written, in whatever batches they come`(_ limit: Int) async throws {
    let place = try FilePlace()
    let process = Process(place, limit: limit)
    let (sink, _) = try await process.session()
    await #expect(throws: SinkFinished.self) {
      for (number, lines) in ["1\n", "2\n3\n", "4\n5\n6\n"].enumerated() {
        _ = try await sink.write(batch(lines))
        try await sink.commit(through: LSN(UInt64(number + 1) * 100), batch: "b")
      }
    }
    await sink.close()
    #expect(place.text() == (1...limit).map { "\($0)\n" }.joined())
    #expect(process.progress.events == limit)
    // Where the last one ends a batch, the offset stands behind it.
    let stored = try #require(try OffsetStore(path: place.path("offset")).load()).position
    #expect(stored == [LSN(100), LSN(100), LSN(200), LSN(200), LSN(200), LSN(300)][limit - 1])
  }

  @Test func `after the last line nothing more of its transaction is written`() async throws {
    let place = try FilePlace()
    let (sink, _) = try await Process(place, limit: 2).session()
    _ = try await sink.write(batch("1\n2\n"))
    _ = try await sink.write(batch(""))
    await #expect(throws: SinkFinished.self) { _ = try await sink.write(batch("3\n")) }
    #expect(place.text() == "1\n2\n")
  }

  @Test func `a limit counts what is in the file, not what was taken back`() async throws {
    let place = try FilePlace()
    let process = Process(place, limit: 3)
    let (sink, _) = try await process.session()
    try await sink.commit(through: LSN(100), batch: "b")
    _ = try await sink.write(batch("1\n2\n"))
    await sink.close()
    let (again, _) = try await process.session()
    _ = try await again.write(batch("1\n2\n"))
    await #expect(throws: SinkFinished.self) { _ = try await again.write(batch("3\n4\n")) }
    #expect(place.text() == "1\n2\n3\n" && process.progress.events == 3)
  }

  @Test func `what keeps its lines gets none twice within a process`() async throws {
    let process = Process(output: .standardOutput)
    let (sink, _) = try await process.session()
    try await sink.commit(through: LSN(100), batch: "b")
    // Empty lines: this is the tests' own standard output.
    _ = try await sink.write(batch("\n\n\n"))
    await sink.close()
    #expect(process.progress.events == 3)
    let (again, position) = try await process.session()
    #expect(position == LSN(100))
    _ = try await again.write(batch("\n\n"))
    #expect(process.progress.events == 3, "two of the three are left out")
    _ = try await again.write(batch("\n\n"))
    #expect(process.progress.events == 4, "and of the next two the first")
    try await again.commit(through: LSN(200), batch: "b")
    await again.close()
    let (last, _) = try await process.session()
    _ = try await last.write(batch("\n"))
    #expect(process.progress.events == 5)
  }

  @Test func `a snapshot that is taken anew is written anew, as its rows may be others`() async throws {
    let process = Process(output: .standardOutput)
    let (sink, _) = try await process.session()
    _ = try await sink.write(batch("\n"))
    await sink.close()
    let (again, _) = try await process.session()
    _ = try await again.write(batch("\n"))
    #expect(process.progress.events == 2)
  }

  @Test func `the output that cannot be opened ends the session before the slot is made`() async throws {
    let place = try FilePlace()
    let sink = EventFile(
      EnvelopeSample.settings(), to: .file(place.path("missing/events")), store: OffsetStore(path: nil),
      run: RunIdentity(), progress: EventProgress(), uncommitted: UncommittedLines())
    let failure = await #expect(throws: Failure.self) { _ = try await sink.open(Self.source) }
    #expect(failure?.kind == .outputFailed)
  }
}
