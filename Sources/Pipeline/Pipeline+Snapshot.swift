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
      let tables = try await database.snapshotTables()
      let end = resume ?? point.position
      while true {
        // The decision rests on the offset as it was read; another instance, or our own last commit, may have moved it.
        guard try await writer.claim()?.position == stored?.position else {
          throw Failure(.slotInUse, "the stored offset moved while the snapshot began", at: "slot \(source.slot)")
        }
        if let gap { try await writer.recordGap(from: gap.from, to: point.position, reason: gap.reason) }
        do {
          try await copy(tables, reader, point, writer, end, &supervisor)
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
    _ tables: [SnapshotTable], _ reader: SnapshotReader, _ point: SnapshotReader.Point, _ writer: any SinkWriter,
    _ end: LSN, _ supervisor: inout Supervisor
  ) async throws {
    let began = ContinuousClock.now
    announce(tables, point)
    var encoder = try await writer.makeEncoder()
    for refused in supervisor.refused { encoder.setAside(refused) }
    let transaction = Begin(commitLSN: point.position, commitTime: point.time, transaction: TransactionID(0))
    encoder.begin(transaction)
    var sink = SinkBatcher(writer, self, stored: .zero)
    var batch = OpenBatch()
    batch.open(transaction)
    var rows = RowBatch()
    var row = CopyRow()
    for table in tables {
      let before = batch.changes
      try await reader.begin(table)
      var more = true
      while more {
        (rows, more) = try await reader.next(into: rows)
        for index in 0..<rows.count {
          let position = Position(commit: point.position, ordinal: UInt64(batch.changes))
          try rows.withRow(index) { line throws(DecodeError) in
            try row.read(line, columns: table.plan.columns.count)
            encode(row, position, table.plan, into: &encoder)
          }
          batch.count(.snapshot)
        }
        metrics.beat()
        metrics.snapshotRowsRead.store(UInt64(batch.changes), ordering: .relaxed)
        if encoder.byteCount >= policy.bufferBytes {
          try await write(&encoder, &sink, &batch, &supervisor)
        }
        if isOutOfTime {
          throw Failure(.sourceUnreachable, "stopped during the snapshot; it starts anew next time", at: "snapshot")
        }
      }
      metrics.snapshotTablesDone.wrappingAdd(1, ordering: .relaxed)
      logger.info(
        "snapshot of a table read",
        metadata: [
          "table": .string(table.name.description), "rows": .stringConvertible(batch.changes - before),
          "tables": .string("\(metrics.snapshotTablesDone.load(ordering: .relaxed))/\(tables.count)"),
        ])
    }
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

  private func encode(
    _ row: borrowing CopyRow, _ position: Position, _ plan: RelationPlan,
    into encoder: inout any ChangeEncoder & ~Copyable
  ) {
    let none: [Cell] = []
    let cells = row.cells
    let bytes = row.bytes
    encoder.encode(
      Change(
        .snapshot, at: position, lsn: position.commit, plan: plan, oldRow: .absent, old: none.span, new: cells.span,
        bytes: bytes.span.bytes))
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
