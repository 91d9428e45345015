public import WAL

/// Insert: a new row, whose values stand in `Tuples.new`.
public struct Insert: Hashable, Sendable {
  /// The transaction, in a streamed block.
  public let transaction: TransactionID?
  /// The table's OID.
  public let relation: UInt32

  /// An Insert by its fields.
  public init(transaction: TransactionID? = nil, relation: UInt32) {
    self.transaction = transaction
    self.relation = relation
  }
}

extension MessageReader {
  mutating func insert(into tuples: inout Tuples) throws(DecodeError) -> Insert {
    let insert = Insert(transaction: try streamedTransaction(), relation: try uint32("the relation's OID"))
    try newTuple(into: &tuples, tag: try uint8("the tuple's tag"))
    return insert
  }

  mutating func newTuple(into tuples: inout Tuples, tag: UInt8) throws(DecodeError) {
    guard tag == UInt8(ascii: "N") else { throw error(.unknownTag(tag, field: "tag of the new row"), at: offset - 1) }
    if try tuple(into: &tuples.new) { tuples.holdsBinary = true }
  }
}
