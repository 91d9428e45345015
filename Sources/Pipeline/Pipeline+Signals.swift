internal import Decoder
internal import Logging
internal import PGReplication
internal import WAL

extension Pipeline {
  /// Does what a signal wants done before the stream goes on.
  func carryOut(
    _ turn: SignalSession.Turn?, _ signals: inout SignalLoop, _ decoder: inout StreamDecoder
  ) async throws {
    guard let turn else { return }
    for step in turn.steps {
      switch step {
      case .blocking(let request): signals.wait(for: request)
      case .log(let text): logger.info("signal: \(text)")
      case .warn(let text): logger.warning("\(text)")
      case .notify(let notification):
        logger.info(
          "snapshot notification",
          metadata: [
            "type": .string(notification.kind.rawValue), "aggregate": .string(notification.aggregate.rawValue),
          ])
        decoder.carryOut(step)
      case .fill, .openWindow, .emit: decoder.carryOut(step)
      }
    }
    decoder.remember(turn.state)
    decoder.watchesTransactions = turn.watchesTransactions
  }

  /// Reads tables while the stream waits. What was changed since the stream's position comes again in the stream. A table
  /// that cannot be read ends the snapshot, not the stream.
  func blockingSnapshot(
    _ request: SnapshotRequest, _ database: SourceDatabase, _ decoder: inout StreamDecoder, _ sink: inout SinkBatcher,
    _ supervisor: inout Supervisor
  ) async throws {
    let reader = SnapshotReader()
    decoder.carryOut(.notify(EventSnapshotNotifications.started))
    do {
      let point = try await reader.open(source, beginning: (source.eventSnapshot?.isolation ?? .repeatableRead).begin)
      let contents = try await database.snapshotContents(for: request)
      try await reader.run(contents.locks)
      let rows = try await read(contents, reader, point, restarts: false, &decoder, &sink, &supervisor)
      decoder.carryOut(.notify(EventSnapshotNotifications.completed))
      logger.info("blocking snapshot read", metadata: ["rows": .stringConvertible(rows)])
    } catch let failure as Failure where !failure.kind.isTransient {
      decoder.carryOut(.notify(EventSnapshotNotifications.aborted))
      logger.warning(
        "a blocking snapshot was given up", metadata: ["signal": .string(request.id), "what": .string("\(failure)")])
    } catch {
      await reader.close()
      throw error
    }
    await reader.close()
  }
}
