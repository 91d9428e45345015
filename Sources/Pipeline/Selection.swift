public import Decoder

/// What is captured: asked once a relation, never once a change.
public struct Selection: Sendable {
  private let table: @Sendable (_ schema: String, _ table: String) -> Bool
  private let column: @Sendable (_ schema: String, _ table: String, _ column: String) -> Bool
  private let leftOut: Set<Change.Operation>

  /// Captures what the two questions are answered with yes for.
  /// - Parameter skipping: operations that are not recorded. TRUNCATE always is.
  public init(
    skipping: Set<Change.Operation> = [],
    table: @escaping @Sendable (_ schema: String, _ table: String) -> Bool = { _, _ in true },
    column: @escaping @Sendable (_ schema: String, _ table: String, _ column: String) -> Bool = { _, _, _ in true }
  ) {
    self.table = table
    self.column = column
    leftOut = skipping.subtracting([.truncate])
  }

  /// The same, with further tables.
  public func including(_ more: @escaping @Sendable (_ schema: String, _ table: String) -> Bool) -> Selection {
    Selection(skipping: leftOut, table: { [table] in table($0, $1) || more($0, $1) }, column: column)
  }

  /// Whether a table is recorded.
  public func includes(schema: String, table name: String) -> Bool { table(schema, name) }

  /// Whether an operation is recorded.
  public func includes(_ operation: Change.Operation) -> Bool { !leftOut.contains(operation) }

  /// The plan of a relation under this selection.
  public func plan(_ relation: Relation, detail: RelationDetail) -> RelationPlan {
    guard table(relation.schema, relation.name) else { return RelationPlan(relation, detail: detail, captures: nil) }
    return RelationPlan(relation, detail: detail) { column(relation.schema, relation.name, $0) }
  }
}
