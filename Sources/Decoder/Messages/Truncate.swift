public import WAL

/// Truncate: tables were emptied by one statement.
public struct Truncate: Hashable, Sendable {
  /// The statement's options.
  ///
  /// Source: PostgreSQL documentation, TRUNCATE.
  public struct Options: OptionSet, Hashable, Sendable {
    /// The bits of the message.
    public let rawValue: UInt8
    /// Options by their bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Tables that refer to the named ones were emptied too.
    public static let cascade = Options(rawValue: 1)
    /// Sequences of the tables' columns were restarted.
    public static let restartIdentity = Options(rawValue: 2)
  }

  /// The transaction, in a streamed block.
  public let transaction: TransactionID?
  /// The statement's options.
  public let options: Options
  /// The tables' OIDs.
  public let relations: [UInt32]

  /// A Truncate by its fields.
  public init(transaction: TransactionID? = nil, options: Options, relations: [UInt32]) {
    self.transaction = transaction
    self.options = options
    self.relations = relations
  }
}

extension MessageReader {
  mutating func truncate() throws(DecodeError) -> Truncate {
    let transaction = try streamedTransaction()
    let count = try length("the number of relations")
    let bits = try uint8("the options")
    guard bits <= 3 else { throw error(.unknownTag(bits, field: "truncate options"), at: offset - 1) }
    guard count <= remaining / 4 else { throw error(.invalidLength(count, field: "the list of relations")) }
    var relations: [UInt32] = []
    relations.reserveCapacity(count)
    for _ in 0..<count { relations.append(try uint32("a relation's OID")) }
    return Truncate(transaction: transaction, options: Truncate.Options(rawValue: bits), relations: relations)
  }
}
