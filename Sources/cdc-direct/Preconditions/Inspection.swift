internal import AuditStore
internal import PGReplication
internal import Pipeline
internal import Settings
internal import WAL

/// Looks at all servers, then at what only shows when they are seen together.
struct Inspection {
  private let settings: Settings
  private let source: SourceSettings
  /// Nil for `stream`, which has no audit database.
  private let store: AuditSettings?

  /// - Parameter isForStream: whether `stream` is what shall run, with events alone.
  init(_ settings: Settings, isForStream: Bool) throws {
    self.settings = settings
    source = try isForStream ? settings.eventSource() : settings.source()
    store = try isForStream ? nil : settings.auditStore()
  }

  /// All findings.
  func run() async throws -> Findings {
    var sourceSide = SourceInspection(source, setsSenderTimeout: settings.database.walSenderTimeout != nil)
    sourceSide.run()
    var findings = sourceSide.findings
    if let store {
      var auditSide = AuditInspection(store)
      auditSide.run()
      findings.append(contentsOf: auditSide.findings)
      checkClocks(sourceSide, auditSide, &findings)
      checkSameServer(sourceSide, auditSide, &findings)
      checkStart(sourceSide, auditSide, &findings)
    }
    if let kafka = settings.kafka {
      var brokerSide = KafkaInspection(
        settings, kafka, try settings.checkedEventSettings(), tables: topicTables(sourceSide.tables),
        isBesideTrail: store != nil)
      await brokerSide.run()
      findings.append(contentsOf: brokerSide.findings)
    }
    if store != nil, settings.http.isEnabled { checkHTTP(&findings) }
    return findings
  }

  /// Who can ask the HTTP server, and whether its files can be used.
  private func checkHTTP(_ findings: inout Findings) {
    do { _ = try settings.http.access() } catch {
      let failure = error as? Failure ?? Failure(.unexpected, "\(error)", at: "http")
      return findings.error(failure, "http")
    }
    if let exposure = settings.http.exposure {
      findings.warn("http", exposure.what, exposure.remedy)
    } else {
      let way = "\(settings.http.isLoopback ? "this machine alone" : "who has the token")"
      findings.ok("http", "\(way) can ask for status and metrics")
    }
  }

  /// The tables by whose names events come.
  private func topicTables(_ tables: [CapturedTable]) -> [TableName] {
    tables.filter { table in
      guard !table.isUnlogged else { return false }
      return source.publishViaPartitionRoot ? table.root == nil : !table.isPartitioned
    }.map(\.name)
  }

  private func checkClocks(_ source: SourceInspection, _ audit: AuditInspection, _ findings: inout Findings) {
    guard let first = source.clock, let second = audit.clock else { return }
    let apart = abs(first - second)
    if apart > 5 {
      findings.warn(
        "clocks", "the servers' clocks are \(ByteText.duration(apart)) apart: lag in seconds is off by that",
        "let both servers follow the same time source (NTP)")
    } else if abs(first) > 5 {
      findings.warn(
        "clocks", "this machine's clock is \(ByteText.duration(abs(first))) off the source's: lag is off by that",
        "let this machine follow the servers' time source (NTP)")
    } else {
      findings.ok("clocks", "the clocks agree within \(ByteText.duration(max(apart, 0.1)))")
    }
  }

  private func checkSameServer(_ source: SourceInspection, _ audit: AuditInspection, _ findings: inout Findings) {
    guard let system = source.system, audit.system == String(system.system) else { return }
    guard audit.database == system.database else {
      return findings.info(
        "same_server", "source and audit database are on one server: its loss takes both", "use a server of its own")
    }
    if source.publication?.allTables ?? (self.source.publicationMode == .allTables) {
      findings.error(
        .publicationFeedsItself, "same_server",
        "the trail is in the source's own database, and the publication is for all tables: each audit row makes another",
        "use a database of its own for audit.url, or publication.autocreate.mode=filtered with table.include.list")
    } else {
      findings.warn(
        "same_server", "the trail is in the source's own database: whoever owns that can change it",
        "use a server of its own for audit.url")
    }
  }

  /// What the next start would do, by the same table that decides it then.
  private func checkStart(_ source: SourceInspection, _ audit: AuditInspection, _ findings: inout Findings) {
    guard let system = source.system, let history = source.history else { return }
    let identity = SourceIdentity(
      system: system.system, timeline: system.timeline, database: system.database ?? "", slot: self.source.slot)
    do {
      let stored = try audit.offset(of: identity)
      let offset = stored?.position.map { position in
        StoredOffset(
          position: position, timeline: stored?.timeline ?? identity.timeline, epoch: stored?.epoch ?? 0)
      }
      var end = system.position
      if let position = offset?.position, position > end {
        // A running instance may have stored it since the source was asked.
        end = try ServerPosition.read(on: self.source.session()).flushed
      }
      let action = try StartDecision(mode: self.source.snapshotMode).action(
        for: StartDecision.Facts(
          identity: identity, offset: offset, slot: source.slot, serverEnd: end, history: history,
          hasSnapshot: false))
      findings.ok("start", Inspection.sentence(action))
    } catch let failure as Failure {
      // An invalid slot was reported where it was found.
      if failure.kind != .slotInvalidated { findings.error(failure, "start") }
    } catch {
      findings.error(.unexpected, "start", "\(error)")
    }
  }

  private static func sentence(_ action: StartDecision.Action) -> String {
    switch action {
    case .resume(let position): "the next run goes on at \(position)"
    case .createSlot: "the next run makes the slot and streams from there, without a snapshot"
    case .adoptSlot(let position): "the next run streams from the slot's own position \(position)"
    case .snapshot(_, _, let gap?):
      "the next run records a gap from \(gap.from), takes a snapshot and streams from there"
    case .snapshot(_, let position?, nil): "the next run takes a snapshot and goes on at \(position)"
    case .snapshot(_, nil, nil): "the next run takes a snapshot and streams from there"
    case .finished: "nothing is left to do: the snapshot is taken (snapshot.mode=initial_only)"
    }
  }
}
