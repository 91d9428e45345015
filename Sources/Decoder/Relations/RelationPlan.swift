/// A relation prepared for rendering: what is the same for each of its changes, worked out once.
///
/// Immutable, so that a reference to it costs no exclusivity check on the way of a change.
public final class RelationPlan: Sendable {
  /// A column on the way of a change: a few plain bytes, no reference.
  public struct Column: Sendable {
    /// Where the column's JSON key (`"name":`) begins in `keys`.
    let keyStart: UInt32
    /// How many bytes the JSON key has.
    let keyCount: UInt32
    /// The place in `shapes`; negative for a scalar.
    let shape: Int32
    /// How a scalar becomes JSON.
    let scalar: ScalarKind
    /// Whether the column is recorded in row images.
    public let isCaptured: Bool
    /// Whether the column belongs to the row's key.
    public let isKey: Bool
    /// Whether the old row holds it when only the replica identity is sent.
    public let isIdentity: Bool
  }

  /// The table's shape as the Relation message gave it.
  public let relation: Relation
  /// What the catalogue adds.
  public let detail: RelationDetail
  /// Whether the table is recorded at all.
  public let isCaptured: Bool
  /// The columns in the message's order.
  public let columns: [Column]
  /// The columns of the row's key, in the key's order; empty without one.
  public let key: [Int]
  let keys: [UInt8]
  let shapes: [ValueShape]

  /// Plans a relation.
  /// - Parameters:
  ///   - captures: whether a column is recorded in row images; nil when the table is not recorded. A key's columns
  ///     stay in the key all the same.
  public init(_ relation: Relation, detail: RelationDetail, captures: ((String) -> Bool)?) {
    self.relation = relation
    self.detail = detail
    isCaptured = captures != nil
    let key = RelationPlan.key(of: relation, detail: detail)
    var columns: [Column] = []
    var keys: [UInt8] = []
    var shapes: [ValueShape] = []
    for (index, column) in relation.columns.enumerated() {
      let start = keys.count
      RelationPlan.appendKey(column.name, to: &keys)
      let shape = ValueShape.builtIn(column.type) ?? detail.shapes[column.type] ?? .text
      let scalar = shape.scalar
      if scalar == nil { shapes.append(shape) }
      columns.append(
        Column(
          keyStart: UInt32(clamping: start), keyCount: UInt32(clamping: keys.count - start),
          shape: scalar == nil ? Int32(clamping: shapes.count - 1) : -1, scalar: scalar ?? .text,
          isCaptured: captures?(column.name) ?? false, isKey: key.contains(index), isIdentity: column.isIdentity))
    }
    self.columns = columns
    self.key = key
    self.keys = keys
    self.shapes = shapes
  }

  /// The primary key where the table still has its columns, else a replica identity that is an index.
  private static func key(of relation: Relation, detail: RelationDetail) -> [Int] {
    let primary = detail.primaryKey.compactMap { name in relation.columns.firstIndex { $0.name == name } }
    if !primary.isEmpty && primary.count == detail.primaryKey.count { return primary }
    switch relation.replicaIdentity {
    case .primaryKey, .index: return relation.columns.indices.filter { relation.columns[$0].isIdentity }
    case .nothing, .full: return []
    }
  }

  private static func appendKey(_ name: String, to keys: inout [UInt8]) {
    var buffer = OutputBuffer(capacity: name.utf8.count + 16)
    buffer.appendJSONString(name)
    buffer.append(UInt8(ascii: ":"))
    unsafe buffer.bytes.withUnsafeBytes { unsafe keys.append(contentsOf: $0) }
  }
}
