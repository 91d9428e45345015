internal import Decoder
internal import Logging
internal import PGReplication
internal import Synchronization
internal import WAL

extension Pipeline {
  /// Reads the tables as they stood when the slot began, into one sink transaction with the offset.
  /// - Returns: where the stream goes on.
  func snapshot(
    _ database: SourceDatabase, _ writer: any SinkWriter, keepsSlot: Bool, resume: LSN?, gap: StartDecision.Gap?,
    stored: StoredOffset?, _ supervisor: inout Supervisor
  ) async throws -> LSN {
    metrics.enter(.snapshot)
    let reader = SnapshotReader()
    do {
      let point = try await reader.open(source, slot: keepsSlot ? nil : source.slot)
      if !keepsSlot { try Failpoint.afterSlot.pass() }
      let contents = try await database.snapshotContents()
      let end = resume ?? point.position
      while true {
        // The decision rests on the offset as it was read; another instance, or our own last commit, may have moved it.
        guard try await writer.claim()?.position == stored?.position else {
          throw Failure(.slotInUse, "the stored offset moved while the snapshot began", at: "slot \(source.slot)")
        }
        if let gap { try await writer.recordGap(from: gap.from, to: point.position, reason: gap.reason) }
        do {
          try await reader.run(contents.locks)
          try await copy(contents, reader, point, writer, end, &supervisor)
          break
        } catch let refused as RefusedChange {
          // Read again from the same snapshot: another one would have another position, and the change another place.
          try await recover(from: refused, &supervisor)
          try await reader.reopen(source)
          if let identity { _ = try await writer.open(identity) }
        }
      }
      await reader.close()
      supervisor.hasSnapshot = true
      if gap != nil { metrics.gaps.wrappingAdd(1, ordering: .relaxed) }
      // The stream may begin before the snapshot's position.
      supervisor.lastSetAside = nil
      return end
    } catch {
      await reader.close()
      throw translate(error)
    }
  }

  private func copy(
    _ contents: EventSnapshot, _ reader: SnapshotReader, _ point: SnapshotReader.Point, _ writer: any SinkWriter,
    _ end: LSN, _ supervisor: inout Supervisor
  ) async throws {
    let began = ContinuousClock.now
    var encoder = try await writer.makeEncoder()
    for refused in supervisor.refused { encoder.setAside(refused) }
    var decoder = StreamDecoder(encoder: encoder, capture: source.capture, policy: policy, offset: end)
    var sink = SinkBatcher(writer, self, stored: .zero)
    decoder.carryOut(.notify(EventSnapshotNotifications.started))
    let rows = try await read(contents, reader, point, restarts: true, &decoder, &sink, &supervisor)
    decoder.carryOut(.notify(EventSnapshotNotifications.completed))
    try await flush(&decoder, &sink, &supervisor)
    try await sink.commit(decoder.batch, through: end, &supervisor)
    logger.info(
      "snapshot stored",
      metadata: [
        "rows": .stringConvertible(rows),
        "seconds": .stringConvertible(rounded((ContinuousClock.now - began).seconds)),
        "lsn": .string(point.position.description),
      ])
  }

  /// Reads a snapshot's tables, at the start or while the stream waits; returns how many rows there were.
  /// - Parameter restarts: whether the stream begins anew at the snapshot.
  func read(
    _ contents: EventSnapshot, _ reader: SnapshotReader, _ point: SnapshotReader.Point, restarts: Bool,
    _ decoder: inout StreamDecoder, _ sink: inout SinkBatcher, _ supervisor: inout Supervisor
  ) async throws -> Int {
    announce(contents.tables, point)
    let news = EventSnapshotNotifications(contents)
    decoder.beginSnapshot(
      Begin(commitLSN: point.position, commitTime: point.time, transaction: point.transaction), restarts: restarts)
    var snapshot = SnapshotRows(at: point.position)
    for table in contents.tables {
      let before = snapshot.count
      decoder.carryOut(.notify(news.inProgress(table.name)))
      decoder.beginTable(table, &snapshot)
      do {
        try await read(table, reader, &snapshot, &decoder, &sink, &supervisor)
      } catch {
        try? decoder.finish(&snapshot)
        decoder.carryOut(.notify(news.failed(table.name)))
        throw error
      }
      let rows = snapshot.count - before
      decoder.carryOut(.notify(news.scanned(table.name, rows: rows)))
      metrics.snapshotTablesDone.wrappingAdd(1, ordering: .relaxed)
      logger.info(
        "snapshot of a table read",
        metadata: [
          "table": .string(table.name.description), "rows": .stringConvertible(rows),
          "tables": .string("\(metrics.snapshotTablesDone.load(ordering: .relaxed))/\(contents.tables.count)"),
        ])
    }
    try decoder.finish(&snapshot)
    return snapshot.count
  }

  private func read(
    _ table: SnapshotTable, _ reader: SnapshotReader, _ snapshot: inout SnapshotRows, _ decoder: inout StreamDecoder,
    _ sink: inout SinkBatcher, _ supervisor: inout Supervisor
  ) async throws {
    var rows = RowBatch()
    try await reader.begin(table)
    var more = true
    while more {
      (rows, more) = try await reader.next(into: rows)
      try decoder.take(rows, of: table.plan, &snapshot)
      try Failpoint.midSnapshot.pass()
      metrics.beat()
      metrics.snapshotRowsRead.store(UInt64(snapshot.count), ordering: .relaxed)
      if decoder.pendingBytes >= policy.bufferBytes { try await flush(&decoder, &sink, &supervisor) }
      if isOutOfTime {
        throw Failure(.sourceUnreachable, "stopped during the snapshot; it starts anew next time", at: "snapshot")
      }
    }
  }

  private func announce(_ tables: [SnapshotTable], _ point: SnapshotReader.Point) {
    let expected = tables.reduce(0) { $0 + ($1.estimatedRows ?? 0) }
    metrics.snapshotTables.store(UInt64(tables.count), ordering: .relaxed)
    metrics.snapshotTablesDone.store(0, ordering: .relaxed)
    metrics.snapshotRowsExpected.store(UInt64(max(0, expected)), ordering: .relaxed)
    metrics.snapshotRowsRead.store(0, ordering: .relaxed)
    logger.info(
      "snapshot begins",
      metadata: [
        "tables": .stringConvertible(tables.count), "rows_expected": .stringConvertible(expected),
        "lsn": .string(point.position.description),
      ])
  }
}
