public import WAL

/// Two sinks behind one stream, each with an offset of its own: the stream begins at the lower, so the slot is confirmed
/// there, and a sink that is ahead leaves out what it holds.
///
/// A sink that knows nothing of the source yet joins where the other stands. Only the first one's refusals are
/// set aside; one of the second ends the program.
public actor ForkedWriter: SinkWriter {
  private let first: any SinkWriter
  private let second: any SinkWriter
  private let handoff = Handoff()
  private var offsets: (first: LSN, second: LSN) = (.zero, .zero)

  private let firstIncludes: @Sendable (_ schema: String, _ table: String) -> Bool

  /// Two sinks that are not open.
  /// - Parameter firstIncludes: whether the first one takes a table; the second takes all that is captured.
  public init(
    _ first: any SinkWriter, _ second: any SinkWriter,
    firstIncludes: @escaping @Sendable (_ schema: String, _ table: String) -> Bool = { _, _ in true }
  ) {
    self.firstIncludes = firstIncludes
    self.first = first
    self.second = second
  }

  /// Opens both; the lower of their offsets.
  public func open(_ source: SourceIdentity) async throws -> StoredOffset? {
    _ = handoff.collect()
    handoff.committed()
    let (one, other) = (try await first.open(source), try await second.open(source))
    return note(one, other)
  }

  private func note(_ one: StoredOffset?, _ other: StoredOffset?) -> StoredOffset? {
    offsets = (one?.position ?? .zero, other?.position ?? .zero)
    guard let one else { return other }
    guard let other else { return one }
    let lower = one.position <= other.position ? one : other
    return StoredOffset(
      position: lower.position, timeline: lower.timeline, epoch: lower.epoch, signals: one.signals + other.signals)
  }

  /// An encoder for both.
  public func makeEncoder() async throws -> any ChangeEncoder & ~Copyable {
    ForkedEncoder(
      try await first.makeEncoder(), try await second.makeEncoder(), offsets: offsets, handoff: handoff,
      firstIncludes: firstIncludes)
  }

  /// Takes the epoch of both.
  public func claim() async throws -> StoredOffset? {
    let (one, other) = (try await first.claim(), try await second.claim())
    // Who joins has its place from the beginning: were it stored with the first batch only, that batch would be lost to it
    // should the program die between the two commits.
    if let one, other == nil { try await second.commit(through: one.position, batch: "join") }
    if let other, one == nil { try await first.commit(through: other.position, batch: "join") }
    return note(one ?? other, other ?? one)
  }

  /// Takes a batch, and the other sink's with it.
  public func write(_ batch: consuming sending EncodedBatch) async throws -> sending EncodedBatch {
    let emptied: EncodedBatch
    do {
      emptied = try await first.write(batch)
    } catch let refused as ChangeRefused {
      throw located(refused)
    }
    if let other = handoff.collect() {
      // The loop sees the first one's refusals only.
      if let refused = other.quarantined.first {
        throw Failure(
          .outputFailed, refused.reason, at: "\(refused.schema).\(refused.table)",
          advice: "mend the transform or the value; the trail goes on alone without events.output")
      }
      handoff.giveBack(try await second.write(other))
    }
    return emptied
  }

  /// Makes both durable. Should the second fail, the next session begins at its offset, and the first leaves out what it
  /// has.
  public func commit(through end: LSN, batch: String) async throws {
    do {
      try await first.commit(through: max(end, offsets.first), batch: batch)
    } catch let refused as ChangeRefused {
      throw located(refused)
    }
    try await second.commit(through: max(end, offsets.second), batch: batch)
    handoff.committed()
  }

  /// A refusal counts the first sink's changes; the loop counts those of both.
  private func located(_ refused: ChangeRefused) -> ChangeRefused {
    ChangeRefused(
      index: handoff.number(ofFirst: refused.index), reason: refused.reason, code: refused.code)
  }

  /// Records it in both.
  public func recordGap(from: LSN, to: LSN, reason: String) async throws {
    try await first.recordGap(from: from, to: to, reason: reason)
    try await second.recordGap(from: from, to: to, reason: reason)
  }

  /// Closes both.
  public func close() async {
    await first.close()
    await second.close()
  }
}
