public import Logging
public import PGReplication
internal import Decoder
internal import Synchronization
public import WAL

/// Joins source and sink: supervises sessions, each of which reads the sink's offset, starts the stream there and moves
/// changes until something fails or somebody stops it. Whatever fails, the next session begins from the offset.
public final class Pipeline: Sendable {
  /// The source as it was given.
  public let source: SourceSettings
  let policy: BatchPolicy
  let retry: RetrySettings
  let makeWriter: @Sendable () -> any SinkWriter
  let logger: Logger
  /// What the pipeline tells of itself.
  public let metrics: PipelineMetrics
  private let currentWire = Mutex<WireStatus?>(nil)
  private let currentIdentity = Mutex<SourceIdentity?>(nil)
  private let stopAt = Mutex<ContinuousClock.Instant?>(nil)

  /// A pipeline from a source to a sink; `run()` starts it.
  /// - Parameter makeWriter: a new writer for each session.
  public init(
    source: SourceSettings, policy: BatchPolicy = BatchPolicy(), retry: RetrySettings = RetrySettings(),
    metrics: PipelineMetrics = PipelineMetrics(), logger: Logger, makeWriter: @escaping @Sendable () -> any SinkWriter
  ) {
    self.source = source
    self.policy = policy
    self.retry = retry
    self.metrics = metrics
    self.logger = logger
    self.makeWriter = makeWriter
  }

  /// The stream of the running session, for freshness and positions; nil between sessions.
  public internal(set) var wire: WireStatus? {
    get { currentWire.withLock { $0 } }
    set { currentWire.withLock { $0 = newValue } }
  }

  /// The source, once it has identified itself.
  public private(set) var identity: SourceIdentity? {
    get { currentIdentity.withLock { $0 } }
    set { currentIdentity.withLock { $0 = newValue } }
  }

  /// Asks for an orderly stop: at the end of the open transaction, at most `shutdownLimit` from now.
  public func stop() {
    let limit = retry.shutdownLimit
    stopAt.withLock { if $0 == nil { $0 = ContinuousClock.now + limit } }
  }

  /// Whether an orderly stop was asked for.
  public var isStopping: Bool { stopAt.withLock { $0 != nil } }

  /// Whether the open transaction may not be waited for any longer.
  var isOutOfTime: Bool { stopAt.withLock { $0.map { ContinuousClock.now >= $0 } ?? false } }

  /// Runs sessions until a stop is asked for, the work is done (`initial_only`), or something fails that time does not
  /// heal, which is thrown.
  public func run() async throws(Failure) {
    try Failpoint.checkChoice()
    var supervisor = Supervisor()
    while true {
      metrics.enter(.starting)
      metrics.sessions.wrappingAdd(1, ordering: .relaxed)
      do {
        try await session(&supervisor)
        metrics.enter(.stopped)
        return
      } catch {
        try await recover(from: error, &supervisor)
      }
      if isStopping {
        metrics.enter(.stopped)
        return
      }
    }
  }

  /// What is remembered from session to session.
  struct Supervisor {
    var backoff: Backoff?
    var refused: [RefusedChange] = []
    /// How many changes were set aside, and the last of them in the order of the stream.
    var setAside = 0
    var lastSetAside: Position?
    var hasSnapshot = false
    /// The spool could not take more: the next session does without.
    var isSpoolRefused = false
    /// The walsender of the last stream.
    var walsender: Int32?
    /// The last session ended as the slot was in use.
    var isStandby = false
    /// That there is no spool was said.
    var isSpoolMissed = false
    var batches: UInt64 = 0
    let process = String(UInt32.random(in: 0 ... .max), radix: 16)
  }

  /// Waits for the next attempt, or throws when there is to be none.
  func recover(from error: any Error, _ supervisor: inout Supervisor) async throws(Failure) {
    if let refused = error as? RefusedChange {
      let isKnown = supervisor.refused.contains { $0.commitLSN == refused.commitLSN && $0.index == refused.index }
      guard retry.setsAsideRefused, !isKnown else {
        throw Failure(.changeRefused, refused.reason, at: "transaction \(refused.commitLSN), change \(refused.index)")
      }
      supervisor.refused.append(refused)
      metrics.retries.wrappingAdd(1, ordering: .relaxed)
      logger.warning("the audit database refuses a change; it will be set aside", metadata: refused.metadata)
      return
    }
    if let refusal = error as? SpoolRefusal {
      supervisor.isSpoolRefused = true
      metrics.retries.wrappingAdd(1, ordering: .relaxed)
      logger.warning(
        "large transactions are left to the source until they commit, for the length of the next session",
        metadata: ["reason": .string(refusal.reason), "next": .string(refusal.advice)])
      return
    }
    if let restart = error as? SessionRestart {
      metrics.retries.wrappingAdd(1, ordering: .relaxed)
      logger.notice("the stream is read again from the stored position", metadata: ["reason": .string(restart.reason)])
      return await sleep(retry.initialBackoff)
    }
    let failure = error as? Failure ?? Failure(.unexpected, "\(error)", at: source.conninfo.endpoint)
    metrics.lastFailure = failure
    var backoff = supervisor.backoff ?? Backoff(initial: retry.initialBackoff, cap: retry.maxBackoff)
    guard let delay = retry.delay(after: failure, &backoff) else {
      metrics.enter(.stopped)
      throw failure
    }
    supervisor.backoff = backoff
    if failure.kind == .slotInUse { return await standBy(failure, atMost: retry.slotRetryDelay, &supervisor) }
    supervisor.isStandby = false
    metrics.retries.wrappingAdd(1, ordering: .relaxed)
    metrics.enter(.waiting)
    logger.warning(
      "the session ended and is tried again",
      metadata: [
        "failure": .string(failure.kind.rawValue), "what": .string(failure.what), "place": .string(failure.place),
        "next": .string(failure.advice), "attempt": .stringConvertible(backoff.count),
        "wait_seconds": .stringConvertible(rounded(delay.seconds)),
      ])
    await sleep(delay)
  }

  /// Waits until the slot is free, which another instance reads: a standby. It may also be an earlier session of this
  /// one that the server has not given up yet: then nobody reads, and nothing is well.
  private func standBy(_ failure: Failure, atMost limit: Duration?, _ supervisor: inout Supervisor) async {
    if !supervisor.isStandby {
      logger.notice(
        "waiting until the slot is free",
        metadata: [
          "failure": .string(failure.kind.rawValue), "what": .string(failure.what), "next": .string(failure.advice),
        ])
    }
    supervisor.isStandby = true
    let watch = SourceDatabase(source)
    let end = limit.map { ContinuousClock.now + $0 }
    // What hinders the look hinders the session that follows, which tells of it.
    while let holder = try? await watch.slotHolder(), !isStopping, end.map({ ContinuousClock.now < $0 }) ?? true {
      let isOwn = holder == supervisor.walsender
      metrics.lastFailure = isOwn ? failure : nil
      metrics.enter(isOwn ? .waiting : .standby)
      // Where the other one is by now, this one does not know.
      if !isOwn { metrics.durableLSN.store(0, ordering: .relaxed) }
      await sleep(.milliseconds(200))
    }
    await watch.close()
    // Whoever holds it may be on the way out, or another standby has been quicker.
    await sleep(.milliseconds(50))
  }

  /// Sleeps in short pieces, so that a stop is heard.
  private func sleep(_ delay: Duration) async {
    let end = ContinuousClock.now + delay
    while !isStopping, ContinuousClock.now < end {
      do { try await Task.sleep(for: min(.milliseconds(100), end - .now)) } catch { return }
    }
  }

  // MARK: One session

  private func session(_ supervisor: inout Supervisor) async throws {
    let database = SourceDatabase(source)
    let writer = makeWriter()
    var isFinished = false
    do {
      try await session(database, writer, &supervisor)
    } catch is SinkFinished {
      isFinished = true
    } catch {
      await writer.close()
      await database.close()
      throw error
    }
    await writer.close()
    if isFinished || isStopping, source.dropSlotOnStop { try await database.dropSlot() }
    await database.close()
  }

  private func session(
    _ database: SourceDatabase, _ writer: any SinkWriter, _ supervisor: inout Supervisor
  ) async throws {
    let findings = try await database.prepare()
    identity = findings.identity
    report(findings)
    await writer.hear(of: findings.slot)
    let offset = try await writer.open(findings.identity)
    if let offset {
      metrics.durableLSN.store(offset.position.rawValue, ordering: .relaxed)
    } else {
      // The audit tables may be new, and in the source's own database.
      try await database.checkPublication()
    }
    var serverEnd = findings.serverEnd
    if let offset, offset.position > serverEnd {
      // Another instance may have stored it since the source was asked.
      serverEnd = try await database.serverEnd()
    }
    let decision = StartDecision(
      mode: source.snapshotMode, alwaysFromSnapshot: source.alwaysFromSnapshot, trustsSlot: source.trustsSlot)
    let action = try decision.action(
      for: StartDecision.Facts(
        identity: findings.identity, offset: offset, slot: findings.slot, serverEnd: serverEnd,
        history: findings.history, hasSnapshot: supervisor.hasSnapshot))
    var start: LSN
    switch action {
    case .finished:
      logger.info("nothing to do: the snapshot is stored already and snapshot.mode is initial_only")
      return metrics.settled()
    case .resume(let position): start = position
    case .createSlot: start = try await createSlot()
    case .adoptSlot(let position): start = position
    case .snapshot(let slot, let resume, let gap):
      if let delay = source.snapshotDelay { await sleep(delay) }
      if slot == .recreate { try await database.dropSlot() }
      start = try await snapshot(
        database, writer, keepsSlot: slot == .keep, resume: resume, gap: gap, stored: offset, &supervisor)
      if source.endsAfterSnapshot || isStopping { return metrics.settled() }
      try Failpoint.atSeam.pass()
      if let delay = source.streamDelay { await sleep(delay) }
    }
    let confirmable = min(offset?.confirmable ?? start, start)
    try await stream(from: start, confirmable: confirmable, database, writer, &supervisor)
  }

  private func createSlot() async throws(Failure) -> LSN {
    let reader = SnapshotReader()
    let point = try await reader.open(source, slot: source.slot)
    await reader.close()
    try Failpoint.afterSlot.pass()
    logger.info("created the replication slot", metadata: ["slot": .string(source.slot), "lsn": "\(point.position)"])
    return point.position
  }

  private func report(_ findings: SourceDatabase.Findings) {
    let identity = findings.identity
    logger.info(
      "connected to the source",
      metadata: [
        "system": .stringConvertible(identity.system), "timeline": .stringConvertible(identity.timeline),
        "database": .string(identity.database), "slot": .string(identity.slot),
        "publication": .string(source.publication), "lsn": "\(findings.serverEnd)",
      ])
    for table in findings.withoutIdentity {
      logger.warning(
        "PostgreSQL refuses the application's updates and deletes of a published table without replica identity",
        metadata: [
          "table": .string(table.description),
          "next": .string(
            "ALTER TABLE \((try? table.quoted()) ?? "…") REPLICA IDENTITY FULL, or give it a primary key"),
        ])
    }
    for change in findings.identitiesSet { logger.info("set a replica identity", metadata: ["table": .string(change)]) }
    if findings.publication != .unchanged {
      logger.info(
        "prepared the publication",
        metadata: ["publication": .string(source.publication), "outcome": .string("\(findings.publication)")])
    }
  }
}

extension RefusedChange: Error {
  /// For the log; no row data.
  var metadata: Logger.Metadata {
    [
      "transaction": .string(commitLSN.description), "change": .stringConvertible(index), "code": .string(code),
      "reason": .string(reason),
    ]
  }
}
