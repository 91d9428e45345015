internal import ArgumentParser
internal import AuditStore
internal import PGReplication
internal import Pipeline
internal import Settings
internal import WAL

/// `cdc-direct init`: publication, slot and audit schema, as far as they are missing.
struct Init: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make the audit schema, the publication and the slot, as far as they are missing.",
    discussion: """
      Run it once as roles that may make them, so that run itself needs fewer rights; run makes what is missing, too. \
      It may be run again at any time and says what it found and what it made.

      The slot keeps the source's log from now on: start run soon. The first run takes its snapshot at a position of its \
      own and stores its offset then.

      Examples:
        cdc-direct init --config cdc.yaml
        cdc-direct init --config cdc.yaml --only audit --set audit.user=owner
        cdc-direct init --config cdc.yaml --only source
      """)

  /// One of the two sides.
  enum Side: String, ExpressibleByArgument, CaseIterable { case source, audit }

  @OptionGroup var options: SettingsOptions

  @Option(help: "Touch one side only: source or audit.")
  var only: Side?

  func run() async throws {
    let requirement: Settings.Requirement =
      switch only {
      case .source: [.database]
      case .audit: [.audit]
      case nil: [.database, .audit]
      }
    let settings = try options.load(requiring: requirement)
    try await failing {
      // The slot comes last: from its making on, the source keeps its log for it.
      if only != .source { try makeSchema(try settings.auditStore()) }
      if only != .audit { try await makeSource(try settings.source(), only == nil ? try settings.auditStore() : nil) }
    }
  }

  // MARK: The audit side

  private func makeSchema(_ store: AuditSettings) throws {
    let connection = try store.session()
    let runner = try MigrationRunner(schema: store.schema)
    let before = try version(store.schema, connection)
    try runner.apply(connection)
    let place = "schema \(store.schema) on \(connection.endpoint)"
    if let before {
      let isCurrent = before == runner.version
      print(
        isCurrent ? "exists   \(place), version \(before)" : "changed  \(place), version \(before) to \(runner.version)"
      )
    } else {
      print("created  \(place), version \(runner.version)")
    }
    let made = try Failure.ofAudit { () throws(PostgresError) in
      try connection.execute(
        "SELECT \(try Identifier.quoteIdentifier(store.schema)).ensure_partitions($1, $2)",
        [store.partitionUnit.rawValue, String(store.partitionsAhead)]
      ).scalar ?? "0"
    }
    if made == "0" {
      print("exists   partitions by \(store.partitionUnit.rawValue), \(store.partitionsAhead) ahead")
    } else {
      print("created  \(made) partition(s) by \(store.partitionUnit.rawValue)")
    }
  }

  private func version(_ schema: String, _ connection: borrowing Connection) throws -> Int? {
    try Failure.ofAudit { () throws(PostgresError) in
      let table = "\(try Identifier.quoteIdentifier(schema)).schema_version"
      guard try connection.execute("SELECT pg_catalog.to_regclass($1)", [table]).scalar != nil else { return nil }
      return try connection.execute("SELECT pg_catalog.max(version) FROM \(table)").scalar.flatMap { Int($0) }
    }
  }

  // MARK: The source side

  private func makeSource(_ source: SourceSettings, _ store: AuditSettings?) async throws {
    let findings = try await SourceDatabase(source).prepare()
    let name = "publication \"\(source.publication)\""
    switch findings.publication {
    case .created: print("created  \(name) (\(source.publicationMode.rawValue))")
    case .unchanged: print("exists   \(name)")
    case .altered(let added, let dropped):
      print("changed  \(name): \(added.count) table(s) added, \(dropped.count) dropped")
    }
    for identity in findings.identitiesSet { print("changed  replica identity of \(identity)") }
    if let slot = findings.slot { try confirm(slot, source, findings) } else { try makeSlot(source) }
    if findings.slot == nil, let store { try noteOffset(of: findings.identity, store) }
    guard !findings.withoutIdentity.isEmpty else { return }
    Terminal.error(
      "note: PostgreSQL refuses UPDATE and DELETE on published tables without replica identity: "
        + "\(findings.withoutIdentity.listed); cdc-direct check prints what mends it")
  }

  /// A new slot begins behind an offset that an earlier slot of that name left.
  private func noteOffset(of identity: SourceIdentity, _ store: AuditSettings) throws {
    let earlier = try Trail(store).offsets().first {
      $0.system == String(identity.system) && $0.database == identity.database && $0.slot == identity.slot
        && $0.sink == store.sink
    }
    guard let position = earlier?.position else { return }
    Terminal.error(
      "note: the trail already reaches \(position) for a slot of this name; what was written between is not in the new "
        + "slot. The next run stops with exit code \(Failure.Kind.gap.exitCode) unless snapshot.mode=when_needed, which "
        + "records the gap and takes a new snapshot")
  }

  /// The slot serves, or the same failure is thrown that `run` would stop with.
  private func confirm(_ slot: SlotState, _ source: SourceSettings, _ findings: SourceDatabase.Findings) throws {
    _ = try StartDecision(mode: source.snapshotMode).action(
      for: StartDecision.Facts(
        identity: findings.identity, offset: nil, slot: slot, serverEnd: findings.serverEnd,
        history: findings.history, hasSnapshot: false))
    let position = slot.confirmedFlushLSN ?? slot.restartLSN ?? .zero
    print("exists   slot \"\(slot.name)\", confirmed \(position)\(slot.active ? ", in use" : "")")
  }

  private func makeSlot(_ source: SourceSettings) throws {
    if Terminal.isError { Terminal.write("waiting for open transactions of the source to end …\r", to: 2) }
    let walsender = try Connection(source.conninfo.replication.role("metadata"))
    let slot = try walsender.createSlot(
      source.slot, SlotOptions(failover: source.slotFailover), within: source.slotCreationLimit)
    if Terminal.isError { Terminal.write("\u{1B}[2K\r", to: 2) }
    print("created  slot \"\(slot.name)\", consistent point \(slot.consistentPoint)")
    print("         the offset is stored at the first run; the source keeps its log from here on")
  }
}
