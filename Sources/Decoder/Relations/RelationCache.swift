/// The relations that the stream has introduced, by OID; the last one found is remembered, as changes come in runs.
public struct RelationCache: Sendable {
  private var plans: [UInt32: RelationPlan] = [:]
  private var last: (oid: UInt32, plan: RelationPlan)?

  /// An empty cache: each stream introduces its relations anew.
  public init() {}

  /// How many relations are known.
  public var count: Int { plans.count }

  /// Takes a relation's plan, in place of an earlier one.
  public mutating func insert(_ plan: RelationPlan) {
    plans[plan.relation.oid] = plan
    last = nil
  }

  /// The plan of a relation; nil when the stream has not introduced it.
  @inline(__always)
  public mutating func plan(_ oid: UInt32) -> RelationPlan? {
    if let last, last.oid == oid { return last.plan }
    return find(oid)
  }

  @inline(never)
  private mutating func find(_ oid: UInt32) -> RelationPlan? {
    guard let plan = plans[oid] else { return nil }
    last = (oid, plan)
    return plan
  }
}
