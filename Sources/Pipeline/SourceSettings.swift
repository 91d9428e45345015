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
  /// What a created publication publishes; nil for everything.
  public var publishedOperations: Set<Publication.Operation>?
  /// Replica identities to be set at start.
  public var replicaIdentities: ReplicaIdentityAutoset?
  /// What is captured.
  public var capture = Selection()
  /// Whether tables were named to be captured, so that one missing from the publication is an error.
  public var namesTables = false
  /// Which captured tables a snapshot reads.
  public var snapshotIncludes: @Sendable (_ schema: String, _ table: String) -> Bool = { _, _ in true }
  /// How a snapshot is read whose rows become Debezium's events; nil for the published tables.
  public var eventSnapshot: EventSnapshotSettings?
  /// How signals arrive; nil for none.
  public var signals: SignalSettings?
  /// How long the snapshot may wait for a table's lock; nil for as long as it takes.
  public var snapshotLockLimit: Duration?
  /// When rows are read.
  public var snapshotMode: StartDecision.SnapshotMode = .initial
  /// Whether `always` goes on from its snapshot instead of the offset.
  public var alwaysFromSnapshot = false
  /// Whether nothing is streamed after a snapshot.
  public var endsAfterSnapshot = false
  /// A pause before a snapshot; nil for none.
  public var snapshotDelay: Duration?
  /// A pause between a snapshot and the stream; nil for none.
  public var streamDelay: Duration?
  /// How often the slot's `catalog_xmin` is read for the sink; nil for never.
  public var xminInterval: Duration?
  /// Whether the slot hears of stored positions; otherwise somebody else moves it.
  public var confirms = true
  /// Whether a slot that stands ahead of the offset is believed: what lies between was read by others.
  public var trustsSlot = false
  /// How often the sink is told of a heartbeat; nil for never.
  public var heartbeatInterval: Duration?
  /// Whether a type is taken to stay as it was when the session began, as Debezium takes it: an enum's new labels go
  /// unnoticed.
  public var remembersTypes = false
  /// Further options of START_REPLICATION.
  public var streamParameters: [StreamOptions.Extra] = []
  /// Where transactions are kept that are streamed before they commit; nil to have them sent after it.
  public var spool: SpoolSettings?
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
