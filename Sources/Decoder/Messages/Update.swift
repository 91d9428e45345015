public import WAL

/// Update: a row's new values stand in `Tuples.new`; what PostgreSQL sent of the old ones in `Tuples.old`.
public struct Update: Hashable, Sendable {
  /// The transaction, in a streamed block.
  public let transaction: TransactionID?
  /// The table's OID.
  public let relation: UInt32

  /// An Update by its fields.
  public init(transaction: TransactionID? = nil, relation: UInt32) {
    self.transaction = transaction
    self.relation = relation
  }
}

extension MessageReader {
  mutating func update(into tuples: inout Tuples) throws(DecodeError) -> Update {
    let update = Update(transaction: try streamedTransaction(), relation: try uint32("the relation's OID"))
    var tag = try uint8("the tuple's tag")
    if let identity = OldRow(rawValue: tag), identity != .absent {
      try oldTuple(into: &tuples, identity)
      tag = try uint8("the tuple's tag")
    }
    try newTuple(into: &tuples, tag: tag)
    return update
  }

  mutating func oldTuple(into tuples: inout Tuples, _ identity: OldRow) throws(DecodeError) {
    tuples.oldRow = identity
    if try tuple(into: &tuples.old) { tuples.holdsBinary = true }
  }
}
