import Decoder
import Testing
import WAL

@Suite struct TransactionTrackerTests {
  /// What happens in the stream, with LSNs as plain numbers.
  enum Event {
    case begin(UInt64)
    case change
    case commit(UInt64, end: UInt64)
    case advance(UInt64)
  }

  /// What the tracker says to it.
  enum Answer: Equatable {
    case recorded(Bool)
    case position(Position?)
    case end(LSN?)
    case none
    case unexpected(String)
  }

  struct Row: CustomTestStringConvertible {
    let name: String
    var offset: UInt64 = 100
    let events: [Event]
    let answers: [Answer]
    var isIdle = true
    let finalOffset: UInt64
    var testDescription: String { name }
  }

  static let rows: [Row] = [
    Row(
      name: "a transaction after the offset is recorded and moves it",
      events: [.begin(100), .change, .change, .commit(100, end: 108)],
      answers: [.recorded(true), at(100, 0), at(100, 1), .end(LSN(108))], finalOffset: 108),
    Row(
      name: "an empty transaction moves the offset too", events: [.begin(120), .commit(120, end: 128)],
      answers: [.recorded(true), .end(LSN(128))], finalOffset: 128),
    Row(
      name: "a transaction before the offset is skipped whole",
      events: [.begin(99), .change, .change, .commit(99, end: 100)],
      answers: [.recorded(false), .position(nil), .position(nil), .end(nil)], finalOffset: 100),
    Row(
      name: "replay: what is stored is skipped, what follows is recorded from ordinal 0",
      events: [.begin(50), .change, .commit(50, end: 60), .begin(100), .change, .commit(100, end: 110)],
      answers: [.recorded(false), .position(nil), .end(nil), .recorded(true), at(100, 0), .end(LSN(110))],
      finalOffset: 110),
    Row(
      name: "a transaction that comes again in one stream is skipped",
      events: [.begin(100), .commit(100, end: 110), .begin(100), .change, .commit(100, end: 110)],
      answers: [.recorded(true), .end(LSN(110)), .recorded(false), .position(nil), .end(nil)], finalOffset: 110),
    Row(
      name: "an idle position moves the offset forward and never back",
      events: [.advance(150), .advance(120), .begin(149), .commit(149, end: 155), .begin(150)],
      answers: [.none, .none, .recorded(false), .end(nil), .recorded(true)], isIdle: false, finalOffset: 150),
    Row(
      name: "a transaction inside another is an error", events: [.begin(100), .begin(101)],
      answers: [.recorded(true), .unexpected("a transaction begins inside another")], isIdle: false, finalOffset: 100),
    Row(
      name: "a transaction inside a skipped one is an error", events: [.begin(9), .begin(101)],
      answers: [.recorded(false), .unexpected("a transaction begins inside another")], isIdle: false, finalOffset: 100),
    Row(
      name: "a change outside a transaction is an error", events: [.change],
      answers: [.unexpected("a change stands outside a transaction")], finalOffset: 100),
    Row(
      name: "a commit outside a transaction is an error", events: [.commit(100, end: 108)],
      answers: [.unexpected("a commit stands outside a transaction")], finalOffset: 100),
    Row(
      name: "another transaction's commit is an error", events: [.begin(100), .commit(101, end: 108)],
      answers: [.recorded(true), .unexpected("a commit at 0/65 ends the transaction of 0/64")], isIdle: false,
      finalOffset: 100),
    Row(
      name: "another transaction's commit is an error in a skipped one too",
      events: [.begin(9), .commit(101, end: 108)],
      answers: [.recorded(false), .unexpected("a commit at 0/65 ends the transaction of 0/9")], isIdle: false,
      finalOffset: 100),
    Row(
      name: "a commit that ends where it begins is an error", events: [.begin(100), .commit(100, end: 100)],
      answers: [.recorded(true), .unexpected("a commit at 0/64 ends at 0/64, not after it")], isIdle: false,
      finalOffset: 100),
    Row(
      name: "positions at the log's end", offset: .max, events: [.begin(.max - 1), .commit(.max - 1, end: .max)],
      answers: [.recorded(false), .end(nil)], finalOffset: .max),
  ]

  private static func at(_ commit: UInt64, _ ordinal: UInt64) -> Answer {
    .position(Position(commit: LSN(commit), ordinal: ordinal))
  }

  @Test(arguments: rows)
  func `the tracker's table`(row: Row) {
    var tracker = TransactionTracker(offset: LSN(row.offset))
    #expect(row.events.map { answer(&tracker, $0) } == row.answers)
    #expect(tracker.isIdle == row.isIdle)
    #expect(tracker.offset == LSN(row.finalOffset))
  }

  private func answer(_ tracker: inout TransactionTracker, _ event: Event) -> Answer {
    let moment = PostgresTime(microseconds: 1)
    do throws(DecodeError) {
      switch event {
      case .begin(let commit):
        return .recorded(
          try tracker.begin(Begin(commitLSN: LSN(commit), commitTime: moment, transaction: TransactionID(1))))
      case .change: return .position(try tracker.change(.insert))
      case .commit(let commit, let end):
        return .end(try tracker.commit(Commit(commitLSN: LSN(commit), endLSN: LSN(end), commitTime: moment)))
      case .advance(let position):
        tracker.advance(to: LSN(position))
        return .none
      }
    } catch {
      guard case .unexpected(let what) = error.reason else { return .none }
      return .unexpected(what)
    }
  }
}
