public import PGReplication

/// What the pipeline needs to know of the source.
public struct SourceSettings: Sendable {
  /// How to reach it.
  public var conninfo: Conninfo
  /// The replication slot.
  public var slot: String
  /// Whether a new slot is synchronised to standbys (PostgreSQL 17 and later).
  public var slotFailover = false
  /// Whether the slot is dropped at an orderly stop.
  public var dropSlotOnStop = false
  /// How long creating a slot may wait for transactions that are open.
  public var slotCreationLimit: Duration = .seconds(90)
  /// The publication.
  public var publication: String
  /// How a publication that does not exist is created.
  public var publicationMode: PublicationAutocreateMode = .allTables
  /// Whether a created publication shows partitions as their root.
  public var publishViaPartitionRoot = false
  /// Replica identities to be set at start.
  public var replicaIdentities: ReplicaIdentityAutoset?
  /// What is captured.
  public var capture = Selection()
  /// Whether tables were named to be captured, so that one missing from the publication is an error.
  public var namesTables = false
  /// Which captured tables a snapshot reads.
  public var snapshotIncludes: @Sendable (_ schema: String, _ table: String) -> Bool = { _, _ in true }
  /// How long the snapshot may wait for a table's lock; nil for as long as it takes.
  public var snapshotLockLimit: Duration?
  /// When rows are read.
  public var snapshotMode: StartDecision.SnapshotMode = .initial
  /// Further options of START_REPLICATION.
  public var streamParameters: [StreamOptions.Extra] = []
  /// How the stream behaves in time.
  public var timing = ReplicationStream.Timing()
  /// Statements run on each ordinary session when it is opened.
  public var initialStatements: [String] = []
  /// Time limit of the pipeline's own queries; nil for none.
  public var queryLimit: Duration? = .seconds(600)
  /// The schema of the audit tables, which must not be published.
  public var ownSchema: String?

  /// The source behind a connection, slot and publication; the rest at its defaults.
  public init(conninfo: Conninfo, slot: String, publication: String) {
    self.conninfo = conninfo
    self.slot = slot
    self.publication = publication
  }
}
