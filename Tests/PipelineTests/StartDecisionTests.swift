import Testing
import WAL

@testable import PGReplication
@testable import Pipeline

/// Every mode against every set of facts.
@Suite struct StartDecisionTests {
  typealias Mode = StartDecision.SnapshotMode
  typealias Action = StartDecision.Action

  /// What a session does, or the kind of failure it stops with.
  enum Outcome: Equatable {
    case action(Action)
    case failure(Failure.Kind)
  }

  struct Row: CustomTestStringConvertible {
    let name: String
    let facts: StartDecision.Facts
    /// In the order of `SnapshotMode.allCases`: initial, initial_only, no_data, always, when_needed.
    let outcomes: [Outcome]
    var testDescription: String { name }
  }

  static let identity = SourceIdentity(system: 7, timeline: 2, database: "shop", slot: "audit")

  /// Timeline 1 was left at 0/50.
  static let history = TimelineHistory(entries: [.init(timeline: 1, switchedAt: LSN(0x50), reason: "promoted")])

  static func slot(
    plugin: String? = "pgoutput", database: String? = "shop", temporary: Bool = false, confirmed: UInt64? = 100,
    restart: UInt64? = 90, status: SlotState.WALStatus? = .reserved, reason: String? = nil, reader: Int32? = nil
  ) -> SlotState {
    SlotState(
      name: "audit", plugin: plugin, database: database, temporary: temporary, activePID: reader,
      restartLSN: restart.map { LSN($0) },
      confirmedFlushLSN: confirmed.map { LSN($0) }, walStatus: status, invalidationReason: reason)
  }

  static func facts(
    offset: UInt64?, on timeline: UInt32 = 2, _ slot: SlotState?, end: UInt64 = 1_000, hasSnapshot: Bool = false,
    identity: SourceIdentity = identity
  ) -> StartDecision.Facts {
    StartDecision.Facts(
      identity: identity, offset: offset.map { StoredOffset(position: LSN($0), timeline: timeline, epoch: 1) },
      slot: slot, serverEnd: LSN(end), history: history,
      hasSnapshot: hasSnapshot)
  }

  static let first: [Row] = [
    Row(
      name: "nothing stored, no slot", facts: facts(offset: nil, nil),
      outcomes: [snapshot(.create), snapshot(.create), .action(.createSlot), snapshot(.create), snapshot(.create)]),
    Row(
      name: "nothing stored, a good slot", facts: facts(offset: nil, slot()),
      outcomes: [
        snapshot(.keep), snapshot(.keep), .action(.adoptSlot(at: LSN(100))), snapshot(.keep), snapshot(.keep),
      ]),
    Row(
      name: "nothing stored, a slot that was never confirmed", facts: facts(offset: nil, slot(confirmed: nil)),
      outcomes: [
        snapshot(.keep), snapshot(.keep), .action(.adoptSlot(at: LSN(90))), snapshot(.keep), snapshot(.keep),
      ]),
    Row(
      name: "nothing stored, a lost slot", facts: facts(offset: nil, slot(status: .lost)),
      outcomes: Array(repeating: .failure(.slotInvalidated), count: 4) + [snapshot(.recreate)]),
    Row(
      name: "nothing stored, an invalidated slot", facts: facts(offset: nil, slot(reason: "idle_timeout")),
      outcomes: Array(repeating: .failure(.slotInvalidated), count: 4) + [snapshot(.recreate)]),
  ]

  static let later: [Row] = [
    Row(
      name: "an offset, and a slot that stands at it", facts: facts(offset: 100, slot()),
      outcomes: [resume, .action(.finished), resume, snapshot(.keep, resume: 100), resume]),
    Row(
      name: "an offset, and a slot that stands behind it", facts: facts(offset: 200, slot()),
      outcomes: [resume200, .action(.finished), resume200, snapshot(.keep, resume: 200), resume200]),
    Row(
      name: "an offset, and this process has taken its snapshot", facts: facts(offset: 100, slot(), hasSnapshot: true),
      outcomes: [resume, .action(.finished), resume, resume, resume]),
    Row(
      name: "an offset at the very end of the log", facts: facts(offset: 1_000, slot(), end: 1_000, hasSnapshot: true),
      outcomes: [at1000, .action(.finished), at1000, at1000, at1000]),
    Row(
      name: "an offset, and a slot that is unreserved but whole",
      facts: facts(offset: 100, slot(status: .unreserved), hasSnapshot: true),
      outcomes: [resume, .action(.finished), resume, resume, resume]),
    Row(
      name: "an offset of the timeline before, from before the switch",
      facts: facts(offset: 0x50, on: 1, slot(confirmed: 0x40)),
      outcomes: [at80, .action(.finished), at80, snapshot(.keep, resume: 0x50), at80]),
  ]

  static let broken: [Row] = [
    Row(
      name: "an offset, and no slot", facts: facts(offset: 100, nil),
      outcomes: stops(.slotMissing, otherwise: .create, from: 100)),
    Row(
      name: "an offset, and a lost slot", facts: facts(offset: 100, slot(status: .lost)),
      outcomes: stops(.slotInvalidated, otherwise: .recreate, from: 100)),
    Row(
      name: "an offset, and a slot ahead of it", facts: facts(offset: 99, slot()),
      outcomes: stops(.gap, otherwise: .keep, from: 99)),
    Row(
      name: "an offset beyond the server's log", facts: facts(offset: 1_001, slot()),
      // How much of it the two histories share is not known; what the slot has confirmed is stored.
      outcomes: stops(.offsetAhead, otherwise: .keep, from: 100)),
    Row(
      name: "an offset beyond the server's log, and no slot", facts: facts(offset: 1_001, nil),
      outcomes: stops(.offsetAhead, otherwise: .create, from: 1_000)),
    Row(
      name: "an offset of the timeline before, from after the switch",
      facts: facts(offset: 0x51, on: 1, slot(confirmed: 0x40)),
      outcomes: stops(.offsetAhead, otherwise: .keep, from: 0x50)),
    Row(
      name: "an offset of a timeline that is still to come", facts: facts(offset: 100, on: 3, slot()),
      outcomes: stops(.offsetAhead, otherwise: .keep, from: 100)),
    Row(
      name: "an offset of an earlier timeline that the server never was on",
      facts: facts(
        offset: 100, on: 2, slot(), identity: SourceIdentity(system: 7, timeline: 3, database: "shop", slot: "audit")),
      outcomes: stops(.offsetAhead, otherwise: .keep, from: 100)),
  ]

  static let unfit: [Row] = [
    slot(plugin: "test_decoding"), slot(plugin: nil, database: nil), slot(database: "Shop"), slot(temporary: true),
  ].flatMap { slot in
    [nil, 100].map { (offset: UInt64?) in
      Row(
        name:
          "a slot that cannot serve: \(slot.plugin ?? "physical"), \(slot.database ?? "")\(slot.temporary ? ", temporary" : "")",
        facts: facts(offset: offset, slot), outcomes: Array(repeating: .failure(.slotUnfit), count: 5))
    }
  }

  private static let resume = Outcome.action(.resume(from: LSN(100)))
  private static let resume200 = Outcome.action(.resume(from: LSN(200)))
  private static let at80 = Outcome.action(.resume(from: LSN(0x50)))
  private static let at1000 = Outcome.action(.resume(from: LSN(1_000)))

  private static func snapshot(_ slot: StartDecision.SlotAction, resume: UInt64? = nil) -> Outcome {
    .action(.snapshot(slot, resume: resume.map { LSN($0) }, gap: nil))
  }

  /// Everything stops, `initial_only` is done, and `when_needed` takes a new snapshot and records the gap.
  private static func stops(_ kind: Failure.Kind, otherwise slot: StartDecision.SlotAction, from: UInt64) -> [Outcome] {
    [
      .failure(kind), .action(.finished), .failure(kind), .failure(kind),
      .action(.snapshot(slot, resume: nil, gap: StartDecision.Gap(from: LSN(from), reason: ""))),
    ]
  }

  @Test(arguments: first + later + broken + unfit)
  func `the decision's table`(row: Row) {
    for (mode, expected) in zip(Mode.allCases, row.outcomes) {
      #expect(outcome(mode, row.facts) == expected, "snapshot.mode=\(mode.rawValue), \(row.name)")
    }
  }

  @Test func `a gap says why it was not read, and a failure where`() throws {
    let facts = Self.facts(offset: 99, Self.slot())
    guard case .snapshot(_, _, let gap) = try StartDecision(mode: .whenNeeded).action(for: facts) else {
      Issue.record("no snapshot")
      return
    }
    #expect(
      gap?.reason
        == #"slot "audit" stands at 0/64, ahead of the stored offset 0/63: 1 bytes of log were never recorded"#)
    let failure = #expect(throws: Failure.self) { try StartDecision(mode: .initial).action(for: facts) }
    #expect(failure?.what == gap?.reason)
    #expect(failure?.place == "slot audit, database shop")
  }

  @Test func `modes have Debezium's names`() {
    #expect(Mode.allCases.map(\.rawValue) == ["initial", "initial_only", "no_data", "always", "when_needed"])
  }

  /// The gap's reason is a text for people; it is looked at apart.
  private func outcome(_ mode: Mode, _ facts: StartDecision.Facts) -> Outcome {
    do throws(Failure) {
      let action = try StartDecision(mode: mode).action(for: facts)
      guard case .snapshot(let slot, let resume, let gap?) = action else { return .action(action) }
      return .action(.snapshot(slot, resume: resume, gap: StartDecision.Gap(from: gap.from, reason: "")))
    } catch {
      return .failure(error.kind)
    }
  }
}
