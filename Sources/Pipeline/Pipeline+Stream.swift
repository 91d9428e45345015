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
      try await connect(stream, from: start, confirmable: confirmable)
      wire = stream.status
      // The slot is held now, so nobody else reads or moves it; what another instance stored in the meantime counts.
      let claimed = try await writer.claim()
      let stored = claimed?.position
      let offset = max(stored ?? start, start)
      try await database.checkSlot(isBehind: offset)
      try await pump(
        stream, database, writer, offset, isNew: stored != offset, signalState: claimed?.signals ?? [], &supervisor)
    } catch {
      wire = nil
      await stream.stop()
      throw translate(error)
    }
    await stream.stop()
    wire = nil
  }

  private func connect(_ stream: ReplicationStream, from start: LSN, confirmable: LSN) async throws {
    var options = StreamOptions(publications: [source.publication])
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
    _ stream: ReplicationStream, _ database: SourceDatabase, _ writer: any SinkWriter, _ offset: LSN, isNew: Bool,
    signalState: [UInt8], _ supervisor: inout Supervisor
  ) async throws {
    var encoder = try await writer.makeEncoder()
    supervisor.refused.removeAll { $0.commitLSN < offset }
    for refused in supervisor.refused { encoder.setAside(refused) }
    var decoder = StreamDecoder(
      encoder: encoder, capture: source.capture, policy: policy, offset: offset, signalTable: source.signals?.table)
    var sink = SinkBatcher(writer, self, stored: offset)
    var confirmation = Confirmation()
    var lastHeartbeat = ContinuousClock.now
    var lastAttention = ContinuousClock.now
    var lastXmin = ContinuousClock.now - (source.xminInterval ?? .zero)
    var frames = FrameBatch()
    // A new source's first position is stored before anything else, or a restart could not tell it from nothing.
    if isNew { try await sink.commit(OpenBatch(), through: offset, &supervisor) }
    var signals = SignalLoop(source, state: signalState)
    // A snapshot ends with a heartbeat, however long their interval.
    if supervisor.hasSnapshot, source.heartbeatInterval != nil { decoder.heartbeat() }
    if !supervisor.hasSnapshot { decoder.carryOut(.notify(EventSnapshotNotifications.skipped)) }
    supervisor.hasSnapshot = true
    try await carryOut(try await signals.start(), &signals, &decoder)
    metrics.enter(.streaming)
    while true {
      frames = try await stream.next(into: frames, waitingAtMost: patience(decoder))
      var index = 0
      while let pause = try decoder.step(frames, from: &index) {
        switch pause {
        case .relation(let relation):
          let (plan, facts) = try await database.plan(relation)
          decoder.insert(plan, facts)
        case .bufferFull: try await flush(&decoder, &sink, &supervisor)
        case .commitDue: try await commit(&decoder, &sink, &confirmation, stream, &supervisor)
        case .signal, .signalGone, .change, .ended:
          try await carryOut(try await signals.turn(pause, at: decoder.idlePosition), &signals, &decoder)
        }
      }
      if let interval = source.xminInterval, ContinuousClock.now - lastXmin >= interval {
        lastXmin = .now
        decoder.takeXmin(try await database.slotXmin())
      }
      if let turn = try await signals.poll(
        decoder.lastTransaction, at: decoder.idlePosition, isEager: decoder.watchesTransactions && frames.isEmpty)
      {
        try await carryOut(turn, &signals, &decoder)
      }
      while decoder.tracker.isIdle, let request = signals.takeBlocking() {
        try await blockingSnapshot(request, database, &decoder, &sink, &supervisor)
      }
      publish(&decoder)
      if ContinuousClock.now - lastAttention >= .milliseconds(200) {
        lastAttention = .now
        try await writer.attend()
      }
      if let interval = source.heartbeatInterval, decoder.tracker.isIdle, decoder.isBatchEmpty,
        ContinuousClock.now - lastHeartbeat >= interval
      {
        decoder.heartbeat()
        lastHeartbeat = .now
      }
      if decoder.tracker.isIdle {
        let isLast = isStopping
        if !decoder.isBatchEmpty, isLast || decoder.isCommitDue {
          try await commit(&decoder, &sink, &confirmation, stream, &supervisor)
        } else if decoder.isBatchEmpty {
          if frames.isEmpty {
            metrics.caughtUpAt.store(MonotonicClock.nanoseconds(), ordering: .relaxed)
            metrics.settled()
            healed(&supervisor)
          }
          if sink.isIdleStoreDue(for: decoder.idlePosition) || isLast && decoder.idlePosition > sink.stored {
            try await commit(&decoder, &sink, &confirmation, stream, &supervisor)
          }
        }
        if isLast { break }
      } else if isOutOfTime {
        logger.notice("stopped inside a transaction; it will be read again from its beginning")
        break
      }
    }
    metrics.enter(.stopping)
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

  private func commit(
    _ decoder: inout StreamDecoder, _ sink: inout SinkBatcher, _ confirmation: inout Confirmation,
    _ stream: ReplicationStream, _ supervisor: inout Supervisor
  ) async throws {
    try await flush(&decoder, &sink, &supervisor)
    let end = decoder.idlePosition
    let confirmable = try await sink.commit(decoder.batch, through: end, &supervisor)
    if decoder.batch.changes > 0 { healed(&supervisor) }
    decoder.committed(through: end)
    guard source.confirms else { return }
    if confirmation.isDue { try await stream.confirmNow(confirmable) } else { await stream.confirm(confirmable) }
  }

  /// Changes were made durable, or there were none to be: whatever failed before is over.
  private func healed(_ supervisor: inout Supervisor) {
    supervisor.backoff = nil
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

/// Confirms at once at most once a second; in between the next status update carries the position.
private struct Confirmation {
  private var last: ContinuousClock.Instant?

  var isDue: Bool {
    mutating get {
      let now = ContinuousClock.now
      if let last, now - last < .seconds(1) { return false }
      last = now
      return true
    }
  }
}
