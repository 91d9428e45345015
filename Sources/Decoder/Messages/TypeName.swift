public import WAL

/// Type: the name of a type that is not built in, sent before a Relation that uses it.
public struct TypeName: Hashable, Sendable {
  /// The transaction, in a streamed block.
  public let transaction: TransactionID?
  /// The type's OID.
  public let oid: UInt32
  /// The schema's name.
  public let schema: String
  /// The type's name.
  public let name: String

  /// A Type by its fields.
  public init(transaction: TransactionID? = nil, oid: UInt32, schema: String, name: String) {
    self.transaction = transaction
    self.oid = oid
    self.schema = schema
    self.name = name
  }
}

extension MessageReader {
  mutating func type() throws(DecodeError) -> TypeName {
    let transaction = try streamedTransaction()
    let oid = try uint32("the type's OID")
    let schema = try string("the schema's name")
    return TypeName(
      transaction: transaction, oid: oid, schema: schema.isEmpty ? "pg_catalog" : schema,
      name: try string("the type's name"))
  }
}
