internal import Decoder

/// The tables that were introduced, by their plan; the last one found is remembered, as changes come in runs.
///
/// Stream and snapshot have plans of their own for a table, and a snapshot's last row comes after the next table was
/// introduced: so some plans of a table are kept.
struct TableShapes {
  private static let keptPlans = 4
  private var shapes: [UInt32: [TableShape]] = [:]
  private var last: TableShape?

  mutating func insert(_ shape: TableShape) {
    let oid = shape.plan.relation.oid
    shapes[oid, default: []].append(shape)
    if let count = shapes[oid]?.count, count > TableShapes.keptPlans { shapes[oid]?.removeFirst() }
  }

  /// The shape made for this very plan.
  @inline(__always)
  mutating func shape(_ plan: RelationPlan) -> TableShape? {
    if let last, last.plan === plan { return last }
    return find(plan)
  }

  @inline(never)
  private mutating func find(_ plan: RelationPlan) -> TableShape? {
    guard let shape = shapes[plan.relation.oid]?.last(where: { $0.plan === plan }) else { return nil }
    last = shape
    return shape
  }
}
