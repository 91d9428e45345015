public import WAL

/// Delete: what PostgreSQL sent of the old row stands in `Tuples.old`.
public struct Delete: Hashable, Sendable {
  /// The transaction, in a streamed block.
  public let transaction: TransactionID?
  /// The table's OID.
  public let relation: UInt32

  /// A Delete by its fields.
  public init(transaction: TransactionID? = nil, relation: UInt32) {
    self.transaction = transaction
    self.relation = relation
  }
}

extension MessageReader {
  mutating func delete(into tuples: inout Tuples) throws(DecodeError) -> Delete {
    let delete = Delete(transaction: try streamedTransaction(), relation: try uint32("the relation's OID"))
    let tag = try uint8("the tuple's tag")
    guard let identity = OldRow(rawValue: tag), identity != .absent else {
      throw error(.unknownTag(tag, field: "tag of the old row"), at: offset - 1)
    }
    try oldTuple(into: &tuples, identity)
    return delete
  }
}
