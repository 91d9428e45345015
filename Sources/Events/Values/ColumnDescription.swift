public import PGReplication

/// A column as the source's catalogue and the stream's Relation message describe it: what its conversion is chosen by.
public struct ColumnDescription: Sendable, Hashable {
  /// Its name.
  public var name: String
  /// Its type's OID.
  public var type: UInt32
  /// The type's modifier, -1 without one.
  public var modifier: Int32
  /// Whether NULL is allowed.
  public var isOptional: Bool
  /// The default's expression as `pg_get_expr` writes it; nil without one.
  public var defaultExpression: String?
  /// How its value comes about: identity columns, generated ones.
  public var generation: CatalogRelation.Generation
  /// COMMENT ON COLUMN.
  public var comment: String?

  /// A column by its parts.
  public init(
    name: String, type: UInt32, modifier: Int32 = -1, isOptional: Bool = true, defaultExpression: String? = nil,
    generation: CatalogRelation.Generation = .none, comment: String? = nil
  ) {
    self.name = name
    self.type = type
    self.modifier = modifier
    self.isOptional = isOptional
    self.defaultExpression = defaultExpression
    self.generation = generation
    self.comment = comment
  }
}
