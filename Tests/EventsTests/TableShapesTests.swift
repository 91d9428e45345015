import Decoder
import Pipeline
import Testing
import WAL

@testable import Events

@Suite struct TableShapesTests {
  private static func plan(_ oid: UInt32) -> RelationPlan {
    let column = Relation.Column(name: "id", type: 23, isIdentity: true)
    return RelationPlan(
      Relation(oid: oid, schema: "public", name: "t\(oid)", replicaIdentity: .primaryKey, columns: [column]),
      detail: .unknown
    ) { _ in true }
  }

  @Test func `however many tables come and go, the shapes held are bounded, and one let go is made again`() throws {
    let settings = EnvelopeSample.settings()
    var shapes = TableShapes(try EventNames(prefix: "srv", settings: settings.names), settings)
    let first = Self.plan(1)
    for oid in 1...UInt32(3 * TableShapes.limit) {
      let plan = oid == 1 ? first : Self.plan(oid)
      shapes.insert(plan, .none, .stream)
      #expect(shapes.shape(plan)?.topic == "srv.public.t\(oid)")
    }
    #expect(shapes.count <= TableShapes.limit)
    #expect(shapes.shape(first)?.topic == "srv.public.t1")
    #expect(shapes.shape(first)?.plan === first)
    // What was never introduced has none.
    #expect(shapes.shape(Self.plan(1)) == nil)
  }
}
