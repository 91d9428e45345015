public import PGReplication
public import WAL

/// The answer to one look at the source.
public struct PolledSource: Sendable, Hashable {
  /// The slot; nil when it does not exist.
  public let slot: SlotReading?
  /// The end of the flushed log; on a standby, of the replayed log.
  public let flushed: LSN

  /// An answer by its parts.
  public init(slot: SlotReading?, flushed: LSN) {
    self.slot = slot
    self.flushed = flushed
  }

  /// Asks the server. Throws what it says.
  public static func read(slot: String, on connection: borrowing Connection) throws(PostgresError) -> PolledSource {
    let flushed = try ServerPosition.read(on: connection).flushed
    return PolledSource(slot: try SlotState.read(slot, on: connection).map { SlotReading($0) }, flushed: flushed)
  }
}
