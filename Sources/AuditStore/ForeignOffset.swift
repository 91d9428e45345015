public import Pipeline
public import WAL

/// An offset under the same slot's name that another source left.
///
/// A slot belongs to one server and its name to one database of it: an offset that differs in one of the two was left
/// by a server that this one replaced, or by a database that the slot was moved from.
public struct ForeignOffset: Sendable {
  private let offset: OffsetStatus
  private let position: LSN
  private let source: SourceIdentity

  /// The newest foreign offset; nil when the source has one of its own, or nobody has.
  public static func find(in offsets: [OffsetStatus], source: SourceIdentity, sink: String) -> ForeignOffset? {
    let system = String(source.system)
    let named = offsets.filter { $0.slot == source.slot && $0.sink == sink }
    let own = named.filter { $0.system == system && $0.database == source.database }
    // A row without a position was made by an instance that ended before it stored anything.
    guard !own.contains(where: { $0.position != nil }) else { return nil }
    let related = named.filter { $0.position != nil && ($0.system == system || $0.database == source.database) }
    guard let newest = related.max(by: { $0.updatedAt < $1.updatedAt }), let position = newest.position else {
      return nil
    }
    return ForeignOffset(offset: newest, position: position, source: source)
  }

  /// The refusal, with the ways out.
  /// - Parameter table: the quoted name of `replication_offset`.
  public func failure(at place: String, table: String) -> Failure {
    Failure(
      .foreignOffset,
      """
      the offset \(position) of slot \(source.slot) belongs to system \(offset.system), database \(offset.database), and \
      the source is system \(source.system), database \(source.database)
      """, at: place,
      advice: """
        check database.*; if the source was really replaced, cdc-direct recover shows the way on; or use another \
        slot.name or audit.schema, or retire the old offset: UPDATE \(table) SET slot_name = slot_name || ' (retired)' WHERE source_id = \(offset.sourceID)
        """)
  }
}
