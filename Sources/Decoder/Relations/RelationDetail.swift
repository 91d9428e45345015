/// What a Relation message does not carry, read from the source's catalogue and handed in as a value.
///
/// The catalogue shows the table as it is now, the Relation message as it was at the change: where they differ, the
/// message wins and the detail of that column is not used.
public struct RelationDetail: Hashable, Sendable {
  /// What the catalogue adds to a column.
  public struct Column: Hashable, Sendable {
    /// The type's OID: when it differs from the message's, this detail is stale.
    public let type: UInt32
    /// The type as `format_type` writes it, for example `numeric(10,2)`.
    public let typeName: String
    /// Whether NULL is refused.
    public let isNotNull: Bool
    /// The default's expression; nil without one.
    public let defaultExpression: String?
    /// The labels of an enum type in their order; empty for other types.
    public let enumLabels: [String]

    /// A column's detail by its fields.
    public init(
      type: UInt32, typeName: String, isNotNull: Bool, defaultExpression: String? = nil, enumLabels: [String] = []
    ) {
      self.type = type
      self.typeName = typeName
      self.isNotNull = isNotNull
      self.defaultExpression = defaultExpression
      self.enumLabels = enumLabels
    }
  }

  /// The primary key's columns, in the key's order; empty without one.
  public let primaryKey: [String]
  /// Columns by name.
  public let columns: [String: Column]
  /// How values of each type that is not built in become JSON, by the type's OID.
  public let shapes: [UInt32: ValueShape]

  /// A table's detail by its fields.
  public init(primaryKey: [String], columns: [String: Column], shapes: [UInt32: ValueShape]) {
    self.primaryKey = primaryKey
    self.columns = columns
    self.shapes = shapes
  }

  /// Nothing known: values that are not built in become text, and the key is the replica identity's.
  public static let unknown = RelationDetail(primaryKey: [], columns: [:], shapes: [:])
}
