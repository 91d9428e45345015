extension Settings.Events {
  /// `snapshot.mode`.
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
    /// As the switches of ``ConfiguredSnapshot`` say.
    case configurationBased = "configuration_based"
  }

  /// The switches of `snapshot.mode=configuration_based`.
  public struct ConfiguredSnapshot: Sendable, Hashable {
    /// Read the rows.
    public let data: Bool
    /// Read the shapes of tables.
    public let schema: Bool
    /// Stream afterwards.
    public let startsStream: Bool
    /// Take a snapshot when the stored position is gone.
    public let onDataError: Bool
  }

  /// `snapshot.isolation.mode`.
  public enum Isolation: String, Sendable, CaseIterable {
    /// SERIALIZABLE, with the slot's snapshot where one was made.
    case serializable
    /// REPEATABLE READ.
    case repeatableRead = "repeatable_read"
    /// READ COMMITTED.
    case readCommitted = "read_committed"
    /// READ UNCOMMITTED, which PostgreSQL takes for READ COMMITTED.
    case readUncommitted = "read_uncommitted"
  }

  /// Snapshots of the tables; which of them is in ``Settings/snapshot``.
  public struct EventSnapshot: Sendable, Hashable {
    /// When one is taken.
    public let mode: SnapshotMode
    /// What `configuration_based` is made of.
    public let configured: ConfiguredSnapshot
    /// Expressions of captured tables that are read; empty for all.
    public let tables: PatternList
    /// Isolation of the transaction.
    public let isolation: Isolation
    /// Whether tables are locked (ACCESS SHARE) while their shapes are read.
    public let locksTables: Bool
    /// `lock_timeout` meanwhile; nil for none.
    public let lockTimeout: Duration?
    /// Queries in place of whole tables, by `schema.table`.
    public let queries: [String: String]
    /// Pause before it; nil for none.
    public let delay: Duration?
    /// Pause between it and the stream; nil for none.
    public let streamingDelay: Duration?

    init(_ values: Values) {
      let isNever = Values.trimmed(values.text("snapshot.mode")).lowercased() == "never"
      mode = isNever ? .noData : values.choice("snapshot.mode", .initial)
      let switches = "snapshot.mode.configuration.based"
      configured = ConfiguredSnapshot(
        data: values.boolean("\(switches).snapshot.data"), schema: values.boolean("\(switches).snapshot.schema"),
        startsStream: values.boolean("\(switches).start.stream"),
        onDataError: values.boolean("\(switches).snapshot.on.data.error"))
      tables = values.patterns("snapshot.include.collection.list")
      isolation = values.choice("snapshot.isolation.mode", .serializable)
      locksTables = Values.trimmed(values.text("snapshot.locking.mode")).lowercased() == "shared"
      lockTimeout = values.bound("snapshot.lock.timeout.ms")
      var queries: [String: String] = [:]
      for table in values.list("snapshot.select.statement.overrides") {
        queries[table] = values.optionalText("snapshot.select.statement.overrides.\(table)")
      }
      self.queries = queries
      delay = values.bound("snapshot.delay.ms")
      streamingDelay = values.bound("streaming.delay.ms")
    }
  }
}
