import Decoder
import Testing

@Suite struct RelationPlanTests {
  static func relation(
    _ identity: Relation.ReplicaIdentity, _ columns: [(String, Bool)], type: UInt32 = 25
  ) -> Relation {
    Relation(
      oid: 16_384, schema: "public", name: "people", replicaIdentity: identity,
      columns: columns.map { Relation.Column(name: $0.0, type: type, isIdentity: $0.1) })
  }

  static func detail(primaryKey: [String]) -> RelationDetail {
    RelationDetail(primaryKey: primaryKey, columns: [:], shapes: [:])
  }

  struct KeyRow: CustomTestStringConvertible {
    let name: String
    let identity: Relation.ReplicaIdentity
    let columns: [(String, Bool)]
    var primaryKey: [String] = []
    let key: [Int]
    var testDescription: String { name }
  }

  static let keys: [KeyRow] = [
    KeyRow(
      name: "the primary key", identity: .primaryKey, columns: [("id", true), ("n", false)], primaryKey: ["id"],
      key: [0]),
    KeyRow(
      name: "the primary key in its own order", identity: .primaryKey,
      columns: [("a", true), ("n", false), ("b", true)], primaryKey: ["b", "a"], key: [2, 0]),
    KeyRow(
      name: "the primary key, although another index is the identity", identity: .index,
      columns: [("id", false), ("n", true)], primaryKey: ["id"], key: [0]),
    KeyRow(
      name: "the identity's index without a primary key", identity: .index, columns: [("a", false), ("b", true)],
      key: [1]),
    KeyRow(
      name: "the primary key under FULL", identity: .full, columns: [("id", true), ("n", true)], primaryKey: ["id"],
      key: [0]),
    KeyRow(
      name: "none under FULL without a primary key", identity: .full, columns: [("a", true), ("b", true)], key: []),
    KeyRow(name: "none under NOTHING without a primary key", identity: .nothing, columns: [("a", false)], key: []),
    KeyRow(
      name: "the primary key under NOTHING", identity: .nothing, columns: [("id", false)], primaryKey: ["id"], key: [0]),
    KeyRow(
      name: "the message's identity when the catalogue's key has a column that the message lacks",
      identity: .primaryKey,
      columns: [("old_id", true), ("n", false)], primaryKey: ["id"], key: [0]),
    KeyRow(
      name: "the message's identity when only a part of the catalogue's key is there", identity: .primaryKey,
      columns: [("a", true), ("n", false)], primaryKey: ["a", "b"], key: [0]),
    KeyRow(name: "none in a table without columns", identity: .primaryKey, columns: [], primaryKey: ["id"], key: []),
  ]

  @Test(arguments: keys)
  func `a row's key is`(row: KeyRow) {
    let plan = RelationPlan(
      Self.relation(row.identity, row.columns), detail: Self.detail(primaryKey: row.primaryKey), captures: { _ in true }
    )
    #expect(plan.key == row.key)
    #expect(plan.columns.indices.filter { plan.columns[$0].isKey } == row.key.sorted())
    #expect(plan.columns.map(\.isIdentity) == row.columns.map(\.1))
  }

  @Test func `a column that is not captured stays in the key`() {
    let plan = RelationPlan(
      Self.relation(.primaryKey, [("id", true), ("secret", false), ("name", false)]),
      detail: Self.detail(primaryKey: ["id"]), captures: { $0 == "name" })
    #expect(plan.isCaptured)
    #expect(plan.columns.map(\.isCaptured) == [false, false, true])
    #expect(plan.key == [0])
  }

  @Test func `a table that is not captured has no captured column`() {
    let plan = RelationPlan(Self.relation(.full, [("a", true)]), detail: .unknown, captures: nil)
    #expect(!plan.isCaptured)
    #expect(plan.columns.map(\.isCaptured) == [false])
  }

  @Test func `the cache gives the last plan of a relation, and none of one that was never introduced`() {
    var cache = RelationCache()
    #expect(cache.plan(16_384) == nil && cache.count == 0)
    let first = RelationPlan(Self.relation(.full, [("a", true)]), detail: .unknown, captures: nil)
    let second = RelationPlan(Self.relation(.full, [("a", true), ("b", true)]), detail: .unknown, captures: nil)
    let other = RelationPlan(
      Relation(oid: 2, schema: "s", name: "t", replicaIdentity: .full, columns: []), detail: .unknown, captures: nil)
    cache.insert(first)
    #expect(cache.plan(16_384) === first)
    cache.insert(other)
    cache.insert(second)
    #expect(cache.plan(16_384) === second && cache.plan(2) === other && cache.plan(16_384) === second)
    #expect(cache.plan(3) == nil && cache.count == 2)
  }
}
