public import PGReplication
public import WAL

/// Two sinks behind one stream, each with an offset of its own: the stream begins at the lower, so the slot is confirmed
/// there, and a sink that is ahead leaves out what it holds.
///
/// A sink that knows nothing of the source yet joins where the other stands. A second sink that publishes may be away: the
/// first goes on alone then, the slot stays where the second one is, and the stream is read again from there when it is
/// back.
public actor ForkedWriter: SinkWriter {
  private let first: any SinkWriter
  private let second: any SinkWriter
  private let absence: Absence?
  private let handoff = Handoff()
  private var offsets: (first: LSN, second: LSN) = (.zero, .zero)
  /// Whether this session does without the second sink.
  private var isAlone = false
  private var slotPosition: LSN?
  /// What was given up before this session, to be recorded.
  private var gap: (from: LSN, to: LSN)?
  private let firstIncludes: @Sendable (_ schema: String, _ table: String) -> Bool

  /// Two sinks that are not open.
  /// - Parameters:
  ///   - absence: shared by all sessions of a process; nil for a second sink without which nothing goes on.
  ///   - firstIncludes: whether the first one takes a table; the second takes all that is captured.
  public init(
    _ first: any SinkWriter, _ second: any SinkWriter, absence: Absence? = nil,
    firstIncludes: @escaping @Sendable (_ schema: String, _ table: String) -> Bool = { _, _ in true }
  ) {
    self.firstIncludes = firstIncludes
    self.first = first
    self.second = second
    self.absence = absence
  }

  /// Hears where the slot stands.
  public func hear(of slot: SlotState?) async {
    slotPosition = slot?.confirmedFlushLSN
    await first.hear(of: slot)
    await second.hear(of: slot)
  }

  /// Opens both; the lower of their offsets.
  public func open(_ source: SourceIdentity) async throws -> StoredOffset? {
    _ = handoff.collect()
    handoff.committed()
    (isAlone, gap) = (false, nil)
    let one = try await first.open(source)
    guard let absence else { return note(one, try await second.open(source)) }
    // A first start needs both: what only one of them has would never come to the other.
    if absence.isAway, one != nil { return alone(one) }
    do {
      let other = try await second.open(source)
      absence.ended()
      return note(one, skippingGap(one, other))
    } catch  where one != nil && Absence.isReason(error) {
      absence.begin(error)
      return alone(one)
    }
  }

  private func alone(_ one: StoredOffset?) -> StoredOffset? {
    guard let one else { return nil }
    isAlone = true
    offsets = (one.position, LSN(.max))
    return StoredOffset(
      position: one.position, timeline: one.timeline, epoch: one.epoch, signals: one.signals,
      confirmable: absence?.isGivenUp ?? false ? nil : .zero)
  }

  /// Where a second sink that was given up goes on: the source has no longer what it lacks.
  private func skippingGap(_ one: StoredOffset?, _ other: StoredOffset?) -> StoredOffset? {
    guard let one, let other, let slotPosition, absence?.givesUp ?? false, other.position < slotPosition,
      slotPosition <= one.position
    else { return other }
    gap = (other.position, one.position)
    return StoredOffset(
      position: one.position, timeline: one.timeline, epoch: other.epoch, signals: other.signals)
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
    guard !isAlone else {
      return ForkedEncoder(
        try await first.makeEncoder(), SilentEncoder(), offsets: offsets, handoff: handoff, firstIncludes: firstIncludes
      )
    }
    return ForkedEncoder(
      try await first.makeEncoder(), try await second.makeEncoder(), offsets: offsets, handoff: handoff,
      firstIncludes: firstIncludes)
  }

  /// Takes the epoch of both.
  public func claim() async throws -> StoredOffset? {
    let one = try await first.claim()
    if isAlone { return alone(one) }
    var other = try await orAway { try await second.claim() }
    if let gap, let one {
      try await first.recordGap(
        from: gap.from, to: gap.to, reason: "it was not published: kafka.max.lag.bytes was exceeded")
      try await second.recordGap(from: gap.from, to: gap.to, reason: "kafka.max.lag.bytes was exceeded")
      _ = try await orAway { try await second.commit(through: one.position, batch: "gap") }
      _ = try await first.commit(through: one.position, batch: "gap")
      (self.gap, other) = (nil, one)
    }
    // Who joins has its place from the beginning: were it stored with the first batch only, that batch would be lost to it
    // should the program die between the two commits.
    if let one, other == nil { _ = try await orAway { try await second.commit(through: one.position, batch: "join") } }
    if let other, one == nil { _ = try await first.commit(through: other.position, batch: "join") }
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
          advice: "mend the transform or the value; the trail goes on alone without events.output and kafka.*")
      }
      if isAlone { handoff.giveBack(other) } else { handoff.giveBack(try await writeToSecond(other)) }
    }
    return emptied
  }

  private func writeToSecond(_ batch: consuming EncodedBatch) async throws -> EncodedBatch {
    do {
      return try await second.write(batch)
    } catch {
      throw away(error)
    }
  }

  /// Makes both durable. Should the second fail, the next session begins at its offset, and the first leaves out what it
  /// has.
  @discardableResult
  public func commit(through end: LSN, batch: String) async throws -> LSN {
    if isAlone { return try await commitAlone(through: end, batch) }
    if let publisher = second as? any PublishingWriter {
      // What the second sets aside is stored before its position passes it.
      let refused = try await orAway { try await publisher.settle() }
      if !refused.isEmpty {
        var batch = EncodedBatch(capacity: 0)
        batch.quarantined = refused
        _ = try await first.write(batch)
      }
    }
    try await commitFirst(through: end, batch)
    try Failpoint.betweenSinks.pass()
    _ = try await orAway { try await second.commit(through: max(end, offsets.second), batch: batch) }
    absence?.worked()
    handoff.committed()
    return end
  }

  private func commitFirst(through end: LSN, _ batch: String) async throws {
    do {
      _ = try await first.commit(through: max(end, offsets.first), batch: batch)
    } catch let refused as ChangeRefused {
      throw located(refused)
    }
  }

  /// The source is told nothing, so that it keeps what the second sink lacks, unless that is too much.
  private func commitAlone(through end: LSN, _ batch: String) async throws -> LSN {
    guard let absence else { return .zero }
    var tooMuch: UInt64?
    if let slotPosition, end > slotPosition, !absence.isGivenUp {
      let held = end.distance(from: slotPosition)
      if absence.isTooMuch(held) {
        try await first.recordGap(
          from: slotPosition, to: end, reason: "publishing was given up: kafka.max.lag.bytes was exceeded")
        tooMuch = held
      }
    }
    try await commitFirst(through: end, batch)
    if let tooMuch { absence.gaveUp(tooMuch) }
    handoff.committed()
    return absence.isGivenUp ? end : .zero
  }

  /// Looks whether a sink that is away is back.
  public func attend() async throws {
    guard isAlone else { return try await orAway { try await second.attend() } }
    guard let absence, let publisher = second as? any PublishingWriter, absence.isBack(publisher) else {
      return
    }
    absence.ended()
    throw SessionRestart("the second sink answers again")
  }

  /// Runs what the second sink does; where it is away, the session begins again without it.
  private func orAway<R: Sendable>(_ body: () async throws -> R) async throws -> R {
    do { return try await body() } catch { throw away(error) }
  }

  private func away(_ error: any Error) -> any Error {
    guard let absence, Absence.isReason(error) else { return error }
    absence.begin(error)
    return SessionRestart("the second sink is away")
  }

  /// A refusal counts the first sink's changes; the loop counts those of both.
  private func located(_ refused: ChangeRefused) -> ChangeRefused {
    ChangeRefused(
      index: handoff.number(ofFirst: refused.index), reason: refused.reason, code: refused.code)
  }

  /// Records it in both. Both begin anew behind it, also where that lies before what they hold: another server's log may
  /// be shorter.
  public func recordGap(from: LSN, to: LSN, reason: String) async throws {
    try await first.recordGap(from: from, to: to, reason: reason)
    offsets.first = .zero
    guard !isAlone else { return }
    try await second.recordGap(from: from, to: to, reason: reason)
    offsets.second = .zero
  }

  /// Closes both.
  public func close() async {
    await first.close()
    await second.close()
  }
}
