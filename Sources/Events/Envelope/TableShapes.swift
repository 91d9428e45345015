internal import Decoder
internal import Pipeline

/// The tables that were introduced, by their plan; the last one found is remembered, as changes come in runs.
///
/// Stream and snapshot have plans of their own for a table, and a snapshot's last row comes after the next table was
/// introduced: so some plans of a table are kept. A shape has ten times the size of what it is made of, so those that
/// were not in use for long are let go, and made again for the next change: a server whose tables come and go by the
/// ten thousand introduces each of them and never says which are no more.
struct TableShapes {
  private static let keptPlans = 4
  /// Shapes beyond which the younger half alone stays: more than most databases have tables.
  static let limit = 4_000

  /// What a shape is made of.
  private struct Introduction {
    let plan: RelationPlan
    let facts: RelationFacts
    let origin: ValueOrigin
  }

  private let names: EventNames
  private let settings: EventSettings
  private var introductions: [UInt32: [Introduction]] = [:]
  private var younger: [ObjectIdentifier: TableShape] = [:]
  private var older: [ObjectIdentifier: TableShape] = [:]
  private var last: TableShape?

  init(_ names: EventNames, _ settings: EventSettings) {
    self.names = names
    self.settings = settings
  }

  /// How many shapes are held.
  var count: Int { younger.count + older.count }

  mutating func insert(_ plan: RelationPlan, _ facts: RelationFacts, _ origin: ValueOrigin) {
    let oid = plan.relation.oid
    introductions[oid, default: []].append(Introduction(plan: plan, facts: facts, origin: origin))
    guard let count = introductions[oid]?.count, count > TableShapes.keptPlans else { return }
    if let gone = introductions[oid]?.removeFirst() { forget(gone.plan) }
  }

  /// The shape of this very plan; nil when it was not introduced.
  @inline(__always)
  mutating func shape(_ plan: RelationPlan) -> TableShape? {
    if let last, last.plan === plan { return last }
    return find(plan)
  }

  @inline(never)
  private mutating func find(_ plan: RelationPlan) -> TableShape? {
    // A shape holds its plan, so that no other can have its identity.
    let identity = ObjectIdentifier(plan)
    if let shape = younger[identity] {
      last = shape
      return shape
    }
    guard let shape = older.removeValue(forKey: identity) ?? make(plan) else { return nil }
    if younger.count >= TableShapes.limit / 2 {
      older = younger
      younger = [:]
    }
    younger[identity] = shape
    last = shape
    return shape
  }

  private func make(_ plan: RelationPlan) -> TableShape? {
    guard let found = introductions[plan.relation.oid]?.last(where: { $0.plan === plan }) else { return nil }
    return TableShape(plan, found.facts, names, settings, found.origin)
  }

  private mutating func forget(_ plan: RelationPlan) {
    younger[ObjectIdentifier(plan)] = nil
    older[ObjectIdentifier(plan)] = nil
    if last?.plan === plan { last = nil }
  }
}
