internal import ArgumentParser
internal import AuditStore
internal import Logging
internal import PGReplication
internal import Pipeline
internal import Settings
internal import WAL

/// `cdc-direct recover`: says why the stream cannot go on from the offset, and when told to records the gap and goes on.
struct Recover: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Say why run cannot go on from the stored position, and when told to record the gap and move the position.",
    discussion: """
      For a slot that is missing (exit code 20), invalid (22) or ahead of the stored position (30), and for a source that \
      was restored, failed over or replaced (31, 32). Without --accept-gap nothing is changed, and the command ends with \
      the exit code that run would end with; with 0 when run would go on.

      With --accept-gap the slot is made where it is missing or invalid. Then one transaction of the audit database \
      writes the gap to the table gap, takes the epoch from any other instance, and moves the position; the next run \
      streams on from there. With --snapshot the tables are read as well, in that same transaction, as \
      snapshot.mode=when_needed does. Until it commits, the old position stays, and the command can be given again.

      It moves the position of the trail. With events.output or kafka.* there is another one, and it refuses: run once with \
      snapshot.mode=when_needed then.

      Examples:
        cdc-direct recover --config cdc.yaml
        cdc-direct recover --config cdc.yaml --accept-gap
        cdc-direct recover --config cdc.yaml --accept-gap --snapshot
      """)

  @OptionGroup var options: SettingsOptions

  @Flag(help: "Do it: record the gap, make the slot where needed, move the position.")
  var acceptGap = false

  @Flag(help: "Also read the tables as they are now, so that the trail shows what the gap hides.")
  var snapshot = false

  func validate() throws {
    guard acceptGap || !snapshot else { throw ValidationError("--snapshot needs --accept-gap") }
  }

  func run() async throws {
    let settings = try options.load()
    if settings.kafka != nil || settings.events.output != nil {
      Terminal.error(
        "cdc-direct: recover moves the trail's position, and events.output and kafka.* have one of their own; nothing was "
          + "changed. Next: run once with snapshot.mode=when_needed, which records the gap for both")
      throw ExitCode(2)
    }
    if acceptGap { settings.bootstrapLogs() }
    try await failing {
      let (source, store) = (try settings.source(), try settings.auditStore())
      let reading = try RecoveryReading(source, store)
      let recovery: Recovery?
      do { recovery = try reading.recovery(trustsSlot: source.trustsSlot) } catch let failure as Failure {
        print(reading.text(nil, takesSnapshot: snapshot))
        throw failure
      }
      print(reading.text(recovery, takesSnapshot: snapshot))
      guard let recovery else { return }
      guard acceptGap else {
        Terminal.error("cdc-direct: \(recovery.failure)\ncdc-direct: nothing was changed; --accept-gap does the above")
        throw ExitCode(recovery.failure.kind.exitCode)
      }
      if snapshot {
        try await takeSnapshot(settings, source, store)
      } else {
        try await move(source, store)
      }
    }
  }

  /// Makes the slot where needed; then gap, epoch and position in one transaction.
  ///
  /// A slot that was made before the command died stands ahead of the old position: that is a gap again, and the next
  /// attempt records it.
  private func move(_ source: SourceSettings, _ store: AuditSettings) async throws {
    let database = SourceDatabase(source)
    let writer = RecoveryWriter.make(store)
    do {
      // The slot comes after the publication: it could not send what was written before that.
      let findings = try await database.prepare()
      let offset = try await writer.open(findings.identity)
      let facts = StartDecision.Facts(
        identity: findings.identity, offset: offset, slot: findings.slot, serverEnd: try await database.serverEnd(),
        history: findings.history, hasSnapshot: false)
      let foreign = await writer.foreignOffset
      guard let recovery = try Recovery(for: facts, foreign: foreign, trustsSlot: source.trustsSlot) else {
        return print("nothing to do any more: run goes on by itself")
      }
      if recovery.slot == .recreate { try await database.dropSlot() }
      let position: LSN
      if let to = recovery.to { position = to } else { position = try await makeSlot(source, database) }
      guard try await writer.claim()?.position == offset?.position else {
        throw Failure(.slotInUse, "the stored offset moved meanwhile: another instance runs", at: "slot \(source.slot)")
      }
      if let from = recovery.from {
        try await writer.recordGap(from: from, to: position, reason: recovery.reason)
      }
      try await writer.commit(through: position, batch: "recover")
      print("recorded the gap\(recovery.from.map { " from \($0)" } ?? "") to \(position)")
      print("moved    the position to \(position) on timeline \(findings.identity.timeline); run goes on there")
      await writer.close()
      await database.close()
    } catch {
      await writer.close()
      await database.close()
      throw error
    }
  }

  private func makeSlot(_ source: SourceSettings, _ database: SourceDatabase) async throws -> LSN {
    if Terminal.isError { Terminal.write("waiting for open transactions of the source to end …\r", to: 2) }
    let position = try await database.createSlot()
    if Terminal.isError { Terminal.write("\u{1B}[2K\r", to: 2) }
    print("created  slot \"\(source.slot)\", consistent point \(position)")
    return position
  }

  /// What `run` does by itself with `snapshot.mode=when_needed`, without the stream.
  private func takeSnapshot(_ settings: Settings, _ source: SourceSettings, _ store: AuditSettings) async throws {
    var source = source
    source.snapshotMode = .whenNeeded
    source.endsAfterSnapshot = true
    let pipeline = Pipeline(
      source: source, policy: settings.batchPolicy, retry: settings.retrySettings, logger: Logger(label: "pipeline")
    ) { RecoveryWriter.make(store) }
    try await pipeline.run()
    print("recorded the gap and the tables' rows; run goes on there")
  }
}

/// The trail's writer, going on beside another server's offset.
private enum RecoveryWriter {
  static func make(_ store: AuditSettings) -> AuditWriter {
    var store = store
    store.acceptsForeignOffset = true
    return AuditWriter(store)
  }
}
