internal import Decoder
internal import Glibc
internal import PGReplication
internal import Pipeline
internal import Settings

extension Settings.Connection {
  /// The connection in libpq's words. Throws when the URI cannot be read.
  var conninfo: Conninfo {
    get throws(PostgresError) {
      let pairs = Dictionary(parameters.map { ($0.keyword, $0.value) }) { _, last in last }
      guard let uri else { return Conninfo(pairs) }
      return try Conninfo(parsing: uri).merged(pairs)
    }
  }
}

extension Settings {
  /// What the pipeline needs to know of the source.
  func source() throws(Failure) -> SourceSettings {
    let conninfo: Conninfo
    do { conninfo = try database.connection.conninfo } catch { throw .source(error) }
    var source = SourceSettings(conninfo: conninfo, slot: slot.name, publication: publication.name)
    source.slotFailover = slot.failover
    source.dropSlotOnStop = slot.dropOnStop
    if let limit = slot.createTimeout { source.slotCreationLimit = limit }
    source.publicationMode = PublicationAutocreateMode(rawValue: publication.autocreateMode.rawValue) ?? .disabled
    source.publishViaPartitionRoot = publication.viaPartitionRoot
    source.replicaIdentities = replicaIdentities
    source.capture = captured
    source.namesTables = !capture.tableInclude.isEmpty
    source.snapshotIncludes = { [snapshot] in snapshot.includes(schema: $0, table: $1) }
    source.snapshotLockLimit = snapshot.lockTimeout
    source.endsAfterSnapshot = snapshot.mode == .initialOnly
    source.snapshotMode = StartDecision.SnapshotMode(rawValue: snapshot.mode.rawValue) ?? .initial
    source.streamParameters = slot.streamParameters.map { StreamOptions.Extra(name: $0.keyword, value: $0.value) }
    source.timing = ReplicationStream.Timing(
      statusInterval: stream.statusInterval, staleAfter: stream.staleAfter,
      walSenderTimeout: database.walSenderTimeout)
    if stream.isInProgress {
      source.spool = SpoolSettings(directory: stream.spoolDirectory ?? temporaryDirectory, maxBytes: stream.spoolBytes)
    }
    source.initialStatements = database.initialStatements
    source.queryLimit = database.queryTimeout
    source.ownSchema = audit.schema
    return source
  }

  /// For what is large and passes: the environment's choice, else a directory that is on a disk by convention.
  private var temporaryDirectory: String {
    let chosen = getenv("TMPDIR").map { String(cString: $0) } ?? ""
    return chosen.isEmpty ? "/var/tmp" : chosen
  }

  private var captured: Selection {
    var skipped: Set<Change.Operation> = []
    for operation in capture.skippedOperations {
      switch operation {
      case .create: skipped.insert(.insert)
      case .update: skipped.insert(.update)
      case .delete: skipped.insert(.delete)
      }
    }
    return Selection(
      skipping: skipped,
      table: { [capture] in capture.includes(schema: $0, table: $1) },
      column: { [capture] in capture.includes(schema: $0, table: $1, column: $2) })
  }

  private var replicaIdentities: ReplicaIdentityAutoset? {
    guard !publication.replicaIdentities.isEmpty else { return nil }
    return ReplicaIdentityAutoset(
      rules: publication.replicaIdentities.flatMap { rule in
        rule.tables.patterns.map { ReplicaIdentityAutoset.Rule(pattern: $0, identity: rule.identity.postgres) }
      })
  }

  /// When a sink transaction is committed, and how much is rendered ahead of it.
  var batchPolicy: BatchPolicy {
    BatchPolicy(
      maxChanges: audit.batchMaxChanges, maxBytes: audit.batchMaxBytes, maxDelay: audit.batchMaxDelay,
      // Frames, rendered changes and libpq's own buffers take about eight times this.
      bufferBytes: max(64 << 10, min(256 << 10, stream.memoryBudget / 8)), idleInterval: stream.idleOffsetInterval)
  }

  /// How failures are tried again.
  var retrySettings: RetrySettings {
    var settings = RetrySettings()
    settings.initialBackoff = retry.initialDelay
    settings.maxBackoff = retry.maximumDelay
    settings.maxRetries = retry.maximumAttempts
    settings.maxSlotRetries = slot.maxRetries
    settings.slotRetryDelay = slot.maxRetries == nil ? nil : slot.retryDelay
    settings.setsAsideRefused = retry.tolerance == .all
    settings.maxSetAside = retry.maximumErrors
    settings.shutdownLimit = shutdownTimeout
    return settings
  }
}

extension ReplicaIdentityRule.Identity {
  fileprivate var postgres: ReplicaIdentity {
    switch self {
    case .default: .default
    case .full: .full
    case .nothing: .nothing
    case .index(let name): .index(name)
    }
  }
}
