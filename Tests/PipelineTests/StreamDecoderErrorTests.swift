import Decoder
import Testing
import WAL

@testable import Pipeline

/// What a stream may not hold: each is an error, and nothing of it reaches the encoder.
@Suite struct StreamDecoderErrorTests {
  struct Row: CustomTestStringConvertible {
    let name: String
    let messages: [SentMessage]
    let reason: DecodeError.Reason
    let tag: MessageTag
    var testDescription: String { name }
  }

  private static let moment = PostgresTime(microseconds: 1)
  private static let xid = TransactionID(5)
  private static let end = Commit(commitLSN: LSN(1), endLSN: LSN(2), commitTime: moment)
  private static let prepared = Prepare(
    prepareLSN: LSN(1), endLSN: LSN(2), prepareTime: moment, transaction: xid, gid: "g")

  static let optional: [Row] = [
    .streamStart(StreamStart(transaction: xid, isFirst: true)), .streamStop,
    .streamCommit(StreamCommit(transaction: xid, commit: end)),
    .beginPrepare(prepared), .prepare(prepared),
    .streamPrepare(prepared), .commitPrepared(CommitPrepared(commit: end, transaction: xid, gid: "g")),
    .rollbackPrepared(
      RollbackPrepared(
        prepareEndLSN: LSN(1), rollbackEndLSN: LSN(2), prepareTime: moment, rollbackTime: moment, transaction: xid,
        gid: "g")),
  ].map { (message: Message) in
    let sent = SentMessage(message)
    return Row(
      name: "\(sent.tag)", messages: [sent],
      reason: .unexpected("it belongs to an option of the stream that was not asked for"), tag: sent.tag)
  }

  private static let people = SentMessage.relation(1, "people")

  static let rows: [Row] = [
    Row(
      name: "the end of a part inside of a transaction that comes whole",
      messages: [.begin(0x20), SentMessage(.streamAbort(StreamAbort(transaction: xid, subtransaction: xid)))],
      reason: .unexpected("it belongs to an option of the stream that was not asked for"), tag: .streamAbort),
    Row(
      name: "a change of an unknown relation", messages: [.begin(0x20), .insert(7, ["1", nil])],
      reason: .unknownRelation(7), tag: .insert),
    Row(
      name: "a truncate of an unknown relation", messages: [people, .begin(0x20), .truncate([7])],
      reason: .unknownRelation(7), tag: .truncate),
    Row(
      name: "a change outside a transaction", messages: [people, .insert(1, ["1", nil])],
      reason: .unexpected("a change stands outside a transaction"), tag: .insert),
    Row(
      name: "a transactional message outside a transaction", messages: [.message("p")],
      reason: .unexpected("a change stands outside a transaction"), tag: .logicalMessage),
    Row(
      name: "an insert with too few columns", messages: [people, .begin(0x20), .insert(1, ["1"])],
      reason: .columnCount(found: 1, expected: 2), tag: .insert),
    Row(
      name: "an insert with too many columns", messages: [people, .begin(0x20), .insert(1, ["1", nil, nil])],
      reason: .columnCount(found: 3, expected: 2), tag: .insert),
    Row(
      name: "an insert without columns", messages: [people, .begin(0x20), .insert(1, [])],
      reason: .columnCount(found: 0, expected: 2), tag: .insert),
    Row(
      name: "an update whose new row has no columns", messages: [people, .begin(0x20), .update(1, to: [])],
      reason: .columnCount(found: 0, expected: 2), tag: .update),
    Row(
      name: "an update whose old row is too short",
      messages: [people, .begin(0x20), .update(1, .identity, ["1"], to: ["1", nil])],
      reason: .columnCount(found: 1, expected: 2), tag: .update),
    Row(
      name: "a delete whose old row has no columns", messages: [people, .begin(0x20), .delete(1, .full, [])],
      reason: .columnCount(found: 0, expected: 2), tag: .delete),
    Row(
      name: "a binary value", messages: [people, .begin(0x20), .insert(1, ["1", .binary([0xFF])])],
      reason: .unexpected("it holds binary values; take binary out of slot.stream.params"), tag: .insert),
    Row(
      name: "a binary value in an old row",
      messages: [people, .begin(0x20), .delete(1, .full, [.binary([0, 1]), nil])],
      reason: .unexpected("it holds binary values; take binary out of slot.stream.params"), tag: .delete),
  ]

  @Test(arguments: optional + rows)
  func `an error names what was wrong and the message`(row: Row) {
    var feed = StreamFeed()
    do {
      _ = try feed.feed(row.messages.map { .message($0) })
      Issue.record("\(row.name) was accepted")
    } catch let error as DecodeError {
      #expect(error.reason == row.reason)
      #expect(error.message == row.tag.rawValue, "\(error)")
    } catch {
      Issue.record("\(row.name) gave \(error)")
    }
    #expect(feed.log.all.allSatisfy { $0 == "begin 0/20" }, "\(feed.log.all)")
  }

  @Test func `a malformed message is an error with its place`() throws {
    var feed = StreamFeed()
    let cut = Array(SentMessage.begin(0x20).bytes.dropLast())
    do {
      _ = try feed.feed([.bytes(cut)])
      Issue.record("a Begin without its last byte was accepted")
    } catch let error as DecodeError {
      #expect(error == DecodeError(.truncated(field: "the transaction"), at: 17, in: UInt8(ascii: "B")))
    }
    do {
      _ = try feed.feed([.bytes([])])
      Issue.record("an empty message was accepted")
    } catch let error as DecodeError {
      #expect(error == DecodeError(.truncated(field: "the message's tag"), at: 0, in: nil))
    }
  }
}
