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
    let tables = contents.tables
    let news = EventSnapshotNotifications(contents)
    announce(tables, point)
    var encoder = try await writer.makeEncoder()
    for refused in supervisor.refused { encoder.setAside(refused) }
    let transaction = Begin(commitLSN: point.position, commitTime: point.time, transaction: point.transaction)
    encoder.notify(EventSnapshotNotifications.started)
    encoder.beginSnapshot(transaction, restarts: true)
    var sink = SinkBatcher(writer, self, stored: .zero)
    var batch = OpenBatch()
    batch.open(transaction)
    var snapshot = SnapshotRows(at: point.position)
    var rows = RowBatch()
    for table in tables {
      let before = snapshot.count
      encoder.notify(news.inProgress(table.name))
      snapshot.beginTable()
      encoder.relation(table.plan, table.facts)
      try await reader.begin(table)
      var more = true
      while more {
        (rows, more) = try await reader.next(into: rows)
        try snapshot.take(rows, of: table.plan, into: &encoder)
        for _ in 0..<rows.count { batch.count(.snapshot) }
        metrics.beat()
        metrics.snapshotRowsRead.store(UInt64(snapshot.count), ordering: .relaxed)
        if encoder.byteCount >= policy.bufferBytes {
          try await write(&encoder, &sink, &batch, &supervisor)
        }
        if isOutOfTime {
          throw Failure(.sourceUnreachable, "stopped during the snapshot; it starts anew next time", at: "snapshot")
        }
      }
      encoder.notify(news.scanned(table.name, rows: snapshot.count - before))
      metrics.snapshotTablesDone.wrappingAdd(1, ordering: .relaxed)
      logger.info(
        "snapshot of a table read",
        metadata: [
          "table": .string(table.name.description), "rows": .stringConvertible(snapshot.count - before),
          "tables": .string("\(metrics.snapshotTablesDone.load(ordering: .relaxed))/\(tables.count)"),
        ])
    }
    try snapshot.finish(into: &encoder)
    encoder.endSnapshot()
    encoder.notify(EventSnapshotNotifications.completed)
    try await write(&encoder, &sink, &batch, &supervisor)
    try await sink.commit(batch, through: end, &supervisor)
    logger.info(
      "snapshot stored",
      metadata: [
        "rows": .stringConvertible(batch.changes),
        "seconds": .stringConvertible(rounded((ContinuousClock.now - began).seconds)),
        "lsn": .string(point.position.description),
      ])
  }

  private func write(
    _ encoder: inout any ChangeEncoder & ~Copyable, _ sink: inout SinkBatcher, _ batch: inout OpenBatch,
    _ supervisor: inout Supervisor
  ) async throws {
    batch.wrote(bytes: encoder.byteCount)
    let full = encoder.exchange(for: sink.takeSpare())
    try await sink.write(full, of: batch, &supervisor)
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
