public import WAL

/// Relation: a table's shape, sent before its first change and again when it changes.
public struct Relation: Hashable, Sendable {
  /// Which columns of the old row PostgreSQL sends with updates and deletes.
  ///
  /// Source: PostgreSQL documentation, ALTER TABLE, REPLICA IDENTITY.
  public enum ReplicaIdentity: UInt8, Sendable {
    case primaryKey = 0x64  // d
    case nothing = 0x6E  // n
    case full = 0x66  // f
    case index = 0x69  // i
  }

  /// A column as the Relation message describes it.
  public struct Column: Hashable, Sendable {
    /// The column's name.
    public let name: String
    /// The type's OID.
    public let type: UInt32
    /// The type modifier (`atttypmod`), -1 for none.
    public let modifier: Int32
    /// Whether it belongs to the replica identity. Under `full` every column does.
    public let isIdentity: Bool

    /// A column by its fields.
    public init(name: String, type: UInt32, modifier: Int32 = -1, isIdentity: Bool) {
      self.name = name
      self.type = type
      self.modifier = modifier
      self.isIdentity = isIdentity
    }
  }

  /// The transaction, in a streamed block.
  public let transaction: TransactionID?
  /// The table's OID.
  public let oid: UInt32
  /// The schema's name.
  public let schema: String
  /// The table's name.
  public let name: String
  /// What the old row of an update or delete holds.
  public let replicaIdentity: ReplicaIdentity
  /// The published columns, in order.
  public let columns: [Column]

  /// A Relation by its fields.
  public init(
    transaction: TransactionID? = nil, oid: UInt32, schema: String, name: String, replicaIdentity: ReplicaIdentity,
    columns: [Column]
  ) {
    self.transaction = transaction
    self.oid = oid
    self.schema = schema
    self.name = name
    self.replicaIdentity = replicaIdentity
    self.columns = columns
  }
}

extension MessageReader {
  mutating func relation() throws(DecodeError) -> Relation {
    let transaction = try streamedTransaction()
    let oid = try uint32("the relation's OID")
    let schema = try string("the schema's name")
    let name = try string("the table's name")
    let tag = try uint8("the replica identity")
    guard let identity = Relation.ReplicaIdentity(rawValue: tag) else {
      throw error(.unknownTag(tag, field: "replica identity"), at: offset - 1)
    }
    let count = Int(try uint16("the number of columns"))
    var columns: [Relation.Column] = []
    // A column takes at least 10 bytes: a count that cannot fit reserves nothing.
    columns.reserveCapacity(min(count, remaining / 10))
    for _ in 0..<count {
      let flags = try uint8("a column's flags")
      guard flags <= 1 else { throw error(.unknownTag(flags, field: "column flags"), at: offset - 1) }
      columns.append(
        Relation.Column(
          name: try string("a column's name"), type: try uint32("a column's type"),
          modifier: Int32(bitPattern: try uint32("a column's modifier")), isIdentity: flags == 1))
    }
    // PostgreSQL sends pg_catalog as an empty name.
    return Relation(
      transaction: transaction, oid: oid, schema: schema.isEmpty ? "pg_catalog" : schema, name: name,
      replicaIdentity: identity, columns: columns)
  }
}
