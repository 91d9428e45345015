import Testing
import WAL

@Suite struct PositionTests {
  @Test func `changes are in commit order first, in their transaction's order then`() {
    let inOrder = [
      Position(commit: .zero, ordinal: 0), Position(commit: .zero, ordinal: .max), Position(commit: LSN(1), ordinal: 0),
      Position(commit: LSN(1), ordinal: 1), Position(commit: LSN(0x1_0000_0000), ordinal: 0),
      Position(commit: LSN(.max), ordinal: .max),
    ]
    #expect(inOrder.reversed().sorted() == inOrder)
    for (a, b) in zip(inOrder, inOrder.dropFirst()) { #expect(a < b && !(b < a) && a != b, "\(a), \(b)") }
  }

  @Test func `a position is written with its ordinal`() {
    #expect(Position(commit: LSN(0x16_B374_D848), ordinal: 12).description == "16/B374D848#12")
  }

  @Test func `a transaction is written as its number`() {
    #expect(TransactionID(.max).description == "4294967295")
  }

  @Test func `identities differ in each of their parts`() {
    let one = SourceIdentity(system: 7, timeline: 1, database: "shop", slot: "audit")
    let others = [
      SourceIdentity(system: 8, timeline: 1, database: "shop", slot: "audit"),
      SourceIdentity(system: 7, timeline: 2, database: "shop", slot: "audit"),
      SourceIdentity(system: 7, timeline: 1, database: "Shop", slot: "audit"),
      SourceIdentity(system: 7, timeline: 1, database: "shop", slot: "audit2"),
    ]
    #expect(Set(others + [one]).count == 5)
  }
}
