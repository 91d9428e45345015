extension Settings {
  /// The replication slot.
  public struct Slot: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// Whether an orderly stop drops it.
    public let dropOnStop: Bool
    /// Whether it is made as a failover slot, where the server has them.
    public let failover: Bool
    /// Further options of the plugin.
    public let streamParameters: [Parameter]
    /// Attempts to open the replication connection; nil for endless.
    public let maxRetries: Int?
    /// Pause between them.
    public let retryDelay: Duration
    /// How long making the slot may take; nil for no limit.
    public let createTimeout: Duration?

    init(_ values: Values) {
      name = Values.trimmed(values.text("slot.name"))
      dropOnStop = values.boolean("slot.drop.on.stop")
      failover = values.boolean("slot.failover")
      streamParameters = Values.parameters(values.text("slot.stream.params")) ?? []
      maxRetries = values.optionalInteger("slot.max.retries")
      retryDelay = values.milliseconds("slot.retry.delay.ms")
      createTimeout = values.bound("slot.create.timeout.ms")
    }
  }

  /// How a missing publication is made.
  public enum PublicationMode: String, Sendable, CaseIterable {
    /// FOR ALL TABLES.
    case allTables = "all_tables"
    /// FOR TABLE, the captured ones; altered when they change.
    case filtered
    /// Without tables.
    case noTables = "no_tables"
    /// Not at all.
    case disabled
  }

  /// The publication.
  public struct Publication: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// How it is made when it is missing.
    public let autocreateMode: PublicationMode
    /// Whether it is made with `publish_via_partition_root`.
    public let viaPartitionRoot: Bool
    /// Replica identities to set at the start; the first rule that matches a table holds.
    public let replicaIdentities: [ReplicaIdentityRule]

    init(_ values: Values) {
      name = Values.trimmed(values.text("publication.name"))
      autocreateMode = values.choice("publication.autocreate.mode", .allTables)
      viaPartitionRoot = values.boolean("publish.via.partition.root")
      replicaIdentities = ReplicaIdentityRule.parse(values.text("replica.identity.autoset.values")) ?? []
    }
  }

  /// When rows that were there before the stream are read.
  public enum SnapshotMode: String, Sendable, CaseIterable {
    /// Once, before the first stream.
    case initial
    /// Once, and then stop.
    case initialOnly = "initial_only"
    /// Never.
    case noData = "no_data"
    /// At every start.
    case always
    /// As initial, and again when the position was lost.
    case whenNeeded = "when_needed"
  }

  /// The snapshot.
  public struct Snapshot: Sendable, Hashable {
    /// When it is taken.
    public let mode: SnapshotMode
    /// Captured tables that it reads, as `schema.table`; empty for all.
    public let tables: PatternList
    /// `lock_timeout` for each table; nil for none.
    public let lockTimeout: Duration?

    /// Whether it reads this captured table.
    public func includes(schema: String, table: String) -> Bool {
      tables.isEmpty || tables.matches("\(schema).\(table)")
    }

    init(_ values: Values) {
      let isNever = Values.trimmed(values.text("snapshot.mode")).lowercased() == "never"
      mode = isNever ? .noData : values.choice("snapshot.mode", .initial)
      tables = values.patterns("snapshot.include.collection.list")
      lockTimeout = values.bound("snapshot.lock.timeout.ms")
    }
  }

  /// The heartbeat.
  public struct Heartbeat: Sendable, Hashable {
    /// Its period; nil for none.
    public let interval: Duration?
    /// SQL that runs on the source with each; nil for none.
    public let actionQuery: String?

    init(_ values: Values) {
      interval = values.bound("heartbeat.interval.ms")
      actionQuery = values.optionalText("heartbeat.action.query")
    }
  }

  /// The stream and its memory.
  public struct Stream: Sendable, Hashable {
    /// Period of standby status updates.
    public let statusInterval: Duration
    /// Silence after which the connection is given up.
    public let staleAfter: Duration
    /// How often the position of an idle slot is stored.
    public let idleOffsetInterval: Duration
    /// Memory for changes between reading and writing, in bytes.
    public let memoryBudget: Int
    /// Whether large transactions are streamed before they commit.
    public let isInProgress: Bool
    /// Where they are kept until then; nil for the directory of temporary files.
    public let spoolDirectory: String?
    /// Disk for all of them together, in bytes.
    public let spoolBytes: Int

    /// Used where `max.queue.size.in.bytes` is 0.
    static let defaultMemoryBudget = 8 << 20
    /// The least that is used.
    static let minimumMemoryBudget = 1 << 20

    init(_ values: Values) {
      statusInterval = values.milliseconds("status.update.interval.ms")
      staleAfter = values.milliseconds("wire.stale.after.ms")
      idleOffsetInterval = values.milliseconds("offset.idle.interval.ms")
      isInProgress = values.boolean("stream.in.progress")
      spoolDirectory = values.optionalText("spool.directory")
      spoolBytes = values.bytes("spool.max.bytes")
      let bytes = values.bytes("max.queue.size.in.bytes")
      memoryBudget = bytes == 0 ? Self.defaultMemoryBudget : max(bytes, Self.minimumMemoryBudget)
    }
  }
}
