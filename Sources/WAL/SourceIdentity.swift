/// What a position is only valid for: one server's history, one database, one slot.
public struct SourceIdentity: Hashable, Sendable {
  /// `system_identifier` of IDENTIFY_SYSTEM: the cluster, unchanged by failover to a physical standby.
  public let system: UInt64
  /// The timeline that the server writes; a promoted standby begins a new one.
  public let timeline: UInt32
  /// The database's name.
  public let database: String
  /// The replication slot's name.
  public let slot: String

  /// An identity by its parts.
  public init(system: UInt64, timeline: UInt32, database: String, slot: String) {
    self.system = system
    self.timeline = timeline
    self.database = database
    self.slot = slot
  }
}
