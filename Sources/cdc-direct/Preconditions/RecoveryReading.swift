internal import AuditStore
internal import PGReplication
internal import Pipeline
internal import WAL

/// What `recover` finds on both sides, read without changing anything.
struct RecoveryReading {
  private let facts: StartDecision.Facts
  private let foreign: Failure?
  private let stored: OffsetStatus?
  private let slotName: String
  private let gapTable: String

  /// Reads source and audit database. Throws `Failure` and `PostgresError`.
  init(_ source: SourceSettings, _ store: AuditSettings) throws {
    let walsender = try Connection(source.conninfo.replication.role("metadata"))
    let system = try walsender.identifySystem()
    let identity = SourceIdentity(
      system: system.system, timeline: system.timeline, database: system.database ?? "", slot: source.slot)
    let offsets = try Trail(store).offsets()
    let table = "\(try Identifier.quoteIdentifier(store.schema)).replication_offset"
    foreign = ForeignOffset.find(in: offsets, source: identity, sink: store.sink)?
      .failure(at: store.conninfo.endpoint, table: table)
    stored = offsets.first {
      $0.system == String(identity.system) && $0.database == identity.database && $0.slot == identity.slot
        && $0.sink == store.sink
    }
    let session = try source.session()
    let offset = stored.flatMap { stored in
      stored.position.map { StoredOffset(position: $0, timeline: stored.timeline ?? 0, epoch: stored.epoch) }
    }
    facts = StartDecision.Facts(
      identity: identity, offset: offset, slot: try SlotState.read(source.slot, on: session),
      // After the offset: a running instance goes on storing.
      serverEnd: max(system.position, try ServerPosition.read(on: session).flushed),
      history: try walsender.timelineHistory(system.timeline), hasSnapshot: false)
    slotName = source.slot
    gapTable = "\(store.schema).gap"
  }

  /// The way on; nil when `run` goes on by itself.
  func recovery(trustsSlot: Bool) throws(Failure) -> Recovery? {
    try Recovery(for: facts, foreign: foreign, trustsSlot: trustsSlot)
  }

  /// All of it for people.
  func text(_ recovery: Recovery?, takesSnapshot: Bool) -> String {
    var lines = [
      ("stored", storedText),
      (
        "source",
        "system \(facts.identity.system), database \(facts.identity.database), timeline \(facts.identity.timeline), log "
          + "up to \(facts.serverEnd)"
      ), ("slot", slotText),
    ]
    if let recovery {
      lines.append(("wrong", "\(recovery.failure.kind.rawValue): \(recovery.failure.what)"))
      lines.append(("never read", unreadText(recovery)))
      if recovery.hasDiverged {
        lines.append(
          ("differs", "the trail may hold changes that this server never had; their positions may occur again"))
      }
      lines += steps(recovery, takesSnapshot: takesSnapshot).map { ("to be done", $0) }
    } else {
      lines.append(("wrong", facts.offset == nil ? "nothing is stored yet" : "nothing: run goes on by itself"))
    }
    return lines.map { $0.0 + String(repeating: " ", count: 12 - $0.0.count) + $0.1 }.joined(separator: "\n")
  }

  private var storedText: String {
    guard let stored, let offset = facts.offset else { return foreign?.what ?? "nothing" }
    return
      "up to \(offset.position) on timeline \(offset.timeline), by \(stored.holder ?? "nobody") at \(stored.updatedAt)"
  }

  private var slotText: String {
    guard let slot = facts.slot else { return "\"\(slotName)\" does not exist" }
    var text = "\"\(slot.name)\""
    if let confirmed = slot.confirmedFlushLSN { text += ", confirmed up to \(confirmed)" }
    if let status = slot.walStatus { text += ", wal_status \(status.rawValue)" }
    if let reason = slot.invalidationReason { text += ", invalid: \(reason)" }
    if slot.active { text += ", read by process \(slot.activePID.map(String.init) ?? "?")" }
    return text
  }

  private func unreadText(_ recovery: Recovery) -> String {
    guard let from = recovery.from else {
      return "unknown: positions of two servers cannot be compared"
        + (recovery.to.map { "; the stream begins at the slot's \($0)" }
          ?? "; the stream begins where the new slot does")
    }
    let end = recovery.to ?? facts.serverEnd
    let bytes = end.distance(from: from)
    let size = "\(ByteText.count(bytes)) bytes of log (\(ByteText.text(bytes)))"
    guard recovery.to == nil else { return "from \(from) to \(end), \(size)" }
    return "from \(from) to where the new slot begins, at \(end) or later; \(size) by now"
  }

  private func steps(_ recovery: Recovery, takesSnapshot: Bool) -> [String] {
    var steps: [String] = []
    switch recovery.slot {
    case .create: steps.append("make slot \"\(slotName)\"")
    case .recreate: steps.append("drop slot \"\(slotName)\" and make it anew")
    case .keep: break
    }
    steps.append("record the gap in \(gapTable)")
    if takesSnapshot { steps.append("read all tables anew into the trail") }
    let place = recovery.to.map { "\($0)" } ?? "where the slot begins"
    let position = takesSnapshot ? "where the tables were read" : place
    steps.append("move the stored position to \(position), on timeline \(facts.identity.timeline)")
    return steps
  }
}
