import PGReplication
import Testing
import WAL

@testable import Pipeline

/// What `recover` would do, for every refusal.
@Suite struct RecoveryTests {
  struct Row: CustomTestStringConvertible {
    let name: String
    let facts: StartDecision.Facts
    var foreign: Failure?
    let kind: Failure.Kind
    let slot: StartDecision.SlotAction
    let from: UInt64?
    let to: UInt64?
    var diverged = false
    var testDescription: String { name }
  }

  private typealias Start = StartDecisionTests
  private static let elsewhere = Failure(.foreignOffset, "the offset belongs to another system", at: "audit")
  /// The server left timeline 1 at 0/50 and never was on timeline 2.
  private static let third = SourceIdentity(system: 7, timeline: 3, database: "shop", slot: "audit")

  static let rows = [
    Row(
      name: "no slot: from the offset to where the new one begins", facts: Start.facts(offset: 100, nil),
      kind: .slotMissing, slot: .create, from: 100, to: nil),
    Row(
      name: "a lost slot: the same, and it is made anew", facts: Start.facts(offset: 100, Start.slot(status: .lost)),
      kind: .slotInvalidated, slot: .recreate, from: 100, to: nil),
    Row(
      name: "a slot ahead: up to the slot", facts: Start.facts(offset: 99, Start.slot()), kind: .gap, slot: .keep,
      from: 99, to: 100),
    Row(
      name: "an offset past the switch, a slot before it: nothing is unread",
      facts: Start.facts(offset: 0x60, on: 1, Start.slot(confirmed: 0x40)), kind: .offsetAhead, slot: .keep, from: 0x50,
      to: 0x50, diverged: true),
    Row(
      name: "an offset past the switch, a slot behind it: up to the slot",
      facts: Start.facts(offset: 0x60, on: 1, Start.slot(confirmed: 0x58)), kind: .offsetAhead, slot: .keep, from: 0x50,
      to: 0x58, diverged: true),
    Row(
      name: "an offset past the switch, no slot: from the switch",
      facts: Start.facts(offset: 0x60, on: 1, nil), kind: .offsetAhead, slot: .create, from: 0x50, to: nil,
      diverged: true),
    Row(
      name: "an offset past the end of the log: back to its end", facts: Start.facts(offset: 1_001, Start.slot()),
      kind: .offsetAhead, slot: .keep, from: 100, to: 1_000, diverged: true),
    Row(
      name: "an offset past the end of the log, no slot", facts: Start.facts(offset: 1_001, nil), kind: .offsetAhead,
      slot: .create, from: 1_000, to: nil, diverged: true),
    Row(
      name: "a timeline that the server never was on: no position is read twice",
      facts: Start.facts(offset: 120, on: 2, Start.slot(), identity: third), kind: .offsetAhead, slot: .keep, from: 100,
      to: 120, diverged: true),
    Row(
      name: "such a timeline, and a slot from after the offset",
      facts: Start.facts(offset: 80, on: 2, Start.slot(), identity: third), kind: .offsetAhead, slot: .keep, from: 80,
      to: 100, diverged: true),
    Row(
      name: "another server's offset, a slot: its position", facts: Start.facts(offset: nil, Start.slot()),
      foreign: elsewhere, kind: .foreignOffset, slot: .keep, from: nil, to: 100),
    Row(
      name: "another server's offset, no slot", facts: Start.facts(offset: nil, nil), foreign: elsewhere,
      kind: .foreignOffset, slot: .create, from: nil, to: nil),
    Row(
      name: "another server's offset, a lost slot", facts: Start.facts(offset: nil, Start.slot(status: .lost)),
      foreign: elsewhere, kind: .foreignOffset, slot: .recreate, from: nil, to: nil),
  ]

  @Test(arguments: rows)
  func `each refusal has its way on`(row: Row) throws {
    let recovery = try #require(try Recovery(for: row.facts, foreign: row.foreign))
    #expect(recovery.failure.kind == row.kind)
    #expect(recovery.slot == row.slot)
    #expect(recovery.from == row.from.map { LSN($0) })
    #expect(recovery.to == row.to.map { LSN($0) })
    #expect(recovery.hasDiverged == row.diverged)
    #expect(recovery.reason.hasPrefix(recovery.failure.what))
  }

  @Test func `what goes on by itself needs none`() throws {
    for facts in [
      Start.facts(offset: 100, Start.slot()), Start.facts(offset: 200, Start.slot(reader: 9)),
      Start.facts(offset: 0x50, on: 1, Start.slot(confirmed: 0x40)), Start.facts(offset: nil, nil),
      Start.facts(offset: nil, Start.slot()),
    ] {
      #expect(try Recovery(for: facts) == nil)
    }
    #expect(try Recovery(for: Start.facts(offset: 99, Start.slot()), trustsSlot: true) == nil)
  }

  @Test func `a slot in use, an unfit one, and one without an offset are refused`() {
    func kind(_ facts: StartDecision.Facts) -> Failure.Kind? {
      do throws(Failure) { _ = try Recovery(for: facts) } catch { return error.kind }
      return nil
    }
    #expect(kind(Start.facts(offset: 99, Start.slot(reader: 9))) == .slotInUse)
    #expect(kind(Start.facts(offset: 99, Start.slot(plugin: "test_decoding"))) == .slotUnfit)
    #expect(kind(Start.facts(offset: nil, Start.slot(status: .lost))) == .slotInvalidated)
  }
}
