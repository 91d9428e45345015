public import PGReplication

/// What the source's catalogue says of a relation, for sinks that describe columns as well as values.
public struct RelationFacts: Sendable {
  /// The relation as it is now; nil when it is gone.
  public let relation: CatalogRelation?
  /// The types of its columns that are not built in, with all that they are made of, by OID.
  public let types: [UInt32: CatalogType]

  /// Facts by their parts.
  public init(relation: CatalogRelation?, types: [UInt32: CatalogType]) {
    self.relation = relation
    self.types = types
  }

  /// Nothing known.
  public static let none = RelationFacts(relation: nil, types: [:])
}
