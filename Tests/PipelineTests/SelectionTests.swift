import Decoder
import Pipeline
import Testing

@Suite struct SelectionTests {
  static let relation = Relation(
    oid: 1, schema: "public", name: "people", replicaIdentity: .primaryKey,
    columns: [
      Relation.Column(name: "id", type: 20, isIdentity: true),
      Relation.Column(name: "pin", type: 25, isIdentity: false),
    ])

  @Test func `by default everything is captured`() {
    let selection = Selection()
    for operation in [.insert, .update, .delete, .truncate, .snapshot] as [Change.Operation] {
      #expect(selection.includes(operation))
    }
    let plan = selection.plan(Self.relation, detail: .unknown)
    #expect(plan.isCaptured && plan.columns.allSatisfy(\.isCaptured))
    #expect(selection.includes(schema: "any", table: "thing"))
  }

  @Test func `operations can be left out, but never a truncate`() {
    let selection = Selection(skipping: [.insert, .truncate])
    #expect(!selection.includes(.insert) && selection.includes(.truncate) && selection.includes(.update))
  }

  @Test func `tables and columns are asked for by their full names`() {
    let selection = Selection(
      table: { $0 == "public" && $1 == "people" }, column: { "\($0).\($1).\($2)" != "public.people.pin" })
    #expect(!selection.includes(schema: "public", table: "roles"))
    let plan = selection.plan(Self.relation, detail: .unknown)
    #expect(plan.isCaptured && plan.columns.map(\.isCaptured) == [true, false])
    let other = Relation(oid: 2, schema: "x", name: "people", replicaIdentity: .full, columns: Self.relation.columns)
    #expect(!selection.plan(other, detail: .unknown).isCaptured)
  }
}
