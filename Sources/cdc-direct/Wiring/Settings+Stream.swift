internal import ArgumentParser
internal import Events
internal import PGReplication
internal import Pipeline
internal import Settings

extension Settings {
  /// What the pipeline needs to know of the source to make events.
  func eventSource() throws -> SourceSettings {
    var source = try source()
    let form = try eventSettings()
    // What is not wanted is left out by the encoder, which Debezium counts and orders by.
    source.capture = Selection(table: form.includesTable, column: form.includesColumn)
    source.eventSnapshot = eventSnapshotSettings
    listen(&source)
    tellBeginnings(&source)
    source.namesTables = false
    if events.narrowsPublication { source.publishedOperations = publishedOperations }
    source.ownSchema = nil
    source.heartbeatInterval = events.heartbeatInterval
    source.remembersTypes = events.quirks
    source.alwaysFromSnapshot = events.quirks
    source.snapshotDelay = events.snapshot.delay
    source.streamDelay = events.snapshot.streamingDelay
    source.xminInterval = events.xminInterval
    source.confirms = events.offsets.flushMode != .manual
    source.trustsSlot = [.trustSlot, .trustGreater].contains(events.offsets.mismatch)
    let snapshot = events.snapshot
    switch snapshot.mode {
    case .initial: source.snapshotMode = .initial
    case .initialOnly: source.snapshotMode = .initialOnly
    case .noData: source.snapshotMode = .noData
    case .always: source.snapshotMode = .always
    case .whenNeeded: source.snapshotMode = .whenNeeded
    case .configurationBased:
      source.snapshotMode =
        snapshot.configured.data ? .always : snapshot.configured.onDataError ? .whenNeeded : .noData
      source.endsAfterSnapshot = snapshot.configured.data && !snapshot.configured.startsStream
    }
    if snapshot.mode == .initialOnly { source.endsAfterSnapshot = true }
    return source
  }

  /// The source of trail and events at once: what the trail captures, and the signal table for the events.
  func forkedSource() throws(Failure) -> SourceSettings {
    var source = try source()
    source.heartbeatInterval = events.heartbeatInterval
    source.xminInterval = events.xminInterval
    listen(&source)
    tellBeginnings(&source)
    return source
  }

  /// Records of transactions tell where each began in the log, and leave out those without a change: a transaction that is
  /// streamed before it commits has neither, and is left to the source.
  private func tellBeginnings(_ source: inout SourceSettings) {
    if events.transactionMetadata { source.spool = nil }
  }

  /// Has the source's signals heard, whose table is captured whether or not a list names it.
  private func listen(_ source: inout SourceSettings) {
    guard let signals = signalSettings else { return }
    source.signals = signals
    if let table = signals.table {
      source.capture = source.capture.including { TableName(schema: $0, name: $1) == table }
    }
  }

  /// What makes events, or the end of the program when names or transforms cannot be honoured.
  func checkedEventSettings() throws -> EventSettings {
    let form: EventSettings
    do {
      form = try eventSettings()
      try form.check()
    } catch let failure as Failure {
      throw failure
    } catch {
      Terminal.error("\(error)")
      throw ExitCode(2)
    }
    return form
  }

  /// Debezium has a publication that it makes leave out what is skipped, when the settings say so in words.
  private var publishedOperations: Set<PGReplication.Publication.Operation> {
    Set(
      [
        Events.SkippedOperation.create: PGReplication.Publication.Operation.insert, .update: .update, .delete: .delete,
        .truncate: .truncate,
      ].filter { !events.skippedOperations.contains($0.key) }.values)
  }

  /// Events leave soon; a Kafka transaction costs more than it carries when it is too small.
  var eventBatchPolicy: BatchPolicy {
    BatchPolicy(
      maxChanges: 50_000, maxBytes: 32 << 20,
      maxDelay: kafka?.isExactlyOnce ?? false ? .milliseconds(100) : .milliseconds(5),
      bufferBytes: max(64 << 10, min(256 << 10, stream.memoryBudget / 8)), idleInterval: .seconds(10))
  }

  /// An event that cannot be made stops the stream, unless the settings say to go on without it.
  var eventRetrySettings: RetrySettings {
    var settings = retrySettings
    settings.setsAsideRefused = events.processingFailure != .fail
    settings.refusalKind = .outputFailed
    settings.refusalAdvice =
      "mend the transform or the value; event.processing.failure.handling.mode=warn goes on without such an event"
    return settings
  }
}
