internal import Decoder
internal import Logging
internal import PGReplication
internal import Synchronization
internal import WAL

extension Pipeline {
  /// Reads the stream from `start` until a stop or a failure.
  func stream(
    from start: LSN, confirmable: LSN, _ database: SourceDatabase, _ writer: any SinkWriter,
    _ supervisor: inout Supervisor
  ) async throws {
    let stream = ReplicationStream()
    do {
      let spool = makeSpool(&supervisor)
      try await connect(stream, from: start, confirmable: confirmable, streamsInProgress: spool != nil)
      wire = stream.status
      supervisor.walsender = await stream.backendPID
      // The slot is held now, so nobody else reads or moves it; what another instance stored in the meantime counts.
      try Failpoint.slotHeld.pass()
      let claimed = try await writer.claim()
      try Failpoint.afterClaim.pass()
      let stored = claimed?.position
      let offset = max(stored ?? start, start)
      try await database.checkSlot(isBehind: offset)
      try await pump(
        stream, database, writer, spool, offset, isNew: stored != offset, signalState: claimed?.signals ?? [],
        &supervisor)
    } catch {
      wire = nil
      await stream.stop()
      throw translate(error)
    }
    await stream.stop()
    wire = nil
  }

  /// Where transactions in progress are kept; nil where that is not wanted, or cannot be now.
  private func makeSpool(_ supervisor: inout Supervisor) -> Spool? {
    guard let settings = source.spool, !supervisor.isSpoolRefused else {
      supervisor.isSpoolRefused = false
      return nil
    }
    do { return try Spool(settings, metrics) } catch {
      guard !supervisor.isSpoolMissed else { return nil }
      supervisor.isSpoolMissed = true
      logger.notice(
        "transactions in progress are left to the source until they commit",
        metadata: ["reason": .string(error.reason), "next": "name a writable spool.directory"])
      return nil
    }
  }

  private func connect(
    _ stream: ReplicationStream, from start: LSN, confirmable: LSN, streamsInProgress: Bool
  ) async throws {
    var options = StreamOptions(publications: [source.publication])
    if streamsInProgress { options.streaming = "on" }
    options.extra = source.streamParameters
    try await stream.start(
      conninfo: source.conninfo, slot: source.slot, from: start, options: options, timing: source.timing,
      confirmed: source.confirms ? confirmable : .zero)
    logger.info(
      "streaming", metadata: ["slot": .string(source.slot), "from": .string(start.description)])
  }

  func translate(_ error: any Error) -> any Error {
    let place = "slot \(source.slot), \(source.conninfo.endpoint)"
    switch error {
    case let error as PostgresError: return Failure.source(error)
    case let error as StreamError: return Failure.stream(error, at: place)
    case let error as DecodeError: return Failure.decode(error, at: place)
    default: return error
    }
  }

  /// The loop: pull frames, decode, write, commit, confirm.
  private func pump(
    _ stream: ReplicationStream, _ database: SourceDatabase, _ writer: any SinkWriter, _ spool: Spool?, _ offset: LSN,
    isNew: Bool, signalState: [UInt8], _ supervisor: inout Supervisor
  ) async throws {
    var encoder = try await writer.makeEncoder()
    supervisor.refused.removeAll { $0.commitLSN < offset }
    for refused in supervisor.refused { encoder.setAside(refused) }
    let decoder = StreamDecoder(
      encoder: encoder, capture: source.capture, policy: policy, offset: offset, signalTable: source.signals?.table,
      takesInProgress: spool != nil)
    var loop = StreamLoop(
      stream, database, writer, spool, decoder, SinkBatcher(writer, self, stored: offset),
      SignalLoop(source, state: signalState), source)
    // A new source's first position is stored before anything else, or a restart could not tell it from nothing.
    if isNew {
      try Failpoint.beforeFirstOffset.pass()
      try await loop.sink.commit(OpenBatch(), through: offset, &supervisor)
    }
    // A snapshot ends with a heartbeat, however long their interval.
    if supervisor.hasSnapshot, source.heartbeatInterval != nil { loop.decoder.heartbeat() }
    if !supervisor.hasSnapshot { loop.decoder.carryOut(.notify(EventSnapshotNotifications.skipped)) }
    supervisor.hasSnapshot = true
    try await carryOut(try await loop.signals.start(), &loop.signals, &loop.decoder)
    metrics.enter(.streaming)
    var frames = FrameBatch()
    do {
      while true {
        frames = try await stream.next(into: frames, waitingAtMost: patience(loop.decoder))
        try await decode(frames, &loop, &supervisor)
        if try await finishTurn(isQuiet: frames.isEmpty, &loop, &supervisor) { break }
      }
    } catch is StoppedInsideTransaction {
      logger.notice("stopped inside a transaction; it will be read again from its beginning")
    }
    metrics.enter(.stopping)
  }

  /// Decodes a batch of frames, and does what the decoder stops for.
  private func decode(
    _ frames: borrowing FrameBatch, _ loop: inout StreamLoop, _ supervisor: inout Supervisor
  ) async throws {
    var index = 0
    while let pause = try loop.decoder.step(frames, from: &index) {
      switch pause {
      case .relation(let relation):
        let (plan, facts) = try await loop.database.plan(relation)
        loop.decoder.insert(plan, facts)
      case .bufferFull:
        try await flush(&loop.decoder, &loop.sink, &supervisor)
        try Failpoint.midTransaction.pass()
      case .commitDue:
        try await commit(&loop, &supervisor)
        heartbeatWhenDue(&loop)
      case .signal, .signalGone, .change, .ended:
        try await carryOut(
          try await loop.signals.turn(pause, at: loop.decoder.idlePosition), &loop.signals, &loop.decoder)
      case .spoolDue(let transaction):
        loop.spare = try await loop.spool?.append(
          loop.decoder.exchangeInProgress(for: loop.takeSpare()), of: transaction.rawValue)
        try Failpoint.midSpool.pass()
      case .rolledBack(let transaction): await loop.spool?.drop(transaction.rawValue)
      case .spooled(let transaction): try await replay(transaction, &loop, &supervisor)
      }
    }
  }

  /// Decodes a transaction out of the spool: it takes its place in the order of commits, where its commit stands.
  private func replay(
    _ transaction: SpooledTransaction, _ loop: inout StreamLoop, _ supervisor: inout Supervisor
  ) async throws {
    guard let spool = loop.spool else { return }
    let transaction = try await settled(transaction, loop.database)
    metrics.streamedTransactions.wrappingAdd(1, ordering: .relaxed)
    let outdated = loop.decoder.relations(transaction.outdated)
    loop.decoder.isReplaying = true
    try await spool.open(transaction)
    var frames = try await spool.next(into: FrameBatch())
    while !frames.isEmpty {
      try await decode(frames, &loop, &supervisor)
      try Failpoint.midReplay.pass()
      _ = try await finishTurn(isQuiet: false, &loop, &supervisor)
      frames = try await spool.next(into: frames)
    }
    loop.decoder.isReplaying = false
    for relation in outdated {
      let (plan, facts) = try await loop.database.plan(relation)
      loop.decoder.insert(plan, facts)
    }
  }

  /// The transaction with all its parts that were rolled back, those among them that the server did not tell of.
  private func settled(
    _ transaction: SpooledTransaction, _ database: SourceDatabase
  ) async throws -> SpooledTransaction {
    func refusal(_ why: String) -> SpoolRefusal {
      SpoolRefusal("transaction \(transaction.transaction.rawValue) \(why)", advice: "nothing needs to be done")
    }
    guard !transaction.parts.areTooMany else {
      throw refusal("has more than \(TransactionParts.most) savepoints")
    }
    var settled = transaction
    let untold = transaction.parts.toAskFor
    if !untold.isEmpty {
      guard let more = try await database.rolledBack(among: untold) else {
        throw refusal("has parts of which the source does not know whether they were rolled back")
      }
      settled.parts.rollBack(more)
    }
    guard !settled.isAmbiguous else {
      throw refusal("holds logical messages and parts that were rolled back, which only the source can tell apart")
    }
    return settled
  }

  /// What is due after a batch of frames: signals, heartbeats, commits, the position of an idle stream.
  /// - Returns: whether a stop was asked for and everything is stored.
  private func finishTurn(
    isQuiet: Bool, _ loop: inout StreamLoop, _ supervisor: inout Supervisor
  ) async throws -> Bool {
    if loop.isXminDue(every: source.xminInterval) { loop.decoder.takeXmin(try await loop.database.slotXmin()) }
    if let turn = try await loop.signals.poll(
      loop.decoder.lastTransaction, at: loop.decoder.idlePosition,
      isEager: loop.decoder.watchesTransactions && isQuiet)
    {
      try await carryOut(turn, &loop.signals, &loop.decoder)
    }
    while loop.decoder.tracker.isIdle, let request = loop.signals.takeBlocking() {
      try await blockingSnapshot(request, loop.database, &loop.decoder, &loop.sink, &supervisor)
    }
    publish(&loop.decoder)
    if loop.isAttentionDue { try await loop.writer.attend() }
    guard loop.decoder.tracker.isIdle else {
      if isOutOfTime { throw StoppedInsideTransaction() }
      return false
    }
    heartbeatWhenDue(&loop)
    let isLast = isStopping
    if !loop.decoder.isBatchEmpty {
      guard isLast || loop.decoder.isCommitDue else { return false }
      try await commit(&loop, &supervisor)
      if !isLast { heartbeatWhenDue(&loop) }
      return isLast
    }
    if isQuiet {
      metrics.caughtUpAt.store(MonotonicClock.nanoseconds(), ordering: .relaxed)
      metrics.settled()
      healed(&supervisor)
    }
    let position = loop.decoder.idlePosition
    if loop.sink.isIdleStoreDue(for: position) || isLast && position > loop.sink.stored {
      try await commit(&loop, &supervisor)
    }
    return isLast
  }

  /// Begins a batch with a heartbeat: between events that are not stored yet it would not come again where they do. So it
  /// has its turn after each commit, as a stream that is never quiet has no empty batch otherwise.
  private func heartbeatWhenDue(_ loop: inout StreamLoop) {
    guard loop.decoder.isBatchEmpty, loop.isHeartbeatDue(every: source.heartbeatInterval) else { return }
    loop.decoder.heartbeat()
  }

  /// How long to wait for frames: until the batch is due, or a moment, after which stop and idle position are looked at.
  private func patience(_ decoder: borrowing StreamDecoder) -> Duration {
    let idle = min(.milliseconds(200), source.heartbeatInterval ?? .seconds(1))
    guard decoder.tracker.isIdle, !decoder.isBatchEmpty else { return idle }
    return max(.milliseconds(1), min(idle, decoder.timeUntilDue))
  }

  func flush(
    _ decoder: inout StreamDecoder, _ sink: inout SinkBatcher, _ supervisor: inout Supervisor
  ) async throws {
    guard decoder.hasPending else { return }
    let full = decoder.exchange(for: sink.takeSpare())
    try await sink.write(full, of: decoder.batch, &supervisor)
  }

  private func commit(_ loop: inout StreamLoop, _ supervisor: inout Supervisor) async throws {
    try await flush(&loop.decoder, &loop.sink, &supervisor)
    let end = loop.decoder.idlePosition
    let confirmable = try await loop.sink.commit(loop.decoder.batch, through: end, &supervisor)
    if loop.decoder.batch.changes > 0 { healed(&supervisor) }
    loop.decoder.committed(through: end)
    guard source.confirms else { return }
    try Failpoint.beforeConfirm.pass()
    if loop.isConfirmationDue {
      try await loop.stream.confirmNow(confirmable)
    } else {
      await loop.stream.confirm(confirmable)
    }
    try Failpoint.afterConfirm.pass()
  }

  /// Changes were made durable, or there were none to be: whatever failed before is over.
  private func healed(_ supervisor: inout Supervisor) {
    supervisor.backoff = nil
    supervisor.isStandby = false
    metrics.lastFailure = nil
  }

  private func publish(_ decoder: inout StreamDecoder) {
    metrics.beat()
    metrics.pendingChanges.store(UInt64(decoder.batch.changes), ordering: .relaxed)
    metrics.pendingBytes.store(UInt64(decoder.batch.writtenBytes + decoder.pendingBytes), ordering: .relaxed)
    let (filtered, skipped) = decoder.takeCounts()
    metrics.filtered.wrappingAdd(filtered, ordering: .relaxed)
    metrics.skippedTransactions.wrappingAdd(skipped, ordering: .relaxed)
  }
}

/// A stop was asked for, and the open transaction's end may not be waited for any longer.
private struct StoppedInsideTransaction: Error {}
