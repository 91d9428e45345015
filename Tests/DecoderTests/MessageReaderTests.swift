import Decoder
import Testing
import WAL

/// Each message is written as the server writes it, read, and compared.
@Suite struct MessageReaderTests {
  @Test func `there is a sample of every message`() {
    let missing = Set(MessageTag.allCases).subtracting(SentMessage.samples.map(\.tag))
    #expect(missing.isEmpty, "add samples of \(missing)")
  }

  @Test(arguments: SentMessage.samples)
  func `a message is read as it was written`(sent: SentMessage) throws {
    let decoded = try DecodedMessage(sent.bytes, streamed: sent.isStreamed)
    #expect("\(decoded.message)" == "\(sent.message)")
    #expect(decoded.oldRow == sent.oldRow)
    #expect(decoded.old == sent.old)
    #expect(decoded.new == sent.new)
  }

  @Test func `tuples hold nothing of the message before`() throws {
    var tuples = Tuples()
    let update = SentMessage(
      .update(Update(relation: 1)), oldRow: .full, old: ["1", "2"], new: ["3", .binary([1])]
    ).bytes
    var first = MessageReader(update.span.bytes)
    _ = try first.message(into: &tuples)
    #expect(tuples.old.count == 2 && tuples.new.count == 2)
    let stop = SentMessage(.streamStop).bytes
    var second = MessageReader(stop.span.bytes)
    _ = try second.message(into: &tuples)
    #expect(tuples.old.isEmpty && tuples.new.isEmpty && tuples.oldRow == .absent)
  }

  @Test func `an empty schema name is pg_catalog`() throws {
    let relation = Relation(oid: 1, schema: "", name: "t", replicaIdentity: .full, columns: [])
    guard case .relation(let read) = try DecodedMessage(SentMessage(.relation(relation)).bytes).message else {
      Issue.record("a Relation was read as another message")
      return
    }
    #expect(read.schema == "pg_catalog")
    let type = TypeName(oid: 1, schema: "", name: "t")
    guard case .type(let named) = try DecodedMessage(SentMessage(.type(type)).bytes).message else {
      Issue.record("a Type was read as another message")
      return
    }
    #expect(named.schema == "pg_catalog")
  }

  @Test func `a streamed change read outside of a block is refused`() {
    let insert = SentMessage(.insert(Insert(transaction: TransactionID(77), relation: 16_384)), new: ["1"])
    #expect(throws: DecodeError.self) { try DecodedMessage(insert.bytes, streamed: false) }
  }
}
